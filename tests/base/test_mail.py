"""The outbox and its worker: sent once, retried, never lost, never twice."""

import smtplib
import threading
from datetime import timedelta
from email.header import decode_header, make_header

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from ess_portal.base import mail, worker
from ess_portal.base.mail import enqueue, send_next
from ess_portal.base.management.commands import send_mails
from ess_portal.base.models import OutgoingMail
from ess_portal.base.retention import erase_old_mail_bodies


class FailingBackend(BaseEmailBackend):
    """A server that refuses everything."""

    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("Le serveur a raccroché.")


class SlowBackend(BaseEmailBackend):
    """A server that holds its first client until a second worker has had its turn."""

    delivered: list = []
    speaking, second_is_done = threading.Event(), threading.Event()

    def send_messages(self, messages):
        self.delivered += [message.to[0] for message in messages]
        if not self.speaking.is_set():
            self.speaking.set()
            self.second_is_done.wait(10)
        return len(messages)


def written(**fields) -> OutgoingMail:
    """A mail of the outbox."""
    return OutgoingMail.objects.create(
        **{"recipient": "a@example.org", "subject": "Objet", "body": "Le texte.\n"} | fields
    )


def code(recipient="a@example.org") -> OutgoingMail:
    """A secret mail written by its template."""
    return enqueue(
        recipient=recipient, template="login_code", context={"code": "123456"}, secret=True
    )


FOLDER = settings.BASE_DIR / "templates" / "email"
# What others include or are made of begins with a line.
BODIES = {path.stem for path in FOLDER.glob("[!_]*.txt") if not path.stem.endswith("_subject")}
PLAIN = "{% autoescape off %}"
LONGEST_LINE = 78  # of a header, as RFC 5322 advises
END = '{% include "email/_signature.txt" %}{% endautoescape %}'


@pytest.mark.parametrize("name", sorted(BODIES))
def test_every_mail_is_a_subject_and_a_signed_body_in_plain_text(name):
    """Without `autoescape off`, « L’Ami & Cie » would be read as « L’Ami &amp; Cie »."""
    body = (FOLDER / f"{name}.txt").read_text()
    subject = (FOLDER / f"{name}_subject.txt").read_text()
    assert PLAIN in body.splitlines()[0]
    assert body.rstrip().endswith(END)
    assert PLAIN in subject or "{{" not in subject


@pytest.mark.django_db
class TestWriting:
    def test_renders_the_pair_of_templates(self, settings):
        settings.SITE_URL = "https://portail.example"
        row = code()
        assert (row.recipient, row.subject) == ("a@example.org", "Votre code de connexion")
        assert row.text.startswith("Bonjour,\n\nVotre code de connexion au portail :\n\n123456\n")
        assert row.text.endswith(
            "\n\n-- \nClermont Communauté – Portail de l’économie sociale et solidaire\n"
            "https://portail.example\n"
        )

    def test_of_a_transaction_undone_leaves_nothing(self):
        with transaction.atomic():
            code()
            transaction.set_rollback(True)
        assert not OutgoingMail.objects.exists()
        assert send_next() is False

    def test_folds_a_subject_into_one_line(self):
        class Message:
            subject = "Bonjour\r\nBcc: x@example.org\n\n" + "é" * 300

        row = enqueue(
            recipient="a@example.org", template="contact_message", context={"message": Message}
        )
        assert row.subject.startswith("Message du portail : Bonjour Bcc: x@example.org éé")
        assert len(row.subject) == 200

    @pytest.mark.parametrize(
        "word", ["=?utf-8?q?http=3A=2F=2Fevil=2Eexample?=", "=?utf-8?b?QQ==?="]
    )
    def test_a_subject_is_read_as_it_was_typed(self, word):
        """What looks like an encoded word, mail programs would decode: a link in a name."""
        written(subject=f"Ana {word} rejoint La Source")
        assert send_next() is True
        [message] = django_mail.outbox
        header = message.message()["Subject"]
        assert max(map(len, header.splitlines())) <= LONGEST_LINE
        assert str(make_header(decode_header(header))) == f"Ana {word} rejoint La Source"


