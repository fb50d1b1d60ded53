"""The outbox against a real mail server that stops, comes back, pauses, refuses."""

import itertools
import time
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from actions.models import Action
from actions.proposals.services.applications import save_proposal
from actors.enums import Role
from ess_portal.base.mail import enqueue
from ess_portal.base.models import OutgoingMail
from ess_portal.base.retention import erase_old_mail_bodies
from tests.support.factories import OrganisationFactory, content, member, person
from tests.support.mailserver import MailServer, until, worker
from tests.support.payloads import send
from tests.support.reading import Page

SECONDS_A_SUBMISSION = 2
CHANGE_LIST = "/admin/base/outgoingmail/"


@pytest.fixture
def server(settings):
    """A mail server that listens, and which this process's own mails go to."""
    made = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    made.start()
    yield made
    made.stop()


def written(*subjects, **fields) -> list[OutgoingMail]:
    """Mails of the outbox, told apart by their subjects."""
    return [
        OutgoingMail.objects.create(
            **{"recipient": "a@example.org", "subject": subject, "body": "Le texte.\n"} | fields
        )
        for subject in subjects
    ]


def submit(as_user, number: int) -> float:
    """Have a new carrier send a file through the page; return how many seconds it took."""
    carrier = OrganisationFactory()
    author = member(carrier)
    wanted = content(carrier=carrier, title=f"Action {number}")
    action, _ = save_proposal(key=uuid.uuid4(), by=author, content=wanted)
    client = as_user(author)
    started = time.monotonic()
    response = send(client, action)
    assert response.headers["Location"].endswith("/accuse-de-reception/")
    return time.monotonic() - started


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [4, 50])
@pytest.mark.slow
def test_a_refusing_server_delays_no_submission_and_loses_no_mail(server, as_user, number):
    server.stop()
    loop = worker(server, "--loop")
    try:
        durations = [submit(as_user, order) for order in range(number)]
        assert [seconds for seconds in durations if seconds >= SECONDS_A_SUBMISSION] == []
        until(lambda: OutgoingMail.objects.failing().count() == number)
        assert set(OutgoingMail.objects.values_list("last_error", flat=True)) == {
            "ConnectionRefusedError : [Errno 111] Connection refused"
        }

        server.start()
        keys = list(OutgoingMail.objects.values_list("pk", flat=True))
        agent = as_user(person(Role.AGENT))
        agent.post(CHANGE_LIST, {"action": "try_again", "_selected_action": keys})

        until(lambda: not OutgoingMail.objects.waiting().exists())
    finally:
        loop.terminate()
        assert loop.wait(30) == 0
    expected = Action.objects.values_list("reference", flat=True)
    assert server.arrivals == {f"Proposition reçue : {reference}": 1 for reference in expected}
    assert len({mail.recipient for mail in server.received}) == len(server.received) == number


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("moment", "copies"),
    [
        pytest.param("EHLO", 1, marks=pytest.mark.slow),
        pytest.param("RCPT", 1, marks=pytest.mark.slow),
        pytest.param("DATA", 2, marks=pytest.mark.slow),
        ("QUIT", 2),
    ],
)
def test_a_killed_worker_loses_none_and_repeats_at_most_the_one_it_was_sending(
    server, moment, copies
):
    written("premier", "second")
    server.pause_at = moment
    process = worker(server)
    assert server.paused.wait(30)
    process.kill()
    assert process.wait(30) == -9
    assert OutgoingMail.objects.due().count() == 2

    # The server that was spoken to holds the row until it sees that its client is gone.
    until(lambda: call_command("send_mails", verbosity=0) or not OutgoingMail.objects.due())

    assert server.arrivals == {"premier": copies, "second": 1}
    # One identifier for both: a mail program may hide the second.
    assert len({mail.identifier for mail in server.received}) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_it_loses_none(server):
    """At moments that nobody chose: each kill repeats one mail at most."""
    subjects = [f"n° {number}" for number in range(200)]
    written(*subjects)
    kills = 0
    for tenths in itertools.count(5):
        process = worker(server)
        time.sleep(tenths / 10)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait(30)
        if not OutgoingMail.objects.due().exists():
            break
    assert set(server.arrivals) == set(subjects)
    assert 0 <= len(server.received) - len(subjects) <= kills
    assert kills


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_workers_send_each_mail_once(server):
    subjects = [f"n° {number}" for number in range(60)]
    written(*subjects)
    written(*subjects[:30], topic="un sujet", pace="hourly", recipient="b@example.org")
    workers = [worker(server) for _ in range(3)]
    assert [process.wait(60) for process in workers] == [0, 0, 0]
    to = [mail.recipient for mail in server.received]
    assert (to.count("a@example.org"), to.count("b@example.org")) == (60, 1)
    assert {m.subject: 1 for m in server.received if m.recipient == "a@example.org"} == (
        dict.fromkeys(subjects, 1)
    )
    # Those that another worker held for a moment wait for the hour; none is lost.
    waiting = OutgoingMail.objects.filter(recipient="b@example.org").waiting()
    soon = timezone.now() + timedelta(minutes=50)
    assert [mail for mail in waiting if mail.next_attempt_at < soon] == []


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize(
        ("answer", "state"),
        [
            ("550 5.1.1 Mailbox unknown", "abandonné"),
            ("550 No such user here", "abandonné"),
            ("553 5.1.3 Bad address", "abandonné"),
            ("550 5.7.1 Relaying denied", "en échec"),
            ("552 5.2.2 Mailbox full", "en échec"),
            ("450 4.2.1 Try again later", "en échec"),
            ("421 4.3.2 Shutting down", "en échec"),
        ],
    )
    def test_of_a_recipient(self, server, answer, state):
        server.refusals = {"a@example.org": answer}
        refused, other = written("refusé")[0], written("autre", recipient="b@example.org")[0]
        call_command("send_mails", verbosity=0)
        for row in (refused, other):
            row.refresh_from_db()
        assert (refused.state, other.state) == (state, "envoyé")
        assert refused.last_error == f"SMTPRecipientsRefused : {answer}"
        assert server.arrivals == {"autre": 1}

    def test_that_passes_delays_only(self, server):
        server.refusals = {"a@example.org": "450 4.2.1 Greylisted"}
        (row,) = written("plus tard")
        call_command("send_mails", verbosity=0)
        server.refusals = {}
        OutgoingMail.objects.failing().try_again()
        call_command("send_mails", verbosity=0)
        row.refresh_from_db()
        assert (row.state, row.attempts, row.last_error) == ("envoyé", 2, "")
        assert server.arrivals == {"plus tard": 1}


