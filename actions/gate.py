"""The community-interest gate: pure arithmetic on plain values (rules.md, section 3).

No query and no model here. The database computes the same from the rows when an evaluation is
closed and refuses a snapshot that differs; both must say the same of every input.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ess_portal.base.french import plural

MAX_LEVEL = 3
CUT = ", arrondi au dixième inférieur"
DISAGREEMENT = 2
"""Levels between the lowest and the highest opinion of a criterion from which opinions diverge."""
NO_OPINION = None

Opinions = Mapping[str, int | None]
"""What one sent evaluation says: criterion code → level 0–3, or `NO_OPINION`."""


@dataclass(frozen=True)
class CriterionRule:
    """What the grid says of one criterion: weight ≥ 1, floor 1–3."""

    code: str
    title: str
    weight: int = 1
    floor: int = 1


@dataclass(frozen=True)
class CriterionOutcome:
    """What the opinions give for one criterion; `median` is None when nobody had an opinion."""

    rule: CriterionRule
    median: int | None

    @property
    def passes(self) -> bool:
        """Whether the floor is reached; a criterion without opinion never passes."""
        return self.median is not None and self.median >= self.rule.floor

    @property
    def points(self) -> int:
        """Weighted points: nothing for a criterion without opinion."""
        return self.rule.weight * (self.median or 0)

    @property
    def margin(self) -> int:
        """Levels above the floor (below it when negative); no opinion counts as level 0."""
        return (self.median or 0) - self.rule.floor


@dataclass(frozen=True)
class GateOutcome:
    """The gate's answer for one action, with the figures that explain it."""

    criteria: tuple[CriterionOutcome, ...]
    quorum_reached: int
    quorum_required: int
    threshold: int

    @property
    def points(self) -> int:
        """Σ weight × median."""
        return sum(criterion.points for criterion in self.criteria)

    @property
    def max_points(self) -> int:
        """3 × Σ weight."""
        return MAX_LEVEL * sum(criterion.rule.weight for criterion in self.criteria)

    @property
    def floor_margin(self) -> int:
        """The lowest margin to a floor over the criteria."""
        return min(criterion.margin for criterion in self.criteria)

    @property
    def has_quorum(self) -> bool:
        """Whether enough evaluations give an opinion on every criterion."""
        return self.quorum_reached >= self.quorum_required

    @property
    def passes_floors(self) -> bool:
        """Whether every criterion reaches its floor: nothing compensates one."""
        return all(criterion.passes for criterion in self.criteria)

    @property
    def passes_total(self) -> bool:
        """Whether the total reaches the threshold, in integers."""
        return 100 * self.points >= self.threshold * self.max_points

    @property
    def community_interest(self) -> bool:
        """Quorum, floors and total, all three. There is no derogation."""
        return self.has_quorum and self.passes_floors and self.passes_total

    @property
    def medians(self) -> list[int | None]:
        """The medians in the programme's order of criteria, as the closing records them."""
        return [criterion.median for criterion in self.criteria]

    @property
    def blockers(self) -> list[str]:
        """What is missing, in French sentences; empty exactly when the gate is passed."""
        return [
            *self._quorum_blockers(),
            *(floor_sentence(criterion) for criterion in self.criteria if not criterion.passes),
            *self._total_blockers(),
        ]

    def _quorum_blockers(self) -> list[str]:
        if self.has_quorum:
            return []
        given = (
            "aucune ne l’est"
            if self.quorum_reached == 0
            else f"{self.quorum_reached} seulement "
            + ("l’est" if self.quorum_reached == 1 else "le sont")
        )
        return [f"Il faut au moins {self.quorum_required} évaluations complètes : {given}."]

    def _total_blockers(self) -> list[str]:
        if self.passes_total:
            return []
        total = score_out_of_100(self.points, self.max_points)
        return [f"Le total est de {total} sur 100 : il en faut au moins {self.threshold}."]


def floor_sentence(criterion: CriterionOutcome) -> str:
    """Say why a criterion that doesn't pass its floor fails."""
    title, floor = criterion.rule.title, criterion.rule.floor
    if criterion.median is None:
        return f"Le critère « {title} » n’a reçu aucun avis."
    return (
        f"Le critère « {title} » est au niveau {criterion.median} : "
        f"le plancher est le niveau {floor}, que rien ne compense."
    )


def score_out_of_100(points: int, max_points: int) -> str:
    """Return 100 × points / max, cut (not rounded) to one decimal, in French: "58,3"."""
    tenths = 1000 * points // max_points
    return f"{tenths // 10},{tenths % 10}"


def total_in_words(points: int, max_points: int) -> str:
    """Return a total as it is written everywhere: « 9 points sur 12, soit 75,0 sur 100 ».

    It says so when the share of 100 was cut. `static/js/scoring.js` says the same while one scores.
    """
    cut = CUT if 1000 * points % max_points else ""
    share = score_out_of_100(points, max_points)
    return f"{points} point{plural(points)} sur {max_points}, soit {share} sur 100{cut}"


def lower_median(levels: Iterable[int]) -> int | None:
    """Return the lower median (of 2 and 3, 2), or None without any level.

    Same as PostgreSQL's `percentile_disc(0.5)`.
    """
    ordered = sorted(levels)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def compute(
    *,
    criteria: Sequence[CriterionRule],
    evaluations: Sequence[Opinions],
    quorum: int,
    threshold: int,
) -> GateOutcome:
    """Compute the gate from the grid and the sent, not recused, initial evaluations.

    `criteria` come in the programme's order; `evaluations` map each criterion's code to a level
    0–3 or `NO_OPINION` (a missing code counts as no opinion). Partial evaluations count in the
    medians, not in the quorum.
    """
    return GateOutcome(
        criteria=tuple(
            CriterionOutcome(
                rule=rule,
                median=lower_median(
                    level
                    for opinions in evaluations
                    if (level := opinions.get(rule.code)) is not NO_OPINION
                ),
            )
            for rule in criteria
        ),
        quorum_reached=sum(
            all(opinions.get(rule.code) is not NO_OPINION for rule in criteria)
            for opinions in evaluations
        ),
        quorum_required=quorum,
        threshold=threshold,
    )
