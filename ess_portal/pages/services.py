"""Writes of the roof's own pages."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from actors.enums import Role
from actors.models import User, Visitor
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox
from ess_portal.pages.models import ContactMessage

DAYS_OF_MESSAGES = 365


@transaction.atomic
def receive_message(message: ContactMessage, by: Visitor | None = None) -> ContactMessage:
    """Keep a message, and mail it to the authority's address, or else to every agent.

    Whoever is signed in as `by` with the very address they gave gets a copy. Others don't: anybody
    could have our server write what they like to whom they like.
    """
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
        enqueue(
            recipient=recipient,
            template="contact_message",
            context={"message": message},
            reply_to=message.email,
        )
    if gets_copy(message, by):
        enqueue(recipient=message.email, template="contact_copy", context={"message": message})
    return message


def gets_copy(message: ContactMessage, by: Visitor | None) -> bool:
    """Whether the address that was given is known to be that of who writes."""
    return by is not None and by.is_authenticated and mailbox(message.email) == by.email


def delete_old_messages(at: datetime | None = None) -> int:
    """Delete contact messages more than a year old at `at` (default: now); return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_MESSAGES)
    return ContactMessage.objects.filter(created_at__lt=limit).delete()[0]