@pytest.mark.django_db
class TestOddTexts:
    """What people type goes through the mail server as text, and as nothing else."""

    def contact(self, server, **typed) -> object:
        fields = {"name": "Ana", "email": "ana@example.org", "subject": "S", "message": "M"}
        enqueue(
            recipient="a@example.org",
            template="contact_message",
            context={"message": fields | typed},
        )
        call_command("send_mails", verbosity=0)
        (mail,) = server.received
        return mail

    def test_a_subject_of_two_thousand_characters_is_cut(self, server):
        mail = self.contact(server, subject="é" * 2000)
        assert mail.subject == f"Message du portail : {'é' * 178}…"
        assert "é" * 2000 in mail.body.replace("\r\n", "")

    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
    def test_line_breaks_make_no_header(self, server, end):
        odd = f"Bonjour{end}Bcc: victime@example.org{end}{end}Corps"
        mail = self.contact(server, subject=odd, name=odd, email=odd)
        assert mail.recipient == "a@example.org"
        assert mail.subject == "Message du portail : Bonjour Bcc: victime@example.org Corps"
        assert mail.headers == HEADERS

    def test_a_line_with_a_dot_ends_nothing(self, server):
        text = "Avant\r\n.\r\nMAIL FROM:<x@example.org>\r\nRCPT TO:<victime@example.org>\r\n.\r\n"
        mail = self.contact(server, message=f"{text}Après")
        assert [line for line in mail.body.splitlines() if line == "."] == [".", "."]
        assert "Après" in mail.body
        assert OutgoingMail.objects.waiting().count() == 0

    def test_an_address_with_a_line_break_is_given_up(self, server):
        (row,) = written("Objet", recipient="a@example.org\r\nBcc: victime@example.org")
        call_command("send_mails", verbosity=0)
        row.refresh_from_db()
        assert (row.state, server.received) == ("abandonné", [])
        assert row.last_error.startswith("ValueError : Invalid address")

    def test_nobody_is_no_success(self, server):
        (row,) = written("Objet", recipient="")
        call_command("send_mails", verbosity=0)
        row.refresh_from_db()
        assert (row.state, row.last_error) == ("abandonné", "ValueError : no recipient")


HEADERS = (
    "Content-Type",
    "MIME-Version",
    "Content-Transfer-Encoding",
    "Subject",
    "From",
    "To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
)


@pytest.mark.django_db
def test_the_button_of_one_mail_has_it_leave(server, as_user):
    (row,) = written("Objet", attempts=20, given_up_at="2026-01-01T00:00Z", last_error="x")
    agent = as_user(person(Role.AGENT))
    page = Page(agent.get(f"{CHANGE_LIST}{row.pk}/change/"))
    (button,) = [b for b in page.all("button") if b.text == "Réessayer maintenant"]
    response = agent.post(button["formaction"], follow=True)
    assert [m.text for m in Page(response).all("li", cls="info")] == [
        "1 courriel sera réessayé dans un instant."
    ]
    call_command("send_mails", verbosity=0)
    row.refresh_from_db()
    assert (row.state, row.attempts, server.arrivals) == ("envoyé", 1, {"Objet": 1})


@pytest.mark.django_db
def test_a_file_goes_with_its_mail_alone_and_is_erased_with_its_text(server):
    calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Séance\r\nEND:VCALENDAR\r\n"
    kind = 'text/calendar; method="PUBLISH"'
    row, _ = written("avec", "sans")
    OutgoingMail.objects.filter(pk=row.pk).update(
        attachment_name="seance.ics", attachment_type=kind, attachment=calendar
    )

    call_command("send_mails")

    files = {mail.subject: mail.files for mail in server.received}
    assert files == {
        "avec": (("seance.ics", f'{kind}; charset="utf-8"', calendar),),
        "sans": (),
    }
    erase_old_mail_bodies(timezone.now() + timedelta(days=63))
    row.refresh_from_db()
    assert (row.body, row.attachment, row.attachment_name) == ("", "", "seance.ics")
