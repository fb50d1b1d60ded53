"""Write mails to the outbox, and send what is in it.

Nothing is sent inside the transaction that writes: the row commits or rolls back with what it
tells, and the worker (`manage.py send_mails`) takes it from there. It also keeps the pace
(docs/decisions/0014): rows that may not leave yet wait, and leave together as one mail.
"""

import hashlib
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone

from ess_portal.base.models import OutgoingMail, Pace
from ess_portal.base.sealing import InvalidToken, seal

HOUR = timedelta(hours=1)
DIGEST_HOUR = 7  # of the clock in Europe/Paris
LONGEST_SUBJECT = 200
# How our texts begin and where they end (templates/email/): once is enough when they are joined.
GREETING, SIGNATURE = "Bonjour,\n\n", "\n-- \n"
# RFC 5321: this mailbox doesn't exist, or isn't here.
NO_SUCH_MAILBOX = (550, 551, 553)


@dataclass(frozen=True)
class AttachedText:
    """A small text that goes with a mail: at most `LONGEST_ATTACHMENT` letters, and no secret.

    `content_type` may have parameters, its charset being UTF-8 anyway.
    """

    name: str
    content_type: str
    content: str


def enqueue(
    *,
    recipient: str,
    template: str,
    context: dict,
    secret: bool = False,
    topic: str = "",
    pace: Pace = Pace.AT_ONCE,
    reply_to: str = "",
    attached: AttachedText | None = None,
) -> OutgoingMail:
    """Write one mail to the outbox, in the current transaction.

    `template` names a pair of templates, `email/<template>_subject.txt` and
    `email/<template>.txt`. `secret` texts are sealed, and erased once they are sent or given up. At
    the pace `HOURLY`, a mail waits until none of the same `topic` left for an hour; at the pace
    `DAILY`, until the next morning. What waits for the same moment leaves as one mail. An answer to
    it goes to `reply_to`, which only mails that leave alone (at once) have, and so is `attached`.
    """
    subject, body = _rendered(template, context)
    return OutgoingMail.objects.create(
        recipient=recipient,
        subject=subject,
        body=seal(body) if secret else body,
        secret=secret,
        topic=topic,
        pace=pace,
        next_attempt_at=next_digest_at() if pace == Pace.DAILY else timezone.now(),
        reply_to=reply_to,
        attachment_name=attached.name if attached else "",
        attachment_type=attached.content_type if attached else "",
        attachment=attached.content if attached else "",
    )


def next_digest_at(after: datetime | None = None) -> datetime:
    """Return the first seven o'clock, Europe/Paris, later than `after` (default: now)."""
    after = timezone.localtime(after)
    today = after.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today > after else today + timedelta(days=1)


def send_next() -> bool:
    """Send the oldest due mail that no other worker holds; return whether there was one.

    The rows stay locked while the server is spoken to, so a worker killed in the middle leaves
    them to the next one: at worst that one mail arrives twice, never zero times.
    """
    with transaction.atomic():
        passed: list[int] = []
        while (mail := _next_due(passed)) is not None:
            if together := _leaving_with(mail):
                _send(together)
                return True
            passed.append(mail.pk)
    return False


def _rendered(template: str, context: dict) -> tuple[str, str]:
    context = {
        "authority": settings.AUTHORITY,
        "site_url": settings.SITE_URL,
        **context,
    }
    # A line break in a subject is how headers are injected.
    subject = " ".join(render_to_string(f"email/{template}_subject.txt", context).split())
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    return subject, render_to_string(f"email/{template}.txt", context).strip() + "\n"


def _next_due(passed: list[int]) -> OutgoingMail | None:
    return (
        OutgoingMail.objects.due()
        .exclude(pk__in=passed)
        # Somebody is waiting in front of the page for their code.
        .order_by("-secret", "next_attempt_at", "pk")
        .select_for_update(skip_locked=True)
        .first()
    )


def _leaving_with(mail: OutgoingMail) -> list[OutgoingMail]:
    """Return the rows that leave as one mail with `mail`, locked; none when it has to wait."""
    if mail.pace == Pace.AT_ONCE:
        return [mail]
    # Of two workers one writes to this person of this topic; the other, asking next, then sees
    # that it was done, because each statement reads what was committed before it.
    if not _try_lock(mail):
        return []
    now = timezone.now()
    free_at = _free_at(mail, now)
    if free_at > now:
        mail.next_attempt_at = free_at
        mail.save(update_fields=["next_attempt_at"])
        return []
    alike = _alike(mail).waiting().filter(Q(next_attempt_at__lte=now) | Q(attempts__gt=0))
    return list(alike.order_by("pk").select_for_update(skip_locked=True))


