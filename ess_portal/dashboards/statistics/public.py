"""How the promise is kept, from what anybody may see.

Only public statuses are counted, whoever reads: nothing here tells of a postponed or undecided
action.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Sum, Window

from actions.enums import ActionStatus
from actions.models import ActionTotal, InvolvedCount
from actors.models import Organisation
from challenges.models import Challenge, Measure, Programme
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


def public_measures(measures: Iterable[Measure]) -> list[PublicMeasure]:
    """Return each of `measures` with its published actions: one query beside their own."""
    measures = list(measures)
    by_status: dict[int, dict[str, int]] = defaultdict(dict)
    promised: dict[int, Promised] = defaultdict(Promised)
    rows = (
        ActionTotal.objects.filter(
            measure__in=[measure.pk for measure in measures], status__in=ActionStatus.PUBLIC
        )
        .values_list("measure", "status", "is_proposed")
        .annotate(number=Sum("actions"), **sums())
    )
    for key, status, *counted in rows:
        granted = Granted.of(*counted)
        by_status[key][status] = by_status[key].get(status, 0) + granted.actions
        promised[key] += Promised.by(status, granted)
    return [
        PublicMeasure(measure, by_status[measure.pk], promised[measure.pk]) for measure in measures
    ]


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


def involved(**of: int) -> Involved:
    """The organisations that carry public actions, or take part in them, by name: one query.

    `of`: the key of a `challenge` or of a `measure`.
    """
    keys = InvolvedCount.objects.filter(**of).values("organisation")
    rows = list(
        Organisation.objects.filter(pk__in=keys).annotate(total=Window(Count("pk")))[
            :ORGANISATIONS_SHOWN
        ]
    )
    total = rows[0].total if rows else 0  # type: ignore[attr-defined]  # annotated
    return Involved(shown=rows, total=total)
