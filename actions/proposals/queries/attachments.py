"""The attached files that one person may know of."""

from dataclasses import dataclass

from actions import rules
from actions.models import Action, Attachment
from actors.models import Visitor


@dataclass(frozen=True)
class ReadableAttachment:
    """An attached file as one person sees it: listed, and with an address when they may read it."""

    attachment: Attachment
    is_readable: bool


def attachments_for(action: Action, user: Visitor) -> list[ReadableAttachment]:
    """List the attached files that `user` may know of (docs/decisions/0015).

    One that waits for the antivirus is known to those who write the application; one with a virus
    also to those who would have read it, and nobody opens it.
    """
    if not rules.may(user, "see_attachments", action):
        return []
    rows = list(action.attachments.all())
    writes = bool(rows) and rules.can_edit(user, action)
    return [
        ReadableAttachment(row, is_readable=rules.opens_attachment(row, writes=writes))
        for row in rows
        if rules.knows_attachment(row, writes=writes)
    ]
