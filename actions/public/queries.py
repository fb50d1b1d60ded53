"""What was decided of an action, as anybody reads it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent, Amendment, Deliberation
from actions.models.amendment import AmendmentChange
from actions.querysets import ActionQuerySet
from actors.models import Commune, Organisation, Sector
from challenges.models import Criterion
from ess_portal.base.composed import composed_once, give_related
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


def action_for_anybody(reference: str) -> Action | None:
    """Return the action as its page tells it to somebody who isn't signed in, or None when there is
    none for them: at most five queries.
    """
    action = next(iter(_announced(reference)), None)
    if action is None:
        return None
    give_related(
        action,
        communes=_communes(action.pk),
        sectors=_sectors(action.pk),
        partners=_partners(action.pk),
    )
    if action.grid is not None:
        give_related(action.grid, criteria=_criteria(action.grid.pk))
    return action


@composed_once
def _announced(reference: str) -> QuerySet[Action]:
    return with_what_followed(Action.objects.announced()).filter(reference=reference)


def with_what_followed(actions: ActionQuerySet) -> ActionQuerySet:
    """What the page of an action says of it, but for what it has several of."""
    amendments = Amendment.objects.confirmed().filter(action=OuterRef("pk"))
    followed = actions.annotate(is_amended=Exists(amendments), voted=what_was_voted())
    return followed.for_table().select_related("grid")


@composed_once
def _communes(action: int) -> QuerySet[Commune]:
    return Commune.objects.filter(actions=action).only("name")


@composed_once
def _sectors(action: int) -> QuerySet[Sector]:
    return Sector.objects.filter(actions=action).only("name")


@composed_once
def _partners(action: int) -> QuerySet[Organisation]:
    partners = Organisation.objects.filter(partnered_actions=action)
    return partners.only("name", "slug", "is_published")


@composed_once
def _criteria(grid: int) -> QuerySet[Criterion]:
    return Criterion.objects.filter(grid=grid)


def events_of(action: Action, *, history: bool) -> list[ActionEvent]:
    """Return what happened to `action`, each with its note, in one query.

    Of those who don't read the `history`, once part of it is public only.
    """
    if history:
        return list(action.events.select_related("by", "confirmed_by", "entered_by", "note"))
    if action.status not in ActionStatus.GRANTED:
        return []
    return list(_told(action.pk))


@composed_once
def _told(action: int) -> QuerySet[ActionEvent]:
    told = ActionEvent.objects.filter(action=action, transition__in=TOLD)
    return told.select_related("note")


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
