"""How soon mails leave: at once, one an hour of a topic, or one each morning."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ess_portal.base import mail
from ess_portal.base.mail import next_digest_at
from ess_portal.base.models import MOST_ATTEMPTS, OutgoingMail, Pace

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # in Clermont
MORNING = datetime(2026, 7, 2, 5, 0, tzinfo=UTC)  # seven o'clock the day after


class Clock:
    """The time it is, moved by hand."""

    def __init__(self, now: datetime):
        self.now = now

    def after(self, **duration) -> list[tuple[str, str]]:
        """Let time pass, have the worker work, and return the mails that left."""
        self.now += timedelta(**duration)
        outbox.outbox.clear()
        call_command("send_mails", verbosity=0)
        return [(message.to[0], message.subject) for message in outbox.outbox]


@pytest.fixture
def clock(monkeypatch):
    """Noon, until it is moved."""
    made = Clock(NOON)
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


class Refusing(BaseEmailBackend):
    """A server that refuses everything."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("closed")


def told(subject, pace=Pace.HOURLY, topic="A", to="ana@example.org", **fields) -> OutgoingMail:
    """Write a mail through the template that leaves everything to its context."""
    made = mail.enqueue(
        recipient=to,
        template="contact_message",
        context={"message": {"subject": subject, "message": f"Texte de {subject}."}},
        topic=topic,
        pace=pace,
    )
    # As the other templates would have written it.
    OutgoingMail.objects.filter(pk=made.pk).update(subject=subject, **fields)
    return made


ANA, BOB = "ana@example.org", "bob@example.org"


@pytest.mark.django_db
class TestHour:
    def test_the_first_leaves_at_once_and_the_others_together_when_it_is_over(self, clock):
        told("un")
        assert clock.after(seconds=1) == [(ANA, "un")]
        told("deux")
        told("trois")
        assert clock.after(minutes=30) == []
        told("quatre")
        assert clock.after(minutes=29) == []
        assert clock.after(minutes=1) == [(ANA, "deux, et 2 autres messages")]
        assert clock.after(hours=5) == []
        told("cinq")
        assert clock.after(seconds=1) == [(ANA, "cinq")]

    def test_the_text_of_the_joined_mail_says_everything_once(self, clock):
        told("un")
        clock.after(seconds=1)
        told("deux")
        told("trois")
        clock.after(hours=1)
        (sent,) = outbox.outbox
        assert sent.subject == "deux, et 1 autre message"
        assert sent.body.startswith(
            "Bonjour,\n\nVoici 2 nouvelles, en un seul courriel.\n\n* * *\n"
        )
        words = ("deux\n", "Texte de deux.\n", "trois\n", "Texte de trois.\n", "-- \n", "Bonjour")
        assert [sent.body.count(f"\n{word}") for word in words] == [1, 1, 1, 1, 1, 0]
        assert sent.body.index("Texte de deux.") < sent.body.index("Texte de trois.")

    def test_is_one_for_each_topic_and_each_person(self, clock):
        told("un")
        clock.after(seconds=1)
        told("deux", topic="B")
        told("trois", to=BOB)
        assert clock.after(seconds=1) == [(ANA, "deux"), (BOB, "trois")]

    def test_a_decision_leaves_at_once_and_starts_another_hour(self, clock):
        told("un")
        clock.after(seconds=1)
        told("décidé", pace=Pace.AT_ONCE)
        told("deux")
        assert clock.after(minutes=20) == [(ANA, "décidé")]
        assert clock.after(minutes=45) == []
        assert clock.after(minutes=15) == [(ANA, "deux")]

    def test_what_follows_a_receipt_waits_for_it_even_when_it_fails(self, clock, settings):
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
        told("récépissé", pace=Pace.AT_ONCE)
        told("suite")
        assert clock.after(seconds=1) == []
        settings.EMAIL_BACKEND = working
        assert clock.after(minutes=5) == [(ANA, "récépissé")]
        # The hour counts from when it was looked at, then from when the receipt left.
        assert clock.after(minutes=58) == []
        assert clock.after(minutes=2) == [(ANA, "suite")]

    def test_those_that_failed_together_leave_together(self, clock, settings):
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
        told("un")
        clock.after(seconds=1)
        told("deux")
        clock.after(minutes=1)
        attempts = OutgoingMail.objects.order_by("pk").values_list("attempts", flat=True)
        assert list(attempts) == [2, 1]
        settings.EMAIL_BACKEND = working
        assert clock.after(minutes=1) == [(ANA, "un, et 1 autre message")]
        assert OutgoingMail.objects.waiting().count() == 0

    def test_one_given_up_holds_back_nothing(self, clock):
        told("refusé", pace=Pace.AT_ONCE, given_up_at=clock.now)
        told("suite")
        assert clock.after(seconds=1) == [(ANA, "suite")]


