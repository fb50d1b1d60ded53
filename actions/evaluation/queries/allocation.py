"""Propose who evaluates what: plain values in, keys out. No query and no model here.

Load and kinds are balanced: each action is given, as far as possible, evaluators of several kinds,
and among those the ones who have the least to write.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """Somebody who may evaluate: their key, kind ("" when unknown), evaluations yet to send."""

    key: int
    kind: str = ""
    load: int = 0


@dataclass(frozen=True)
class Opening:
    """An action that lacks evaluators.

    `missing` is how many are wanted (zero or less: none), `eligible` the keys of those who may,
    `kinds` the kinds of those who were asked already.
    """

    key: int
    missing: int
    eligible: frozenset[int]
    kinds: frozenset[str] = field(default_factory=frozenset)


def propose(
    openings: Iterable[Opening], candidates: Iterable[Candidate]
) -> Mapping[int, tuple[int, ...]]:
    """Return, for each opening's key, the keys of the evaluators proposed, in the order chosen.

    First a kind that isn't on the action yet, then the lowest load, then the lowest key: the same
    rows always give the same proposal. What is proposed for one action weighs on the next.
    """
    people = {candidate.key: candidate for candidate in candidates}
    load = Counter({key: candidate.load for key, candidate in people.items()})
    proposed = {}
    for opening in openings:
        chosen = _choose(opening, people, load)
        load.update(chosen)
        proposed[opening.key] = chosen
    return proposed


def _choose(
    opening: Opening, people: Mapping[int, Candidate], load: Counter[int]
) -> tuple[int, ...]:
    left = opening.eligible & people.keys()
    kinds = set(opening.kinds)
    chosen: list[int] = []
    while left and len(chosen) < opening.missing:
        best = min(left, key=lambda key: (not _is_new(people[key].kind, kinds), load[key], key))
        chosen.append(best)
        kinds.add(people[best].kind)
        left = left - {best}
    return tuple(chosen)


def _is_new(kind: str, kinds: set[str]) -> bool:
    # Nobody knows whom a blank kind speaks for: it adds nothing to an action.
    return bool(kind) and kind not in kinds
