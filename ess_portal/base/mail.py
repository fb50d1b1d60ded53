"""Write mails to the outbox, and send what is in it.

Nothing is sent inside the transaction that writes: the row commits or rolls back with what it
tells, and the worker (`manage.py send_mails`) takes it from there.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from ess_portal.base.models import OutgoingMail


def enqueue(*, recipient: str, template: str, context: dict, secret: bool = False) -> OutgoingMail:
    """Write one mail to the outbox, in the current transaction.

    `template` names a pair of templates, `email/<template>_subject.txt` and
    `email/<template>.txt`. `secret` texts are erased as soon as they are sent.
    """
    context = {
        "authority": settings.AUTHORITY,
        "site_url": settings.SITE_URL,
        **context,
    }
    # A line break in a subject is how headers are injected.
    subject = " ".join(render_to_string(f"email/{template}_subject.txt", context).split())
    return OutgoingMail.objects.create(
        recipient=recipient,
        subject=subject[:200],
        body=render_to_string(f"email/{template}.txt", context).strip() + "\n",
        secret=secret,
    )


def send_next() -> bool:
    """Send the oldest due mail that no other worker holds; return whether there was one.

    The row stays locked while the server is spoken to, so a worker killed in the middle leaves
    it to the next one: at worst that one mail arrives twice, never zero times.
    """
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.due()
            .order_by("next_attempt_at", "pk")
            .select_for_update(skip_locked=True)
            .first()
        )
        if mail is None:
            return False
        message = EmailMessage(subject=mail.subject, body=mail.body, to=[mail.recipient])
        try:
            message.send()
        except Exception as error:
            mail.postpone(error)
        else:
            mail.mark_sent()
        mail.save()
        return True
