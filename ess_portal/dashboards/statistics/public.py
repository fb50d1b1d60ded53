"""How the promise is kept, from what anybody may see.

Only public statuses are counted, whoever reads: nothing here tells of a postponed or undecided
action.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet, Sum, Window

from actions.enums import ActionStatus
from actions.models import ActionTotal, InvolvedCount
from actors.models import Organisation
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.arrays import OneOf
from ess_portal.base.composed import composed_once
from ess_portal.base.french import NO_BREAK, listed
from ess_portal.dashboards.sentences import plural
from ess_portal.dashboards.statistics.promised import (
    NOTHING,
    Granted,
    Promised,
    added_up,
    sums,
)
from ess_portal.dashboards.statistics.stages import list_url

ORGANISATIONS_SHOWN = 12
# After their number, singular and plural, in the order they are lived.
IN_WORDS = {
    ActionStatus.PRIORITISED: ("action priorisée", "actions priorisées"),
    ActionStatus.IN_PROGRESS: ("action en cours", "actions en cours"),
    ActionStatus.COMPLETED: ("action réalisée", "actions réalisées"),
    ActionStatus.ABANDONED: ("action abandonnée", "actions abandonnées"),
}


@dataclass(frozen=True)
class PublicMeasure:
    """A measure, its published actions, and what those that are funded promise."""

    measure: Measure
    by_status: Mapping[str, int] = field(default_factory=dict)
    promised: Promised = NOTHING

    @property
    def actions(self) -> int:
        """How many published actions answer it."""
        return sum(self.by_status.values())

    @property
    def what_its_actions_say(self) -> str:
        """Whether it is engaged, in a sentence, and where the actions that answer it are."""
        said = [
            f"{count} {plural(count, *words)}"
            for status, words in IN_WORDS.items()
            if (count := self.by_status.get(status))
        ]
        start = "Mesure engagée" if self.is_engaged else "Mesure pas encore engagée"
        return f"{start}{NO_BREAK}: {listed(said) or 'aucune action financée n’y répond'}."

    @property
    def is_engaged(self) -> bool:
        """Whether a funded action answers it."""
        return self.promised.is_engaged

    @property
    def url(self) -> str:
        """The list of the actions counted."""
        return list_url(ActionStatus.PUBLIC, mesure=self.measure.pk)


@dataclass(frozen=True)
class PublicProgress:
    """How far a challenge, or the whole programme, is kept."""

    challenge: Challenge | None
    measures: tuple[PublicMeasure, ...]

    @property
    def engaged(self) -> int:
        """How many measures a funded action answers."""
        return len(self.measures) - len(self.not_engaged)

    @property
    def not_engaged(self) -> list[PublicMeasure]:
        """The measures that no funded action answers."""
        return [row for row in self.measures if not row.is_engaged]

    @property
    def actions(self) -> int:
        """Published actions that answer a measure."""
        return sum(row.actions for row in self.measures)

    @cached_property
    def promised(self) -> Promised:
        """What the funded ones promise."""
        return added_up(row.promised for row in self.measures)


@dataclass(frozen=True)
class Involved:
    """Organisations that carry actions or take part in them: a few of them, and their number."""

    shown: Sequence[Organisation]
    total: int

    @property
    def others(self) -> int:
        """How many aren't shown."""
        return self.total - len(self.shown)


@composed_once
def _totals(measures: list[int]) -> QuerySet[Any, Any]:
    """What is counted of the published actions of `measures`."""
    return (
        ActionTotal.objects.filter(OneOf("measure", measures), status__in=ActionStatus.PUBLIC)
        .values_list("measure", "status", "is_proposed")
        .annotate(number=Sum("actions"), **sums())
    )


def public_measures(measures: Iterable[Measure]) -> list[PublicMeasure]:
    """Return each of `measures` with its published actions: one query beside their own."""
    measures = list(measures)
    by_status: dict[int, dict[str, int]] = defaultdict(dict)
    promised: dict[int, Promised] = defaultdict(Promised)
    for key, status, *counted in _totals([measure.pk for measure in measures]):
        granted = Granted.of(*counted)
        by_status[key][status] = by_status[key].get(status, 0) + granted.actions
        promised[key] += Promised.by(status, granted)
    return [
        PublicMeasure(measure, by_status[measure.pk], promised[measure.pk]) for measure in measures
    ]


@composed_once
def _measures(programme: int) -> QuerySet[Measure]:
    return (
        Measure.objects.filter(challenge__programme=programme)
        .select_related("challenge")
        .order_by("number")
    )


@composed_once
def _challenges(programme: int) -> QuerySet[Challenge]:
    return Challenge.objects.filter(programme=programme).order_by("number")


def public_progress(programme: Programme | None) -> list[PublicProgress]:
    """Return each challenge's public progress, in the programme's order: three queries."""
    if programme is None:
        return []
    rows = public_measures(_measures(programme.pk))
    return [
        PublicProgress(
            challenge, tuple(row for row in rows if row.measure.challenge_id == challenge.pk)
        )
        for challenge in _challenges(programme.pk)
    ]


def totals(progress: list[PublicProgress]) -> PublicProgress:
    """Add up the challenges."""
    return PublicProgress(None, tuple(row for part in progress for row in part.measures))


def involved_in_challenge(key: int) -> Involved:
    """The organisations that carry public actions of a challenge, or take part in them, by name:
    one query.
    """
    return _involved(_of_challenge(key))


def involved_in_measure(key: int) -> Involved:
    """The same, of a measure."""
    return _involved(_of_measure(key))


@composed_once
def _of_challenge(key: int) -> QuerySet[Organisation]:
    return _first(InvolvedCount.objects.filter(challenge=key))


@composed_once
def _of_measure(key: int) -> QuerySet[Organisation]:
    return _first(InvolvedCount.objects.filter(measure=key))


def _first(counts: QuerySet[InvolvedCount]) -> QuerySet[Organisation]:
    named = Organisation.objects.filter(pk__in=counts.values("organisation"))
    shown = named.only("name", "slug", "is_published")
    return shown.annotate(total=Window(Count("pk")))[:ORGANISATIONS_SHOWN]


def _involved(found: QuerySet[Organisation]) -> Involved:
    rows = list(found)
    total = rows[0].total if rows else 0  # type: ignore[attr-defined]  # annotated
    return Involved(shown=rows, total=total)
