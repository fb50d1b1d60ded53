"""What the actions that the committee grants money promise: one definition, for every reader.

Money and jobs are those of the actions that still stand. What an abandoned one was granted is told
apart: it was, and keeps no promise. Both are public, so that nobody reads another figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from actions.enums import ActionStatus


@dataclass(frozen=True)
class Promised:
    """Actions that are funded; euros granted to them; jobs that they will create or keep (full-time
    equivalents). Beside: how many funded actions were given up, and the euros granted to them.
    """

    funded: int = 0
    granted: Decimal = Decimal(0)
    jobs: Decimal = Decimal(0)
    abandoned: int = 0
    given_up: Decimal = Decimal(0)

    @classmethod
    def by(cls, status: str, actions: int, granted: Decimal | None, jobs: Decimal) -> "Promised":
        """Return what `actions` in one status promise: nothing unless the committee funded them."""
        if status in ActionStatus.FUNDED:
            return cls(funded=actions, granted=granted or Decimal(0), jobs=jobs)
        if status == ActionStatus.ABANDONED:
            return cls(abandoned=actions, given_up=granted or Decimal(0))
        return cls()

    def __add__(self, other: "Promised") -> "Promised":
        return Promised(
            self.funded + other.funded,
            self.granted + other.granted,
            self.jobs + other.jobs,
            self.abandoned + other.abandoned,
            self.given_up + other.given_up,
        )

    @property
    def is_engaged(self) -> bool:
        """Whether a funded action keeps the promise: a measure is then « engagée »."""
        return self.funded > 0


NOTHING = Promised()


def added_up(parts: Iterable[Promised]) -> Promised:
    """Add up what several measures or challenges promise."""
    return sum(parts, NOTHING)
