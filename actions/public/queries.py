"""What was decided of an action, as anybody reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent, Amendment, Deliberation
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
    if history:
        return list(action.events.select_related("by", "confirmed_by", "entered_by", "note"))
    if action.status not in ActionStatus.GRANTED:
        return []
    return list(action.events.filter(transition__in=TOLD).select_related("note"))


def public_steps(
    action: Action,
    events: Iterable[ActionEvent],
    *,
    is_amended: bool,
    voted: Iterable[Mapping[str, Any]] = (),
) -> list[PublicStep]:
    """Return when and why `action` was prioritised and abandoned, and what each amendment changed
    and the council `voted` in between (rules.md, sections 4 and 6): one query if it is amended.

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
    since: list[PublicStep] = []
    if is_amended:
        amendments = action.amendments.confirmed().with_carriers().order_by("pk")
        since += map(_of_amendment, amendments)
    since += map(_of_deliberation, voted)
    return [*decided[:1], *sorted(since, key=lambda step: step.at), *decided[1:]]


def _of_amendment(amendment: Amendment) -> PublicStep:
    at = present(amendment.confirmed_at)
    return PublicStep(label="Modifiée par avenant", at=at, changes=amendment.changes)


def what_was_voted() -> ArraySubquery:
    """Return what the council voted of an action, for `public_steps`: asked with the action."""
    noted = Deliberation.objects.filter(action=OuterRef("pk")).order_by("pk")
    said = JSONObject(number="number", held_on="held_on", is_increase=Q(amendment__isnull=False))
    return ArraySubquery(noted.values_list(said))


def _of_deliberation(voted: Mapping[str, Any]) -> PublicStep:
    what = "Augmentation votée" if voted["is_increase"] else "Financement voté"
    held_on = date.fromisoformat(voted["held_on"])
    return PublicStep(
        label=f"{what} par le conseil (délibération {voted['number']})",
        # After what it votes, when both are of one day.
        at=timezone.make_aware(datetime.combine(held_on, time.max)),
    )
