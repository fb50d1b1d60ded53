"""The bars, the breaches that are known, and what a measure says of them."""

from dataclasses import dataclass
from enum import StrEnum

from tests.benchmarks.pairs import Interval

REFERENCE = "/sante/reference/"
LISTS, DASHBOARDS, FORMS = 15.0, 25.0, 5.0  # times the reference page
GROWTH = 1.5  # from the smallest number of actions to a bigger one
WORKER_MEGABYTES = 150
QUERIES, SESSION_QUERIES, STEP_QUERIES = 12, 28, 25
# An action's page with its whole file, as an agent reads it.
FILE_QUERIES = 21
# All that may wait for a person, each kind in its table.
SPACE_QUERIES = 13
ROWS_FOR_EACH_SHOWN = 10
# What two runs may differ by without anything having changed: nothing is red for so little.
TOLERANCE = 0.05


@dataclass(frozen=True)
class MeasuredPage:
    """One address, who reads it, and how many times the reference page it may take."""

    path: str
    reader: str = ""  # a key of data.load_people; nobody when empty
    limit: float = LISTS
    shown: int = 20  # rows that the page shows, at most
    queries: int = QUERIES
    name: str = ""  # the address with `…` for what depends on the data

    @property
    def title(self) -> str:
        """How tables and known breaches call it."""
        return self.name or self.path


class Bar(StrEnum):
    """What is measured in pairs."""

    REFERENCE = "× reference"
    GROWTH = "growth"


class Outcome(StrEnum):
    """What a measure says of a bar; only BROKEN is red."""

    KEPT = "kept"
    AT_THE_BAR = "at the bar"
    KNOWN = "known breach"
    BROKEN = "broken"


@dataclass(frozen=True)
class Breach:
    """A bar that isn't kept, up to where, and why it stays so (decision 11)."""

    size: str
    page: str
    reader: str
    bar: Bar
    ceiling: float
    reason: str


SEARCHED = "/actions/?q=recyclerie+quartier"
FILES_FOUND = (
    "Each of six questions looks the words up again and opens the five hundred files found, whose "
    "vectors are stored apart."
)
HISTORY = (
    "Since when each of eight thousand actions waits is looked up in its history; twenty thousand "
    "links are shared between communes."
)
# A ceiling is some 15 % above what was measured, so that two runs agree and a page that becomes
# dearer is seen.
KNOWN_BREACHES = (
    Breach("10000", SEARCHED, "", Bar.REFERENCE, 24, FILES_FOUND),
    Breach("10000", SEARCHED, "", Bar.GROWTH, 2.7, FILES_FOUND),
    Breach("10000", "/tableau-de-bord/", "elected", Bar.GROWTH, 2.1, HISTORY),
    Breach("10000", "/tableau-de-bord/", "agent", Bar.GROWTH, 2.1, HISTORY),
    Breach(
        "10000",
        "/actions/",
        "agent",
        Bar.GROWTH,
        1.8,
        "Communes and sectors are counted by joining every action that an agent sees to its own.",
    ),
    Breach(
        "10000",
        "/actions/?defi=2&etat=realisee",
        "",
        Bar.GROWTH,
        1.8,
        "It shows a full page, where a hundred actions leave it half empty.",
    ),
    Breach(
        "10000",
        "/acteurs/…/",
        "",
        Bar.GROWTH,
        1.8,
        "It shows the actions of its carrier: fifty times as many, up to a full page.",
    ),
    Breach(
        "10000",
        "/espace/",
        "carrier",
        Bar.GROWTH,
        2.0,
        "It shows the actions of the carrier: fifty times as many, up to a full page.",
    ),
)


@dataclass(frozen=True)
class Judgement:
    """One bar of one page: what was measured, and what it may be."""

    bar: Bar
    measured: Interval
    limit: float
    breach: Breach | None = None

    @property
    def ceiling(self) -> float:
        """Above what it is red."""
        return self.breach.ceiling if self.breach else self.limit

    @property
    def outcome(self) -> Outcome:
        """Broken only when surely so, by more than two runs may differ."""
        if self.measured.low > self.ceiling * (1 + TOLERANCE):
            return Outcome.BROKEN
        if self.breach:
            return Outcome.KNOWN
        if self.measured.high < self.limit * (1 - TOLERANCE):
            return Outcome.KEPT
        return Outcome.AT_THE_BAR

    @property
    def settled(self) -> bool:
        """Whether more pairs wouldn't change the outcome: none of its borders is in doubt."""
        borders = [self.ceiling * (1 + TOLERANCE)]
        if not self.breach:
            borders.append(self.limit * (1 - TOLERANCE))
        return not any(self.measured.low <= border <= self.measured.high for border in borders)

    @property
    def kept_again(self) -> bool:
        """Whether a known breach surely isn't one any more."""
        return self.breach is not None and self.measured.high < self.limit * (1 - TOLERANCE)


def judge(
    size: str,
    page: MeasuredPage,
    bar: Bar,
    measured: Interval,
    breaches: tuple[Breach, ...] = KNOWN_BREACHES,
) -> Judgement:
    """Compare a measure with its bar, or with the ceiling of its known breach."""
    known = (size, page.title, page.reader, bar)
    breach = next((b for b in breaches if (b.size, b.page, b.reader, b.bar) == known), None)
    return Judgement(bar, measured, page.limit if bar is Bar.REFERENCE else GROWTH, breach)
