"""The bars, the breaches that are known, and what a measure says of them."""

from dataclasses import dataclass, replace
from enum import StrEnum

from tests.benchmarks.pairs import Interval
from tests.benchmarks.peers import peer_of
from tests.benchmarks.sizes import Size

REFERENCE = "/sante/reference/"
# Times the reference page of the commit that original.py names.
PAGES, LISTS, SEARCH, ADMINISTRATION = 5.0, 8.0, 8.0, 8.0
KEPT = 1.5  # served from a kept copy
UNCHANGED = 1.0  # our own reference page
JUDGED_UP_TO = 10_000  # actions; beyond, growth says the same
GROWTH = 1.2
WORKER_MEGABYTES = 120
START_SECONDS = 1.0  # of processor time, until the first answer
QUERIES, SESSION_QUERIES, STEP_QUERIES = 12, 20, 17
# An action's page with its whole file, as an agent reads it.
FILE_QUERIES = 16
# All that may wait for a person, each kind in its table.
SPACE_QUERIES = 11
ROWS_FOR_EACH_SHOWN = 10
# Blocks of eight kilobytes that PostgreSQL looks at for a page, at any size; and what they may
# become where there is more: the base's by a third, and the levels that indexes gain.
BLOCKS = 1500
BLOCKS_GROWTH, BLOCKS_MORE = 1.3, 500
# The carrier who is measured has a two-hundredth of all files: five hundred of a hundred thousand,
# which their space counts, and sorts.
SPACE_BLOCKS_MORE = 1000
# What two runs may differ by without anything having changed: nothing is red for so little.
TOLERANCE = 0.05


@dataclass(frozen=True)
class MeasuredPage:
    """One address, who reads it, and how many times the reference page it may take."""

    path: str
    reader: str = ""  # a key of data.load_people; nobody when empty
    limit: float = PAGES
    shown: int = 20  # rows that the page shows, at most
    queries: int = QUERIES
    name: str = ""  # the address with `…` for what depends on the data
    peer: str = ""  # a key of peers.PEERS
    blocks: int = BLOCKS
    blocks_more: int = BLOCKS_MORE  # beside a third, where there is more of everything
    kept: bool = False  # served from the copy that the web keeps

    @property
    def title(self) -> str:
        """How tables and known breaches call it."""
        return self.name or self.path

    @property
    def said(self) -> str:
        """How sentences call it."""
        return f"{self.title} ({self.reader or 'anybody'}{', kept' if self.kept else ''})"

    @property
    def key(self) -> tuple[str, str, bool]:
        """The same page at every size."""
        return self.title, self.reader, self.kept

    @property
    def may_be_kept(self) -> bool:
        """Whether a copy of it is kept: what everybody is shown alike, but the unit itself, and
        what answers words.
        """
        return not self.reader and self.path != REFERENCE and "?q=" not in self.path

    def as_kept(self) -> "MeasuredPage":
        """The same page from its kept copy."""
        return replace(self, kept=True, limit=KEPT)


def blocks_allowed(page: MeasuredPage, base: int) -> float:
    """What a page may look at where there is more, `base` being what it looks at with less."""
    return BLOCKS_GROWTH * base + page.blocks_more


class Bar(StrEnum):
    """What is measured in pairs."""

    REFERENCE = "× reference"
    GROWTH = "growth"
    PEER = "peer ÷ us"


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
    kept: bool = False


# None. One that has to be borne says why, and its ceiling is some 15 % above what was measured.
KNOWN_BREACHES: tuple[Breach, ...] = ()


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
    size: Size,
    page: MeasuredPage,
    bar: Bar,
    measured: Interval,
    breaches: tuple[Breach, ...] = KNOWN_BREACHES,
) -> Judgement:
    """Compare a measure with its bar, or with the ceiling of its known breach.

    What the peer's cost is divided by is measured in reference pages, as `Bar.REFERENCE` is.
    """
    known = (size.key, *page.key, bar)
    breach = next((b for b in breaches if (b.size, b.page, b.reader, b.kept, b.bar) == known), None)
    return Judgement(bar, measured, _limit(page, bar), breach)


def bars_of(size: Size, page: MeasuredPage, base: Size | None) -> list[Bar]:
    """What is judged of a page at one size, whose growth is compared with that at `base`."""
    bars = []
    if size.is_usual and size.actions <= JUDGED_UP_TO:
        bars += [Bar.REFERENCE, Bar.PEER] if page.peer else [Bar.REFERENCE]
    return bars if base is None else [*bars, Bar.GROWTH]


def _limit(page: MeasuredPage, bar: Bar) -> float:
    if bar is Bar.PEER:
        return peer_of(page.peer, kept=page.kept).limit
    return page.limit if bar is Bar.REFERENCE else GROWTH
