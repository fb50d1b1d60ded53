"""Which parts of an action one person may read, asked once for a page."""

from dataclasses import dataclass

from django.utils.functional import SimpleLazyObject

from actions import rules
from actions.models import Action
from actions.proposals.queries.attachments import ReadableAttachment, attachments_for


@dataclass(frozen=True)
class Access:
    """Which parts of an action's page a person may read (rules.md, section 6)."""

    file: bool
    contact: bool
    result: bool
    reasons: bool
    history: bool
    names: bool
    attachments: list[ReadableAttachment]


def access_to(action: Action, user) -> Access:
    """Ask every predicate about `user` and `action`."""
    return Access(
        file=rules.can_see_application(user, action),
        contact=rules.can_see_contact(user, action),
        result=rules.can_see_result(user, action),
        reasons=rules.can_see_reasons(user, action),
        history=rules.can_see_history(user, action),
        names=rules.can_see_names(user, action),
        # Asked for by the pages that show the whole file only.
        attachments=SimpleLazyObject(lambda: attachments_for(action, user)),
    )
