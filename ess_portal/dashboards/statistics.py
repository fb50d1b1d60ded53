"""Figures over several domains, made in SQL and returned as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce

from actions.enums import ActionStatus
from actions.models import Action, Decision
from actors.rules import is_agent
from challenges.models import Challenge, Measure, Programme

NOTHING = Value(Decimal(0), output_field=DecimalField())

# What the dashboard calls the life of an action, in the order it is lived.
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("À instruire", (ActionStatus.SUBMITTED, ActionStatus.IN_CORRECTION)),
    ("En évaluation", (ActionStatus.IN_EVALUATION,)),
    ("À décider", (ActionStatus.EVALUATED,)),
    ("En vivier", (ActionStatus.POSTPONED,)),
    ("Priorisées", (ActionStatus.PRIORITISED,)),
    ("En cours", (ActionStatus.IN_PROGRESS,)),
    ("Réalisées", (ActionStatus.COMPLETED,)),
    ("Abandonnées", (ActionStatus.ABANDONED,)),
    ("Refusées", (ActionStatus.REFUSAL_ANNOUNCED, ActionStatus.DECLINED)),
)
STAGES_BEFORE_CLOSING = 2
STAGE_STATUSES = tuple(status for _, statuses in STAGES for status in statuses)


def states_query(statuses, programme: Programme | None = None) -> str:
    """The query string by which the list of actions keeps `statuses`, of `programme` if given."""
    of_programme = [("programme", programme.code)] if programme else []
    return urlencode([*of_programme, *(("etat", str(status)) for status in statuses)])


@dataclass(frozen=True)
class PublicProgress:
    """How far a challenge is kept, from what anybody may see."""

    challenge: Challenge
    measures_total: int
    measures_with_actions: int
    actions_count: int
    prioritised_count: int
    jobs: Decimal
    granted: Decimal


@dataclass(frozen=True)
class Totals:
    """The same over the whole programme."""

    measures_total: int
    measures_with_actions: int
    actions_count: int
    prioritised_count: int
    jobs: Decimal
    granted: Decimal


@dataclass(frozen=True)
class StageCount:
    """Number of actions of one challenge at one stage."""

    label: str
    statuses: tuple[str, ...]
    count: int

    @property
    def query(self) -> str:
        """The query string of the list that this figure counts."""
        return states_query(self.statuses)


@dataclass(frozen=True)
class ChallengeFigures:
    """A challenge on the dashboard: filed actions, whatever their state."""

    challenge: Challenge
    stages: tuple[StageCount, ...]
    actions_count: int
    asked: Decimal
    granted: Decimal
    jobs: Decimal
    measures_total: int
    measures_with_actions: int

    @property
    def query(self) -> str:
        """The query string of the list of all its counted actions."""
        return states_query(STAGE_STATUSES)


def public_progress(programme: Programme | None) -> list[PublicProgress]:
    """Return each challenge's public progress, in the programme's order: two queries."""
    if programme is None:
        return []
    public = Q(status__in=ActionStatus.GRANTED)
    figures: dict[int, Mapping[str, Any]] = {
        row["measure__challenge"]: row
        for row in Action.objects.filter(public, measure__challenge__programme=programme)
        .order_by()
        .values("measure__challenge")
        .annotate(
            measures=Count("measure", distinct=True),
            actions=Count("pk"),
            jobs=Coalesce(Sum("jobs_created"), NOTHING) + Coalesce(Sum("jobs_kept"), NOTHING),
            granted=Coalesce(Sum("amount_granted"), NOTHING),
        )
    }
    challenges = programme.challenges.annotate(measures_total=Count("measures")).order_by("number")
    return [
        PublicProgress(
            challenge=challenge,
            measures_total=challenge.measures_total,
            measures_with_actions=row.get("measures", 0),
            actions_count=row.get("actions", 0),
            prioritised_count=row.get("actions", 0),
            jobs=row.get("jobs", Decimal(0)),
            granted=row.get("granted", Decimal(0)),
        )
        for challenge in challenges
        for row in (figures.get(challenge.pk) or {},)
    ]


def totals(progress: list[PublicProgress]) -> Totals:
    """Add up the challenges."""
    names = Totals.__dataclass_fields__
    return Totals(**{name: sum(getattr(row, name) for row in progress) for name in names})


def measures_with_public_actions(challenge: Challenge):
    """The measures of a challenge, each with `public_actions_count`."""
    public = Q(actions__status__in=ActionStatus.PUBLIC)
    return (
        challenge.measures.select_related("challenge")
        .annotate(public_actions_count=Count("actions", filter=public))
        .order_by("number")
    )


def stages_for(user) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The stages whose actions `user` may see: before the evaluation is closed, agents only."""
    return STAGES if is_agent(user) else STAGES[STAGES_BEFORE_CLOSING:]


def challenge_figures(programme: Programme, visible, stages=STAGES) -> list[ChallengeFigures]:
    """Return each challenge's figures over `visible` actions (a queryset): two queries.

    Only filed actions that are still alive or were decided count: drafts, withdrawn and
    recorded ones don't. `stages` are those to count by.
    """
    counted = (
        visible.filter(measure__challenge__programme=programme, status__in=STAGE_STATUSES)
        .order_by()
        .values("measure__challenge", "measure", "status")
        .annotate(
            actions=Count("pk"),
            asked=Coalesce(Sum("funding_asked"), NOTHING),
            granted=Coalesce(Sum("amount_granted"), NOTHING),
            jobs=Coalesce(Sum("jobs_created"), NOTHING) + Coalesce(Sum("jobs_kept"), NOTHING),
        )
    )
    rows = list(counted)
    challenges = programme.challenges.annotate(measures_total=Count("measures")).order_by("number")
    return [
        _figures(
            challenge, [row for row in rows if row["measure__challenge"] == challenge.pk], stages
        )
        for challenge in challenges
    ]


def _figures(challenge: Any, rows: list[dict], stages) -> ChallengeFigures:
    def total(name):
        return sum((row[name] for row in rows), Decimal(0))

    return ChallengeFigures(
        challenge=challenge,
        stages=tuple(
            StageCount(
                label=label,
                statuses=statuses,
                count=sum(row["actions"] for row in rows if row["status"] in statuses),
            )
            for label, statuses in stages
        ),
        actions_count=sum(row["actions"] for row in rows),
        asked=total("asked"),
        granted=total("granted"),
        jobs=total("jobs"),
        measures_total=challenge.measures_total,
        measures_with_actions=len({row["measure"] for row in rows}),
    )


def measures_without_action(programme: Programme, visible) -> list[Measure]:
    """The measures that none of the `visible` filed actions answers, in their order."""
    answered = visible.filter(status__in=STAGE_STATUSES, measure__isnull=False).values("measure")
    return list(
        Measure.objects.filter(challenge__programme=programme)
        .exclude(pk__in=answered)
        .select_related("challenge")
        .order_by("challenge__number", "number")
    )


def latest_decisions(visible, limit: int = 5) -> list[Decision]:
    """The latest confirmed decisions on `visible` actions, newest first."""
    return list(
        Decision.objects.confirmed()
        .about_the_outcome()
        .filter(action__in=visible)
        .select_related("action__carrier")
        .order_by("-confirmed_at", "-pk")[:limit]
    )
