"""How long mails are kept (what the privacy page says)."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from ess_portal.base.models import OutgoingMail

DAYS_OF_MAIL_BODIES = 62


def erase_old_mail_bodies(at=None) -> int:
    """Erase text and attachment of mails sent or given up 62 days before `at`; return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_MAIL_BODIES)
    done = OutgoingMail.objects.filter(Q(sent_at__lt=limit) | Q(given_up_at__lt=limit))
    return done.exclude(body="").update(body="", attachment="")
