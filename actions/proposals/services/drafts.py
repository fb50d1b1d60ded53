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

# Beyond this, in characters, what couldn't be read is shown again but isn't kept for later.
MOST_KEPT = 200_000


class StaleStep(Exception):  # noqa: N818 - an answer, not an error
    """Somebody, or another window, saved this step since the page was shown; `row` says who."""

    def __init__(self, row: TypedStep):
        super().__init__(str(row))
        self.row = row


@dataclass(frozen=True)
class StepEntry:
    """What a page sends of one step.

    `edition` is the one it showed, `window` the page itself, `turn` how far its reader had come.
    `content` is what could be read;
    `typed` everything as it was typed, when something couldn't (None otherwise). `quiet` when it
    was saved while typing, without a button.
    """

    step: Step
    edition: int
    window: UUID
    content: ProposalContent
    typed: Mapping[str, list[str]] | None = None
    quiet: bool = False
    turn: int = 0


@transaction.atomic
def save_step(*, key: UUID, by: User, entry: StepEntry) -> tuple[Action, bool]:
    """Write one step of the file identified by `key`, made now when it doesn't exist yet.

    Returns the action and whether it is open to writing (a file already sent is left as it is, and
    so is one of which the same page has sent a later state meanwhile).
    Raises `StaleStep` when the page is older than what is kept, `Refused` when what it
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
        if _is_stale(row, entry):
            raise StaleStep(row)
        if _comes_late(row, entry):
            return action, True
        write_content(action, entry.content, by)
        by.forget_rights()
        if not can_edit(by, action):
            raise Refused([NOT_YOURS])
        row.typed = kept_as_typed(entry.typed)
        row.edition, row.window, row.turn = row.edition + 1, entry.window, entry.turn
        row.saved_by = by
        row.save()
    return action, True


def _is_stale(row: TypedStep, entry: StepEntry) -> bool:
    # A page never contradicts itself: its own savings follow each other.
    return row.edition != entry.edition and row.window != entry.window


def _comes_late(row: TypedStep, entry: StepEntry) -> bool:
    # Saved while typing, and overtaken on its way by what the same page sent after it, or sent
    # beside the button with nothing more to say. A page whose script counts nothing stays at 0.
    return entry.quiet and row.window == entry.window and 0 < row.turn >= entry.turn


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
