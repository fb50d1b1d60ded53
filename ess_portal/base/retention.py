"""How long mails are kept (what the privacy page says)."""

from datetime import timedelta

from django.utils import timezone

from ess_portal.base.models import OutgoingMail

DAYS_OF_MAIL_BODIES = 62


def erase_old_mail_bodies(at=None) -> int:
    """Erase the text of mails sent more than 62 days before `at`; return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_MAIL_BODIES)
    return OutgoingMail.objects.filter(sent_at__lt=limit).exclude(body="").update(body="")