def _try_lock(mail: OutgoingMail) -> bool:
    topic = mail.topic if mail.pace == Pace.HOURLY else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{mail.pace} {mail.recipient} {topic}"],
        )
        return cursor.fetchone()[0]


def _alike(mail: OutgoingMail):
    rows = OutgoingMail.objects.filter(recipient=mail.recipient, pace=mail.pace)
    return rows.filter(topic=mail.topic) if mail.pace == Pace.HOURLY else rows


def _free_at(mail: OutgoingMail, now: datetime) -> datetime:
    """Return when `mail` may leave: an hour, or a morning, after what its reader was sent last.

    A row that says it was sent in years to come holds nothing back.
    """
    if mail.pace == Pace.DAILY:
        last = _alike(mail).filter(sent_at__lte=now).aggregate(last=Max("sent_at"))["last"]
        return next_digest_at(last) if last else now
    # Of this topic at whatever pace; one that is about to leave at once counts as leaving now.
    told = OutgoingMail.objects.filter(recipient=mail.recipient, topic=mail.topic).filter(
        Q(sent_at__lte=now) | Q(pace=Pace.AT_ONCE, sent_at=None, given_up_at=None)
    )
    last = told.aggregate(last=Max(Coalesce("sent_at", now)))["last"]
    return last + HOUR if last else now


def _send(mails: list[OutgoingMail]) -> None:
    try:
        _message(mails).send()
    except Exception as error:
        for mail in mails:
            mail.note_failure(_in_words(error), final=_is_final(error))
    else:
        for mail in mails:
            mail.mark_sent()
    for mail in mails:
        mail.save()


def _message(mails: list[OutgoingMail]) -> EmailMessage:
    first = mails[0]
    if not first.recipient:
        # Django would send it to nobody, and call that a success.
        raise ValueError("no recipient")
    subject, body = (first.subject, first.text) if len(mails) == 1 else _joined(mails)
    # The same rows make the same identifier: many mail programs then hide a second copy.
    key = " ".join(f"{mail.pk} {mail.created_at.isoformat()}" for mail in mails)
    identifier = hashlib.sha256(key.encode()).hexdigest()[:32]
    domain = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{identifier}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(
        subject=_as_typed(subject),
        body=body,
        to=[first.recipient],
        reply_to=[first.reply_to] if first.reply_to else None,
        headers=headers,
    )
    if first.attachment:
        message.attach(first.attachment_name, first.attachment, first.attachment_type)
    return message


def _as_typed(subject: str) -> str:
    # What looks like an encoded word (RFC 2047) is encoded whole: as it stands, mail programs would
    # show what it encodes, a link for instance, which no name may hold.
    return Header(subject, "utf-8").encode(linesep="") if "=?" in subject else subject


def _joined(mails: list[OutgoingMail]) -> tuple[str, str]:
    texts = [
        {
            "subject": mail.subject,
            "text": _without_signature(mail.body).removeprefix(GREETING).strip(),
        }
        for mail in mails
    ]
    template = "daily_digest" if mails[0].pace == Pace.DAILY else "hourly_digest"
    return _rendered(template, {"mails": texts, "day": timezone.now()})


def _without_signature(body: str) -> str:
    # The last one is ours: a text may hold the sign of somebody else's.
    before, sign, _ = body.rpartition(SIGNATURE)
    return before if sign else body


def _answer(error: Exception) -> tuple[int, str] | None:
    """Return the code and the text with which a server refused, if it spoke."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return None
    return code, text.decode(errors="replace") if isinstance(text, bytes) else str(text)


def _in_words(error: Exception) -> str:
    answer = _answer(error)
    words = f"{answer[0]} {answer[1]}" if answer else str(error)
    # The row must be kept whatever the server said: PostgreSQL refuses this one character.
    return f"{type(error).__name__} : {words}".replace("\x00", "")


def _is_final(error: Exception) -> bool:
    """Tell whether trying again is of no use: no such mailbox, or no valid address.

    Whatever else is refused may be the fault of our own server or its settings (5.7.1, "relaying
    denied"), and somebody corrects that.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = _answer(error) or (0, "")
        # An enhanced status (RFC 3463) says more: 5.1.x is about the address.
        return code in NO_SUCH_MAILBOX and (text.startswith("5.1.") or text[:2] != "5.")
    # Sealed with a key that is no more: nobody can read it.
    return isinstance(error, ValueError | InvalidToken)
