"""What evaluators said of one criterion, put together for those who may read it: no names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from actions.gate import DISAGREEMENT, MAX_LEVEL, CriterionOutcome
from actions.models import CriterionScore
from challenges.models import LEVELS, Criterion
from ess_portal.base.french import plural

NUMBERS = ("", "un", "deux", "trois")
# The drawing of a spread: four columns, in units of its own.
COLUMN, BAR, HEIGHT = 25, 17, 24


@dataclass(frozen=True)
class Spread:
    """How many opinions a criterion has at each level, and how many people gave none."""

    counts: tuple[int, ...]
    silent: int

    @classmethod
    def of(cls, scores: Iterable[CriterionScore]) -> "Spread":
        """Count the scores of one criterion."""
        levels = Counter(score.level for score in scores)
        return cls(tuple(levels[level] for level in LEVELS), levels[None])

    @property
    def is_divided(self) -> bool:
        """Whether the lowest and the highest opinion are two levels apart, or more."""
        held = [level for level, count in enumerate(self.counts) if count]
        return bool(held) and held[-1] - held[0] >= DISAGREEMENT

    @property
    def sentence(self) -> str:
        """The counts in words, for who doesn't see the drawing."""
        held = [
            f"{count} avis au niveau {level}" for level, count in enumerate(self.counts) if count
        ]
        said = ", ".join(held) or "aucun avis"
        if not self.silent:
            return said
        verb = "ne se prononcent pas" if plural(self.silent) else "ne se prononce pas"
        return f"{said} ; {self.silent} {verb}"

    @property
    def bars(self) -> list[dict[str, Any]]:
        """One bar a level: its place in the drawing, its count, its level."""
        highest = max(self.counts) or 1
        return [
            {
                "x": level * COLUMN + (COLUMN - BAR) // 2,
                "y": HEIGHT - HEIGHT * count // highest,
                "height": HEIGHT * count // highest,
                "middle": level * COLUMN + COLUMN // 2,
                "level": level,
            }
            for level, count in enumerate(self.counts)
        ]


def compared(own: int | None, median: int | None) -> str:
    """Say how the carrier's own level stands to the evaluators' median; nothing without both."""
    if own is None or median is None:
        return ""
    if own == median:
        return "le même niveau que l’évaluation"
    gap = abs(own - median)
    place = "au-dessus" if own > median else "au-dessous"
    return f"{NUMBERS[gap]} niveau{plural(gap, 'x')} {place} de l’évaluation"


def next_steps(
    outcomes: Iterable[CriterionOutcome], criteria: dict[str, Criterion]
) -> list[dict[str, Any]]:
    """Give the description of the next level of each criterion below the highest one.

    Those below their floor come first; a criterion without opinion has no next level.
    """
    below = [
        (one, one.median + 1)
        for one in outcomes
        if one.median is not None and one.median < MAX_LEVEL
    ]
    return [
        {
            "title": one.rule.title,
            "level": level,
            "description": getattr(criteria[one.rule.code], f"level_{level}"),
            "is_below_floor": not one.passes,
        }
        for one, level in sorted(below, key=lambda pair: pair[0].passes)
    ]
