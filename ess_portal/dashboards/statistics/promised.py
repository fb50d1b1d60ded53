"""What the actions that the committee grants money promise: one definition, for every reader.

Money and jobs are those of the actions that still stand. What an abandoned one was granted is told
apart: it was, and keeps no promise. So is what the council has yet to vote: it isn't granted.
All are public, so that nobody reads another figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from actions.enums import ActionStatus


@dataclass(frozen=True)
class Granted:
    """Actions alike: whether nothing of their grants is voted, euros voted and proposed, jobs."""

    is_proposed: bool
    actions: int
    voted: Decimal
    proposed: Decimal
    jobs: Decimal

    @classmethod
    def of(cls, is_proposed: bool, actions: int, *sums: Decimal | None) -> "Granted":
        """Read what PostgreSQL counted, whose sums of nothing are None."""
        voted, proposed, jobs = (total or Decimal(0) for total in sums)
        return cls(is_proposed, actions, voted, proposed, jobs)


def sums() -> dict[str, Sum]:
    """Return the sums of summaries, or of tallies, that `Granted` reads, in its order."""
    return {f"total_{name}": Sum(name) for name in ("voted", "proposed", "jobs")}


@dataclass(frozen=True)
class Promised:
    """Actions that are funded; euros granted to them; jobs that they will create or keep (full-time
    equivalents). Beside: how many actions were given up, and the euros granted to them; how many
    aren't funded before the council votes, and the euros proposed to it, increases included.
    """

    funded: int = 0
    granted: Decimal = Decimal(0)
    jobs: Decimal = Decimal(0)
    abandoned: int = 0
    given_up: Decimal = Decimal(0)
    waiting: int = 0
    proposed: Decimal = Decimal(0)

    @classmethod
    def by(cls, status: str, row: "Granted") -> "Promised":
        """Return what actions in one status promise: nothing unless the committee funded them."""
        if status == ActionStatus.ABANDONED:
            return cls(abandoned=row.actions, given_up=row.voted)
        if status not in ActionStatus.FUNDED:
            return cls()
        if row.is_proposed:
            return cls(waiting=row.actions, proposed=row.proposed)
        return cls(funded=row.actions, granted=row.voted, jobs=row.jobs, proposed=row.proposed)

    def __add__(self, other: "Promised") -> "Promised":
        return Promised(
            self.funded + other.funded,
            self.granted + other.granted,
            self.jobs + other.jobs,
            self.abandoned + other.abandoned,
            self.given_up + other.given_up,
            self.waiting + other.waiting,
            self.proposed + other.proposed,
        )

    @property
    def is_engaged(self) -> bool:
        """Whether a funded action keeps the promise: a measure is then « engagée »."""
        return self.funded > 0


NOTHING = Promised()


def added_up(parts: Iterable[Promised]) -> Promised:
    """Add up what several measures or challenges promise."""
    return sum(parts, NOTHING)
