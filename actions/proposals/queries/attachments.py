"""The attached files that one person may know of."""

from dataclasses import dataclass

from actions import rules
from actions.models import Action, Attachment


@dataclass(frozen=True)
class ReadableAttachment:
    """An attached file as one person sees it: listed, and with an address when they may read it."""

    attachment: Attachment
    is_readable: bool


def attachments_for(action: Action, user) -> list[ReadableAttachment]:
    """List the attached files that `user` may know of (docs/decisions/0015).

    One that waits for the antivirus is known to its carrier alone; one with a virus also to those
    who would have read it, and nobody reads it.
    """
    if not rules.can_see_attachments(user, action):
        return []
    rows = list(action.attachments.all())
    is_carrier = bool(rows) and rules.is_carrier(user, action)
    return [
        ReadableAttachment(
            attachment,
            is_readable=not attachment.is_infected and (attachment.is_available or is_carrier),
        )
        for attachment in rows
        if attachment.is_available or attachment.is_infected or is_carrier
    ]
