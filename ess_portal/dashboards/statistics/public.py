"""How the promise is kept, from what anybody may see.

Only public statuses are counted, whoever reads: nothing here tells of a postponed or undecided
action.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce

from actions.enums import ActionStatus
from actions.models import Action
from actors.models import Organisation
from challenges.models import Challenge, Measure, Programme
from ess_portal.dashboards.statistics.stages import list_url

ORGANISATIONS_SHOWN = 12


@dataclass(frozen=True)
class PublicMeasure:
    """A measure with its published actions; how many of these were given up, how many the
    committee granted money, how many euros, and the jobs they create or keep (full-time
    equivalents).
    """

    measure: Measure
    actions: int
    abandoned: int
    granted_actions: int
    granted: Decimal
    jobs: Decimal

    @property
    def is_gap(self) -> bool:
        """Whether no published action answers it, but those that were given up."""
        return self.actions == self.abandoned

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
    def answered(self) -> int:
        """How many measures a published action answers."""
        return len(self.measures) - len(self.gaps)

    @property
    def gaps(self) -> list[PublicMeasure]:
        """The measures that none answers."""
        return [row for row in self.measures if row.is_gap]

    @property
    def actions(self) -> int:
        """Published actions that answer a measure."""
        return sum(row.actions for row in self.measures)

    @property
    def granted_actions(self) -> int:
        """Those that the committee granted money."""
        return sum(row.granted_actions for row in self.measures)

    @property
    def granted(self) -> Decimal:
        """Euros granted to them."""
        return sum((row.granted for row in self.measures), Decimal(0))

    @property
    def jobs(self) -> Decimal:
        """Jobs they create or keep (full-time equivalents)."""
        return sum((row.jobs for row in self.measures), Decimal(0))


@dataclass(frozen=True)
class Involved:
    """Organisations that carry actions or take part in them: a few of them, and their number."""

    shown: Sequence[Organisation]
    total: int

    @property
    def others(self) -> int:
        """How many aren't shown."""
        return self.total - len(self.shown)


def public_measures(measures: Iterable[Measure]) -> list[PublicMeasure]:
    """Return each of `measures` with its published actions: one query beside their own."""
    measures = list(measures)
    granted = Q(status__in=ActionStatus.GRANTED)
    figures = {
        key: figures
        for key, *figures in Action.objects.public()
        .filter(measure__in=[measure.pk for measure in measures])
        .order_by()
        .values_list("measure")
        .annotate(
            published=Count("pk"),
            abandoned=Count("pk", filter=Q(status=ActionStatus.ABANDONED)),
            granted=Count("pk", filter=granted),
            euros=Coalesce(Sum("amount_granted"), Decimal(0)),
            jobs=Coalesce(Sum(F("jobs_created") + F("jobs_kept"), filter=granted), Decimal(0)),
        )
    }
    nothing = [0, 0, 0, Decimal(0), Decimal(0)]
    return [PublicMeasure(measure, *figures.get(measure.pk, nothing)) for measure in measures]


def public_progress(programme: Programme | None) -> list[PublicProgress]:
    """Return each challenge's public progress, in the programme's order: three queries."""
    if programme is None:
        return []
    rows = public_measures(
        Measure.objects.filter(challenge__programme=programme)
        .select_related("challenge")
        .order_by("number")
    )
    return [
        PublicProgress(
            challenge, tuple(row for row in rows if row.measure.challenge_id == challenge.pk)
        )
        for challenge in programme.challenges.order_by("number")
    ]


def totals(progress: list[PublicProgress]) -> PublicProgress:
    """Add up the challenges."""
    return PublicProgress(None, tuple(row for part in progress for row in part.measures))


def involved(actions: QuerySet[Action]) -> Involved:
    """The organisations that carry `actions` or take part in them, by name: one query."""
    carriers = actions.order_by().values("carrier")
    partners = Action.partners.through.objects.filter(action__in=actions.order_by())
    rows = list(
        Organisation.objects.filter(
            Q(pk__in=carriers) | Q(pk__in=partners.values("organisation"))
        ).annotate(total=Window(Count("pk")))[:ORGANISATIONS_SHOWN]
    )
    total = rows[0].total if rows else 0  # type: ignore[attr-defined]  # annotated
    return Involved(shown=rows, total=total)
