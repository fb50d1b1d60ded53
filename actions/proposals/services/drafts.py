"""Keep a file step by step, while it is typed: nothing typed is lost, nobody overwrites blindly."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from actions.enums import ActionStatus, Step
from actions.models import Action, TypedStep
from actions.proposals.services.applications import (
    NOT_YOURS,
    ProposalContent,
    lock_organisations_of,
    locked_application,
    write_content,
)
from actions.rules import can_edit
from actors.models import User
from ess_portal.base.refusals import Refused, refusals_in_words
from ess_portal.base.windows import Shown

# Beyond this, in characters, what couldn't be read is shown again but isn't kept for later.
MOST_KEPT = 200_000


@dataclass(frozen=True, kw_only=True)
class StepEntry(Shown):
    """What a page sends of one step.

    `content` is what could be read; `typed` everything as it was typed, when something couldn't
    (None otherwise).
    """

    step: Step
    content: ProposalContent
    typed: Mapping[str, list[str]] | None = None


@transaction.atomic
def save_step(*, key: UUID, by: User, entry: StepEntry) -> tuple[Action, bool]:
    """Write one step of the file identified by `key`, made now when it doesn't exist yet.

    Returns the action and whether it is open to writing (a file already sent is left as it is, and
    so is one of which the same page has sent a later state meanwhile).
    Raises `StaleWindow` when the page is older than what is kept, `Refused` when what it
    says can't be kept, and `Action.DoesNotExist` when the file is somebody else's; nothing is
    written then.
    """
    with refusals_in_words():
        lock_organisations_of(entry.content, key)
        action = locked_application(key, by)
        if action.status not in ActionStatus.EDITABLE:
            return action, False
        row, _ = TypedStep.objects.get_or_create(
            action=action, step=entry.step, defaults={"saved_by": by}
        )
        if not row.takes(entry):
            return action, True
        write_content(action, entry.content, by)
        by.forget_rights()
        if not can_edit(by, action):
            raise Refused([NOT_YOURS])
        row.typed = kept_as_typed(entry.typed)
        row.note(entry)
        row.saved_by = by
        row.save()
    return action, True


def kept_as_typed(typed: Mapping[str, list[str]] | None) -> dict[str, list[str]] | None:
    """Return `typed` as PostgreSQL can keep it: None when there is nothing, empty when it is too
    much, which still says that the step is to be taken up again.
    """
    if typed is None:
        return None
    kept = {
        # PostgreSQL keeps neither NUL nor half of a pair of surrogates.
        name: [value.replace("\x00", "").encode("utf-8", "replace").decode() for value in values]
        for name, values in typed.items()
    }
    size = sum(len(value) for values in kept.values() for value in values)
    return kept if size <= MOST_KEPT else {}
