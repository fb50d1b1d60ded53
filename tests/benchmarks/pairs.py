"""Medians of pairs: what one request cost, divided by what its neighbour cost.

Processor time on a shared machine drifts by a third from one minute to the next, as others fill the
caches. Two requests a few milliseconds apart share that weather: their quotient doesn't drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

CONFIDENCE = 0.99


@dataclass(frozen=True)
class Interval:
    """A median, and between what it surely lies."""

    low: float
    median: float
    high: float


def quotients(costs: Sequence[float], neighbours: Sequence[float]) -> list[float]:
    """Each cost divided by its neighbour's."""
    return [cost / neighbour for cost, neighbour in zip(costs, neighbours, strict=True)]


def interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """The median, and the interval that holds the true one with this confidence.

    From ranks alone, so nothing is supposed of how costs are spread: each value is above the true
    median as often as a coin shows heads. Too few values say nothing: from nothing to infinity.
    """
    ordered = sorted(values)
    dropped = _ranks_dropped(len(ordered), confidence)
    if dropped is None:
        return Interval(0.0, median(ordered), float("inf"))
    return Interval(ordered[dropped], median(ordered), ordered[-1 - dropped])


def _ranks_dropped(count: int, confidence: float) -> int | None:
    """How many values may be left out at each end."""
    outside, dropped = 0, None
    for rank in range((count + 1) // 2):
        outside += comb(count, rank)
        if 2 * outside / 2**count > 1 - confidence:
            break
        dropped = rank
    return dropped
