"""The committee's ranking: who comes where, why, and where the envelope ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet, Sum

from actions.models import Action, CommitteeSession
from actions.models.silence import Silence, silence_of
from challenges.models import Criterion
from ess_portal.base.arrays import OneOf
from ess_portal.base.composed import composed_once, give_related
from ess_portal.base.pagination import rows_between
from ess_portal.base.presence import present

SEVERAL = {"commune": "Plusieurs communes", "filiere": "Plusieurs filières, ou aucune"}


@dataclass(frozen=True)
class Ranked:
    """One row: the action, its rank in the list, what ties it to the row before, what precedes it.

    `group` is the heading it stands under, `running_total` what the ranking asks for up to it, in
    euros, and `ends_envelope` whether the envelope ends within it. `held_by` is the other session
    that has it on its agenda: it asks for nothing here.
    """

    action: Action
    rank: int
    tie: str = ""
    group: str = ""
    running_total: Decimal | None = None
    ends_envelope: bool = False
    held_by: CommitteeSession | None = None

    @property
    def silence(self) -> Silence | None:
        """What silence would mean, of a row of `with_silence()`."""
        return silence_of(self.action)


def ranked_rows(
    page: Page[Action],
    *,
    grouping: str = "",
    is_whole: bool = True,
    queryset: QuerySet[Action] | None = None,
    envelope: Decimal | None = None,
    taken: Decimal = Decimal(0),
) -> list[Ranked]:
    """Return the rows of a page of the ranking.

    Ties are said in the plain ranking, group by group otherwise. With an `envelope` and the whole
    ranking, the running total starts from what is `taken` already. One query for the criteria of
    their grids, and at most two more for what stands on the pages before.
    """
    before: Action | None = None
    first = max(1, page.start_index())  # an empty list starts at 0
    if first > 1:
        before = rows_between(present(queryset), first - 2, first - 1).first()
    ceiling = envelope if is_whole else None
    total = taken + (Decimal(0) if ceiling is None else _asked_before(queryset, first - 1))
    rows: list[Ranked] = []
    actions = list(page)
    _give_criteria(actions)
    for number, action in enumerate(actions, first):
        held_by = next((item.session for item in getattr(action, "open_items", ())), None)
        counts = action.gate_community_interest and held_by is None
        asks = action.funding_asked if counts else Decimal(0)
        label = group_of(action, grouping)
        follows = before if before is not None and group_of(before, grouping) == label else None
        rows.append(
            Ranked(
                action=action,
                rank=number,
                tie="" if follows is None else tie_of(follows, action),
                group=label,
                running_total=total + asks if ceiling is not None and asks else None,
                ends_envelope=ceiling is not None and total <= ceiling < total + asks,
                held_by=held_by,
            )
        )
        total += asks
        before = action
    return rows


def _give_criteria(actions: Iterable[Action]) -> None:
    """Load the criteria of the grids of `actions`: one query."""
    grids = [action.grid for action in actions if action.grid is not None]
    criteria: dict[int, list[Criterion]] = {grid.pk: [] for grid in grids}
    for criterion in _criteria(list(criteria)):
        criteria[criterion.grid_id].append(criterion)
    for grid in grids:
        give_related(grid, criteria=criteria[grid.pk])


@composed_once
def _criteria(grids: list[int]) -> QuerySet[Criterion]:
    return Criterion.objects.filter(OneOf("grid", grids))


def _asked_before(queryset: QuerySet[Action] | None, number: int) -> Decimal:
    if number <= 0:  # an empty page starts at 0
        return Decimal(0)
    keys = present(queryset).filter(gate_community_interest=True).values("pk")[:number]
    free = Action.objects.filter(pk__in=keys).on_no_agenda()
    asked = free.aggregate(total=Sum("funding_asked"))
    return asked["total"] or Decimal(0)


def group_of(action: Action, grouping: str) -> str:
    """The heading under which an action stands, in the words of its readers."""
    if grouping == "defi":
        return str(present(action.measure).challenge)
    if grouping == "mesure":
        return str(action.measure)
    if grouping == "commune":
        return action.only_commune or SEVERAL[grouping]
    if grouping == "filiere":
        return action.only_sector or SEVERAL[grouping]
    return ""


def _key(action: Action) -> tuple[Any, Any]:
    points, most = action.gate_points, action.gate_max_points
    return action.gate_community_interest, Decimal(present(points)) / present(most)


def tie_of(before: Action, action: Action) -> str:
    """Say what decides between two actions of the same total; nothing when their totals differ."""
    if _key(before) != _key(action):
        return ""
    levels = _levels(before), _levels(action)
    criteria = sorted(present(action.grid).criteria.all(), key=lambda criterion: criterion.position)
    for criterion, (one, other) in zip(criteria, zip(*levels, strict=True), strict=True):
        if one != other:
            return f"Même total que la précédente : départagées par « {criterion.title} »."
    if before.submitted_at != action.submitted_at:
        return "Ex æquo avec la précédente, déposée avant elle."
    return "Ex æquo avec la précédente, déposée au même instant."


def _levels(action: Action) -> Sequence[int]:
    return [-1 if level is None else level for level in present(action.gate_medians)]
