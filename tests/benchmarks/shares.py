"""Which action is what: numbers alone, no row.

The first hundred fill every page that is measured, whatever comes after them: a list that is half
empty with few actions would seem to grow. Of those that follow, states and subjects are shared out
as in life.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

OPENING = 100


class Fate(Enum):
    """What the first hundred are for, in turn: thirty of them already have some of each."""

    COMPLETED = 0
    """Of the measure that is read, each with its carrier, and named as what is looked for."""
    OPEN = 1
    """In evaluation, lacking evaluators, waiting for the evaluator who reads the queue."""
    WAITING = 2
    """For the committee, some without community interest."""
    SHARED = 3
    """Prioritised, in progress or postponed, all of the carrier that is read."""


# Of a hundred admitted actions that are of community interest, how many go how far.
SHARES = (("prioritised", 30), ("in_progress", 20), ("completed", 15), ("postponed", 15))
_SHARED = ("prioritised", "in_progress", "postponed")
LEFT_OPEN = 10
BELOW_THE_FLOOR = 6


def fate_of(number: int) -> Fate | None:
    """What an action is for; none but the first hundred is for anything."""
    return Fate(number % len(Fate)) if number < OPENING else None


def is_left_open(number: int) -> bool:
    """Whether its evaluation isn't closed: one in ten."""
    fate = fate_of(number)
    return number % LEFT_OPEN == 0 if fate is None else fate is Fate.OPEN


def is_below_the_floor(number: int) -> bool:
    """Whether one of its criteria is too low for community interest: one in six."""
    fate = fate_of(number)
    if fate in (Fate.COMPLETED, Fate.SHARED):
        return False
    return number % BELOW_THE_FLOOR == BELOW_THE_FLOOR - 1 or (
        fate is Fate.WAITING and number % BELOW_THE_FLOOR == 0
    )


def evaluations_of(number: int) -> int:
    """How many evaluations are asked for: the quorum, but for what is to be shared out."""
    return 2 if fate_of(number) is Fate.OPEN else 3


def evaluated_by_the_reader(number: int, evaluations: int) -> bool:
    """Whether the evaluator whose pages are read is asked, of whose `evaluations` in all.

    First what fills the queue, then the oldest.
    """
    if fate_of(number) is Fate.OPEN:
        return True
    open_before = sum(fate_of(n) is Fate.OPEN for n in range(min(number, OPENING)))
    open_in_all = OPENING // len(Fate)
    return number - open_before < evaluations - open_in_all


@dataclass(frozen=True)
class Numbered:
    """An action's number among all, and its key."""

    number: int
    key: int


def shared_out(good: Sequence[Numbered]) -> dict[str, list[int]]:
    """The keys, by the state that each goes to; what is left over waits for the committee."""
    found: dict[str, list[int]] = {status: [] for status, _ in SHARES}
    for one in good:
        fate = fate_of(one.number)
        if fate is Fate.COMPLETED:
            found["completed"].append(one.key)
        elif fate is Fate.SHARED:
            found[_SHARED[one.number // len(Fate) % len(_SHARED)]].append(one.key)
    rest = [one.key for one in good if fate_of(one.number) is None]
    start = 0
    for status, share in SHARES:
        end = start + len(rest) * share // 100
        found[status] += rest[start:end]
        start = end
    return found
