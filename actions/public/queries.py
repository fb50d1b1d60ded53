"""What was decided of an action, as anybody reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent, Amendment
from actions.models.amendment import AmendmentChange
from ess_portal.base.presence import present

TOLD = {Transition.PRIORITISE.value: "Priorisée", Transition.ABANDON.value: "Abandonnée"}


@dataclass(frozen=True)
class PublicStep:
    """What became of the action, when, and the public part of the reason, which may be empty.

    Of an amendment: what it changed.
    """

    label: str
    at: datetime
    reason: str = ""
    changes: Sequence[AmendmentChange] = ()


def events_of(action: Action, *, history: bool) -> list[ActionEvent]:
    """Return what happened to `action`, each with its note, in one query.

    Of those who don't read the `history`, once part of it is public only.
    """
    if not history and action.status not in ActionStatus.GRANTED:
        return []
    return list(action.events.select_related("by", "confirmed_by", "entered_by", "note"))


def public_steps(
    action: Action, events: Iterable[ActionEvent], *, is_amended: bool
) -> list[PublicStep]:
    """Return when and why `action` was prioritised and abandoned, and what each amendment changed
    in between (rules.md, sections 4 and 6): one query if there are any.

    Nothing of a refusal or a postponement, nothing before the decision is published, and of an
    amendment no reason.
    """
    if action.status not in ActionStatus.GRANTED:
        return []
    decided = [
        PublicStep(
            label=TOLD[event.transition],
            at=event.at,
            reason=event.note.public_text if hasattr(event, "note") else "",
        )
        for event in events
        if event.transition in TOLD
    ]
    if not is_amended:
        return decided
    amendments = action.amendments.confirmed().with_carriers().order_by("pk")
    return [*decided[:1], *map(_of_amendment, amendments), *decided[1:]]


def _of_amendment(amendment: Amendment) -> PublicStep:
    at = present(amendment.confirmed_at)
    return PublicStep(label="Modifiée par avenant", at=at, changes=amendment.changes)
