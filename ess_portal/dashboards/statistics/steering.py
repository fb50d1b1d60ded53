"""What those who steer the programme read: challenges, measures, stages, trend."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import (
    Aggregate,
    CharField,
    Count,
    DateField,
    DecimalField,
    QuerySet,
    Sum,
    Value,
)
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import ActionTotal, Decision, FilingCount
from challenges.models import Challenge, Measure, Programme
from ess_portal.dashboards.statistics.promised import NOTHING as NOTHING_PROMISED
from ess_portal.dashboards.statistics.promised import Granted, Promised, sums
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import ANSWERING, COUNTED, Stage, list_url

# The quarter under way and the four before it: twelve months and more.
QUARTERS_SHOWN = 5
MONTHS_IN_A_QUARTER = 3
QUARTERS_IN_A_YEAR = 4
Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Figures:
    """Actions counted, euros asked, and what those that are funded promise."""

    actions: int = 0
    asked: Decimal = Decimal(0)
    promised: Promised = NOTHING_PROMISED

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.actions + other.actions,
            self.asked + other.asked,
            self.promised + other.promised,
        )


NOTHING = Figures()


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter of a day."""
        return cls(day.year, (day.month - 1) // MONTHS_IN_A_QUARTER + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before."""
        return (
            Quarter(self.year, self.number - 1)
            if self.number > 1
            else Quarter(self.year - 1, QUARTERS_IN_A_YEAR)
        )

    @property
    def first_day(self) -> date:
        """The day it begins."""
        return date(self.year, MONTHS_IN_A_QUARTER * (self.number - 1) + 1, 1)

    @property
    def label(self) -> str:
        """How it is written: "T3 2026"."""
        return f"T{self.number} {self.year}"


def latest_quarters(today: date) -> tuple[Quarter, ...]:
    """The quarters of the trend, oldest first; the last one is that of `today`."""
    quarters = [Quarter.of(today)]
    while len(quarters) < QUARTERS_SHOWN:
        quarters.append(quarters[-1].previous)
    return tuple(reversed(quarters))


@dataclass(frozen=True)
class MeasureFigures:
    """A measure, and its filed actions; of these, `answering` are neither refused nor abandoned."""

    measure: Measure
    figures: Figures
    answering: int

    @property
    def is_gap(self) -> bool:
        """Whether no funded action answers it: what is examined isn't seen by every reader."""
        return not self.figures.promised.is_engaged

    @property
    def url(self) -> str:
        """The list of the actions counted."""
        return list_url(ANSWERING, mesure=self.measure.pk)


@dataclass(frozen=True)
class ChallengeFigures:
    """A challenge: all its filed actions, by stage, and its measures."""

    challenge: Challenge
    figures: Figures
    measures: tuple[MeasureFigures, ...]
    by_status: dict[str, int] = field(default_factory=dict)
    trend: tuple[int, ...] = ()

    @property
    def engaged(self) -> int:
        """How many of its measures a funded action answers."""
        return sum(row.figures.promised.is_engaged for row in self.measures)

    def at(self, stage: Stage) -> int:
        """How many of its actions are at a stage."""
        return sum(self.by_status.get(status, 0) for status in stage.statuses)

    @property
    def url(self) -> str:
        """The list of the actions counted."""
        return list_url(COUNTED, defi=self.challenge.number)

    @property
    def funded_url(self) -> str:
        """The list of those that are funded."""
        return list_url(ActionStatus.FUNDED, defi=self.challenge.number, conseil="accorde")


@dataclass(frozen=True)
class Steering:
    """The whole programme."""

    programme: Programme
    challenges: tuple[ChallengeFigures, ...]
    quarters: tuple[Quarter, ...]

    @cached_property
    def total(self) -> Figures:
        """Every filed action."""
        return sum((row.figures for row in self.challenges), NOTHING)

    @cached_property
    def measures(self) -> list[MeasureFigures]:
        """Every measure, in the order of the programme."""
        return [row for challenge in self.challenges for row in challenge.measures]

    @cached_property
    def gaps(self) -> list[MeasureFigures]:
        """The measures that no funded action answers, the same for whoever reads."""
        return [row for row in self.measures if row.is_gap]

    @property
    def engaged(self) -> int:
        """How many measures a funded action answers."""
        return sum(row.engaged for row in self.challenges)

    @property
    def url(self) -> str:
        """The list of every action counted."""
        return list_url(COUNTED, self.programme)

    @property
    def funded_url(self) -> str:
        """The list of those that are funded."""
        return list_url(ActionStatus.FUNDED, self.programme, conseil="accorde")

    @property
    def proposed_url(self) -> str:
        """The list of those of which the council has something to vote."""
        return list_url(ActionStatus.FUNDED, self.programme, conseil="propose")

    @property
    def abandoned_url(self) -> str:
        """The list of those that were given up after that."""
        return list_url([ActionStatus.ABANDONED], self.programme)


@dataclass
class _Tally:
    """What one challenge's rows add up to."""

    figures: Figures = NOTHING
    by_status: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    trend: list[int] = field(default_factory=lambda: [0] * QUARTERS_SHOWN)


def steering(scope: Scope, today: date | None = None) -> Steering:
    """Return the programme's figures, from what is counted in advance: one query."""
    quarters = latest_quarters(today or timezone.localdate())
    challenge_of = {measure.pk: measure.challenge_id for measure in scope.measures}
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    of_measure: dict[int, Figures] = defaultdict(Figures)
    answering: dict[int, int] = defaultdict(int)
    places = {quarter.first_day: place for place, quarter in enumerate(quarters)}
    for filed_in, key, status, is_proposed, actions, asked, *counted in _counted(
        scope, quarters[0].first_day
    ):
        if filed_in is not None:
            tallies[key].trend[places[filed_in]] += actions
            continue
        granted = Granted.of(is_proposed, actions, *counted)
        figures = Figures(actions, asked, Promised.by(status, granted))
        tally = tallies[challenge_of[key]]
        tally.figures += figures
        tally.by_status[status] += figures.actions
        of_measure[key] += figures
        if status in ANSWERING:
            answering[key] += actions
    return Steering(
        programme=scope.programme,
        challenges=tuple(
            ChallengeFigures(
                challenge=challenge,
                figures=tallies[challenge.pk].figures,
                measures=tuple(
                    MeasureFigures(measure, of_measure[measure.pk], answering[measure.pk])
                    for measure in scope.measures
                    if measure.challenge_id == challenge.pk
                ),
                by_status=dict(tallies[challenge.pk].by_status),
                trend=tuple(tallies[challenge.pk].trend),
            )
            for challenge in scope.challenges
        ),
        quarters=quarters,
    )


def _counted(scope: Scope, since: date) -> Rows:
    """Two kinds of rows, by columns alike: what the actions of a measure ask and promise, by status
    and whether nothing of it is voted; and with a quarter, from `since` on, how many of a challenge
    were filed in it.
    """
    parts = [_of(scope.summed(ActionTotal), scope.summed(FilingCount), Sum("actions"), since)]
    if scope.besides is not None:
        parts.append(_of(scope.besides, scope.besides, Count("*"), since))
    first, *others = [rows for part in parts for rows in part]
    return first.union(*others, all=True)


def _of(totals: Rows, filings: Rows, number: Aggregate, since: date) -> Iterator[Rows]:
    no_day, no_status = Value(None, output_field=DateField()), Value("", output_field=CharField())
    not_so, nothing = Value(False), Value(0, output_field=DecimalField())
    yield totals.values_list(no_day, "measure", "status", "is_proposed").annotate(
        number=number, total_asked=Sum("asked"), **sums()
    )
    filed = filings.filter(filed_in__gte=since).values_list("filed_in", "challenge")
    yield filed.annotate(number=number).values_list(
        "filed_in", "challenge", no_status, not_so, "number", *[nothing] * 4
    )


def decisions(scope: Scope) -> QuerySet[Decision]:
    """The confirmed decisions on the actions one may see, newest first."""
    return (
        Decision.objects.confirmed()
        .about_the_outcome()
        .filter(action__in=scope.visible)
        .select_related("action__carrier")
        .order_by("-confirmed_at", "-pk")
    )
