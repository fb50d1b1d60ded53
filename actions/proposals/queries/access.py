"""Which parts of an action one person may read, asked once for a page."""

from dataclasses import dataclass
from typing import cast

from django.utils.functional import SimpleLazyObject

from actions.models import Action
from actions.proposals.queries.attachments import ReadableAttachment, attachments_for
from actions.rules import may
from actors.models import Visitor


@dataclass(frozen=True)
class Access:
    """Which parts of an action's page a person may read (rules.md, section 6)."""

    application: bool
    contact: bool
    result: bool
    reasons: bool
    history: bool
    names: bool
    attachments: list[ReadableAttachment]


def access_to(action: Action, user: Visitor) -> Access:
    """Ask for every part of what `user` may read of `action`."""
    return Access(
        application=may(user, "see_application", action),
        contact=may(user, "see_contact", action),
        result=may(user, "see_result", action),
        reasons=may(user, "see_reasons", action),
        history=may(user, "see_history", action),
        names=may(user, "see_names", action),
        # Asked for by the pages that show the whole application only.
        attachments=cast(
            "list[ReadableAttachment]", SimpleLazyObject(lambda: attachments_for(action, user))
        ),
    )