@pytest.mark.django_db
class TestMorning:
    def test_everything_of_the_day_is_one_mail(self, clock):
        for number, topic in enumerate("ABCA", 1):
            told(f"n° {number}", pace=Pace.DAILY, topic=topic)
        told("pour Bob", pace=Pace.DAILY, to=BOB)
        assert clock.after(hours=18, minutes=59) == []
        subject = "Vos nouvelles du 2 juillet 2026 : 4 messages"
        assert clock.after(minutes=1) == [(ANA, subject), (BOB, "pour Bob")]
        body = outbox.outbox[0].body
        places = [body.index(f"\nTexte de n° {number}.\n") for number in range(1, 5)]
        assert places == sorted(places)
        assert f"Pour changer :\n{mail.settings.SITE_URL}/espace/preferences/" in body
        assert OutgoingMail.objects.waiting().count() == 0

    def test_a_decision_does_not_wait_for_it(self, clock):
        told("décidé", pace=Pace.AT_ONCE)
        told("demain", pace=Pace.DAILY)
        assert clock.after(seconds=1) == [(ANA, "décidé")]
        assert clock.after(days=1) == [(ANA, "demain")]

    def test_one_that_commits_too_late_leaves_the_next_day(self, clock):
        """Written at 6:59:59 in a transaction that took two seconds."""
        told("à temps", pace=Pace.DAILY)
        assert clock.after(hours=19) == [(ANA, "à temps")]
        told("trop tard", pace=Pace.DAILY, next_attempt_at=MORNING)
        assert clock.after(seconds=1) == []
        assert clock.after(hours=24) == [(ANA, "trop tard")]

    def test_a_server_that_was_down_delays_it_and_no_more(self, clock, settings):
        told("un", pace=Pace.DAILY)
        told("deux", pace=Pace.DAILY)
        working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
        assert clock.after(hours=19) == []
        told("de demain", pace=Pace.DAILY)
        settings.EMAIL_BACKEND = working
        assert clock.after(minutes=1) == [(ANA, "Vos nouvelles du 2 juillet 2026 : 2 messages")]
        assert clock.after(hours=24) == [(ANA, "de demain")]

    def test_a_topic_told_in_the_morning_waits_for_the_hour_too(self, clock):
        """Somebody who changed their mind at five past seven."""
        told("un", pace=Pace.DAILY)
        clock.after(hours=19)
        told("deux")
        assert clock.after(minutes=59) == []
        assert clock.after(minutes=1) == [(ANA, "deux")]

    @pytest.mark.parametrize(
        ("now", "then"),
        [
            ("2026-07-01T04:59:59+00:00", "2026-07-01T07:00:00+02:00"),
            ("2026-07-01T05:00:00+00:00", "2026-07-02T07:00:00+02:00"),
            ("2026-01-31T22:30:00+00:00", "2026-02-01T07:00:00+01:00"),
            # The nights that last an hour less and an hour more.
            ("2026-03-28T12:00:00+00:00", "2026-03-29T07:00:00+02:00"),
            ("2026-10-24T12:00:00+00:00", "2026-10-25T07:00:00+01:00"),
        ],
    )
    def test_is_seven_o_clock_in_paris(self, now, then):
        assert next_digest_at(datetime.fromisoformat(now)).isoformat() == then


@pytest.mark.django_db
class TestGivingUp:
    def test_comes_after_nearly_three_days(self, clock, settings):
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        row = told("un")
        while not row.given_up_at:
            row.refresh_from_db()
            clock.now = max(clock.now, row.next_attempt_at)
            clock.after(seconds=0)
            row.refresh_from_db()
        assert (row.attempts, row.state) == (MOST_ATTEMPTS, "abandonné")
        assert timedelta(days=2, hours=18) < row.given_up_at - NOON < timedelta(days=3)
        assert row.last_error == "ConnectionRefusedError : closed"
        assert clock.after(days=30) == []

    def test_is_undone_by_staff(self, clock):
        row = told("un", attempts=MOST_ATTEMPTS, given_up_at=clock.now, last_error="x")
        assert OutgoingMail.objects.try_again() == 1
        assert clock.after(seconds=1) == [(ANA, "un")]
        row.refresh_from_db()
        assert (row.state, row.attempts, row.given_up_at, row.last_error) == ("envoyé", 1, None, "")

    def test_trying_again_hurries_nothing_else(self, clock):
        told("demain", pace=Pace.DAILY)
        told("effacé", pace=Pace.AT_ONCE, attempts=3, given_up_at=clock.now, body="")
        told("parti", pace=Pace.AT_ONCE, attempts=1, sent_at=clock.now)
        assert OutgoingMail.objects.try_again() == 0
        assert clock.after(seconds=1) == []


@pytest.mark.django_db
def test_a_code_overtakes_what_waits(clock):
    told("ancien")
    mail.enqueue(recipient=BOB, template="login_code", context={"code": "123456"}, secret=True)
    assert clock.after(seconds=1) == [(BOB, "Votre code de connexion"), (ANA, "ancien")]


class Slow(BaseEmailBackend):
    """A server that holds its first client until a second worker has had its turn."""

    subjects: list[str] = []
    speaking, let_go = threading.Event(), threading.Event()

    def send_messages(self, messages):
        self.subjects += [message.subject for message in messages]
        if not self.speaking.is_set():
            self.speaking.set()
            self.let_go.wait(20)
        return len(messages)


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_tell_of_one_topic_at_the_same_time(settings):
    """Red without the advisory lock: the second would send what came in the meantime."""
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    told("un")

    def work():
        try:
            mail.send_next()
        finally:
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    assert Slow.speaking.wait(20)
    second_row = told("deux")
    assert mail.send_next() is False
    Slow.let_go.set()
    first.join(20)
    assert mail.send_next() is False
    assert Slow.subjects == ["un"]
    second_row.refresh_from_db()
    assert second_row.next_attempt_at > timezone.now() + timedelta(minutes=59)


@pytest.mark.django_db
@pytest.mark.parametrize("pace", [Pace.HOURLY, Pace.DAILY])
def test_what_says_that_it_left_in_years_to_come_holds_nothing_back(clock, pace):
    """Nor does it stop the worker, whose next try no date could tell."""
    told("Un", pace, sent_at=datetime(9999, 12, 29, 23, tzinfo=UTC))
    told("Deux", pace)

    assert clock.after(days=1) == [("ana@example.org", "Deux")]
