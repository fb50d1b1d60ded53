"""What was decided of an action, as anybody reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent

TOLD = {Transition.PRIORITISE.value: "Priorisée", Transition.ABANDON.value: "Abandonnée"}


@dataclass(frozen=True)
class PublicStep:
    """What became of the action, when, and the public part of the reason, which may be empty."""

    label: str
    at: datetime
    reason: str


def events_of(action: Action, *, history: bool) -> list[ActionEvent]:
    """Return what happened to `action`, each with its note, in one query.

    Of those who don't read the `history`, once part of it is public only.
    """
    if not history and action.status not in ActionStatus.GRANTED:
        return []
    return list(action.events.select_related("by", "confirmed_by", "entered_by", "note"))


def public_steps(action: Action, events: Iterable[ActionEvent]) -> list[PublicStep]:
    """Return when and why `action` was prioritised and abandoned (rules.md, section 6).

    Nothing of a refusal or a postponement, and nothing before the decision is published.
    """
    if action.status not in ActionStatus.GRANTED:
        return []
    return [
        PublicStep(
            label=TOLD[event.transition],
            at=event.at,
            reason=event.note.public_text if hasattr(event, "note") else "",
        )
        for event in events
        if event.transition in TOLD
    ]