@pytest.mark.django_db
class TestSending:
    def test_sends_each_once(self):
        row = written()
        assert (send_next(), send_next()) == (True, False)
        (sent,) = django_mail.outbox
        assert (sent.to, sent.subject, sent.body) == (["a@example.org"], "Objet", "Le texte.\n")
        row.refresh_from_db()
        assert (row.sent_at is not None, row.attempts, row.last_error) == (True, 1, "")
        assert row.body == "Le texte.\n"

    def test_erases_a_secret(self):
        row = code()
        send_next()
        row.refresh_from_db()
        assert (row.body, row.sent_at is not None) == ("", True)

    def test_keeps_the_error_and_waits_longer_each_time(self, settings):
        settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
        row = code()
        pauses = []
        for _ in range(11):
            OutgoingMail.objects.update(next_attempt_at=timezone.now())
            assert send_next() is True
            row.refresh_from_db()
            pauses.append(round((row.next_attempt_at - timezone.now()).total_seconds() / 60))
            assert send_next() is False
        assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
        assert (row.sent_at, row.attempts) == (None, 11)
        assert row.last_error == "SMTPServerDisconnected : Le serveur a raccroché."
        assert "123456" in row.text

    def test_recovers(self, settings):
        row = written(attempts=3, last_error="SMTPException : x")
        send_next()
        row.refresh_from_db()
        assert (row.attempts, row.last_error, row.sent_at is not None) == (4, "", True)

    def test_one_that_fails_does_not_hold_the_others(self, settings):
        bad = written(recipient="pas une adresse\n", next_attempt_at=timezone.now())
        good = written(next_attempt_at=timezone.now())
        call_command("send_mails", verbosity=0)
        bad.refresh_from_db()
        good.refresh_from_db()
        assert (bad.sent_at, good.sent_at is not None) == (None, True)
        assert bad.last_error.startswith("BadHeaderError")

    def test_waits_for_its_hour(self):
        written(next_attempt_at=timezone.now() + timedelta(seconds=30))
        assert send_next() is False
        assert OutgoingMail.objects.due(at=timezone.now() + timedelta(minutes=1)).count() == 1

    def test_goes_through_the_whole_outbox(self, capsys):
        for number in range(3):
            written(recipient=f"{number}@example.org")
        call_command("send_mails")
        assert [message.to for message in django_mail.outbox] == [
            [f"{number}@example.org"] for number in range(3)
        ]
        assert capsys.readouterr().out == "3 mails handled\n"

    def test_texts_go_after_two_months(self):
        old = written(sent_at=timezone.now() - timedelta(days=63))
        recent = written(sent_at=timezone.now() - timedelta(days=61))
        waiting = written()
        assert erase_old_mail_bodies() == 1
        bodies = {row.pk: row.body for row in OutgoingMail.objects.all()}
        assert bodies == {old.pk: "", recent.pk: "Le texte.\n", waiting.pk: "Le texte.\n"}


@pytest.mark.django_db
class TestLoop:
    def run(self, monkeypatch, answers):
        """Run `send_mails --loop` over these answers, then end it as SIGTERM does."""
        handlers, pauses = {}, []
        monkeypatch.setattr(worker.signal, "signal", handlers.setdefault)

        def answer():
            if not answers:
                handlers[worker.signal.SIGTERM]()
                return False
            reply = answers.pop(0)
            if isinstance(reply, Exception):
                raise reply
            return reply

        monkeypatch.setattr(send_mails, "send_next", answer)
        monkeypatch.setattr(worker, "PAUSE_SECONDS", 0)
        monkeypatch.setattr(worker, "close_old_connections", lambda: pauses.append(1))
        call_command("send_mails", "--loop")
        return pauses

    def test_survives_a_database_that_restarts(self, monkeypatch, capsys):
        waited = self.run(monkeypatch, [True, OperationalError("gone"), True])
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("2 mails handled\n", "database: gone\n")
        assert len(waited) == 1

    def test_once_tells_that_the_database_is_gone(self, monkeypatch):
        def gone():
            raise OperationalError("gone")

        monkeypatch.setattr(send_mails, "send_next", gone)
        with pytest.raises(OperationalError):
            call_command("send_mails", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_mail(settings):
    """Red without SKIP LOCKED: the second worker would wait, or send the held mail too."""
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    for name in ("premier", "second"):
        written(recipient=f"{name}@example.org")
    found = {}

    def work(name):
        try:
            found[name] = mail.send_next()
        finally:
            connection.close()

    first = threading.Thread(target=work, args=("first",))
    first.start()
    assert SlowBackend.speaking.wait(10)
    second = threading.Thread(target=work, args=("second",))
    second.start()
    second.join(5)
    waited = second.is_alive()
    SlowBackend.second_is_done.set()
    first.join(10)
    second.join(10)
    assert not waited
    assert found == {"first": True, "second": True}
    assert SlowBackend.delivered == ["premier@example.org", "second@example.org"]
    assert OutgoingMail.objects.filter(sent_at__isnull=False, attempts=1).count() == 2
    assert send_next() is False
