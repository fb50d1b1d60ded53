"""Writes of the roof's own pages."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from actors.enums import Role
from actors.models import User
from ess_portal.base.mail import enqueue
from ess_portal.pages.models import ContactMessage

DAYS_OF_MESSAGES = 365


@transaction.atomic
def receive_message(message: ContactMessage) -> ContactMessage:
    """Keep a message, and mail it to the authority's address, or else to every agent."""
    message.full_clean()
    message.save()
    recipients = (
        [settings.AUTHORITY["email"]]
        if settings.AUTHORITY["email"]
        else list(
            User.objects.filter(groups__name=Role.AGENT, is_active=True).values_list(
                "email", flat=True
            )
        )
    )
    for recipient in recipients:
        enqueue(recipient=recipient, template="contact_message", context={"message": message})
    return message


def delete_old_messages(at: datetime | None = None) -> int:
    """Delete contact messages more than a year old at `at` (default: now); return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_MESSAGES)
    return ContactMessage.objects.filter(created_at__lt=limit).delete()[0]
