"""Rounds: at each size the reference page, then the page; as many rounds as the outcome needs."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.bars import REFERENCE, Bar, Judgement, MeasuredPage, bars_of, judge
from tests.benchmarks.clocks import Cost, Meter, MovedOnError
from tests.benchmarks.pairs import Interval, interval, quotients
from tests.benchmarks.sizes import Size

WARM_UP = 3
# Ten pairs settle a page that is far from its bars; one that is near gets twice as many each time,
# up to here.
FEWEST, MOST = 10, 160
ATTEMPTS = 3
LONGEST_SECONDS = 2400


@dataclass(frozen=True)
class Reference:
    """The reference page that all sizes share, and the sessions of who reads it."""

    meter: Meter
    sessions: Mapping[str, str]

    def cost(self, page: MeasuredPage) -> Cost:
        """What it costs the same kind of reader."""
        return self.meter.cost(REFERENCE, self.sessions["agent" if page.reader else ""])


@dataclass(frozen=True)
class Site:
    """A database of one size, served: writing each page anew, and from kept copies where some are.

    `base` is the size with which its growth compares.
    """

    size: Size
    base: Size | None
    sessions: Mapping[str, str]
    pages: Mapping[tuple, MeasuredPage]
    anew: Meter
    kept: Meter | None = None

    @property
    def meters(self) -> list[Meter]:
        """Of all its servers."""
        return [self.anew] if self.kept is None else [self.anew, self.kept]

    def meter_of(self, page: MeasuredPage) -> Meter:
        """The one of the server that is asked for a page."""
        return self.kept if page.kept and self.kept else self.anew

    def pair(self, key: tuple, reference: Reference) -> tuple[Cost, Cost]:
        """What the reference page costs, and then the page, to the same kind of reader."""
        page = self.pages[key]
        beside = reference.cost(page)
        return beside, self.meter_of(page).cost(page.path, self.sessions[page.reader])


@dataclass
class Sample:
    """What one page cost at one size, each time beside the reference page; by round."""

    pairs: dict[int, tuple[Cost, Cost]] = field(default_factory=dict)

    @property
    def references(self) -> list[Cost]:
        """What the reference page cost."""
        return [reference for reference, _ in self.pairs.values()]

    @property
    def costs(self) -> list[Cost]:
        """What the page cost."""
        return [cost for _, cost in self.pairs.values()]

    def ratios(self) -> list[float]:
        """Each cost in reference pages."""
        return quotients(totals(self.costs), totals(self.references))

    def growths(self, base: "Sample") -> list[float]:
        """Each cost divided by the one of the same round at the base, where both were asked."""
        both = [turn for turn in self.pairs if turn in base.pairs]
        own, bases = ([one.pairs[turn][1] for turn in both] for one in (self, base))
        return quotients(totals(own), totals(bases))


def totals(costs: Sequence[Cost]) -> list[float]:
    """Processor time of web and database together."""
    return [cost.total for cost in costs]


def middle(costs: Sequence[Cost]) -> tuple[float, float]:
    """The medians of web and of database."""
    return median(cost.web for cost in costs), median(cost.database for cost in costs)


@dataclass(frozen=True)
class Line:
    """One page at one size: its sample, what was measured of it, and judged."""

    page: MeasuredPage
    sample: Sample
    ratio: Interval
    growth: Interval | None
    judgements: tuple[Judgement, ...]

    @property
    def settled(self) -> bool:
        """Whether more pairs would change no outcome."""
        return all(one.settled for one in self.judgements)


@dataclass(frozen=True)
class Limits:
    """How many pairs, and how long in all."""

    fewest: int = FEWEST
    most: int = MOST
    deadline: float = field(default_factory=lambda: time.monotonic() + LONGEST_SECONDS)

    def steps(self) -> Iterator[int]:
        """After how many pairs the outcomes are looked at."""
        wanted = self.fewest
        while wanted < self.most:
            yield wanted
            wanted *= 2
        yield self.most

    def check(self) -> None:
        """Exit when the whole has taken too long."""
        if time.monotonic() > self.deadline:
            sys.exit("The benchmark takes too long on this machine.")


def measure(
    sites: Sequence[Site], key: tuple, reference: Reference, limits: Limits
) -> dict[Size, Line]:
    """Measure the page of this key at every site that has it, until its outcomes are settled."""
    having = [site for site in sites if key in site.pages]
    for _ in range(ATTEMPTS):
        try:
            return _measured(having, key, reference, limits)
        except MovedOnError:
            continue
    sys.exit(f"{having[0].pages[key].path}: the processes that answer don't last.")


def _measured(
    sites: Sequence[Site], key: tuple, reference: Reference, limits: Limits
) -> dict[Size, Line]:
    meters = [reference.meter, *(site.meter_of(site.pages[key]) for site in sites)]
    for site in sites:
        for _ in range(WARM_UP):
            site.pair(key, reference)
    for meter in meters:
        meter.find()
    lines = _asked_in_turn(sites, key, reference, limits)
    for meter in meters:
        meter.check()
    return lines


def _asked_in_turn(
    sites: Sequence[Site], key: tuple, reference: Reference, limits: Limits
) -> dict[Size, Line]:
    samples = {site.size: Sample() for site in sites}
    lines: dict[Size, Line] = {}
    done, asked = 0, list(sites)
    for wanted in limits.steps():
        for turn in range(done, wanted):
            limits.check()
            # There and back, so that no size always comes first.
            for site in asked if turn % 2 else reversed(asked):
                samples[site.size].pairs[turn] = site.pair(key, reference)
        done = wanted
        lines |= {site.size: _line(site, key, samples) for site in asked}
        asked = _in_doubt(sites, lines)
        if not asked:
            break
    return lines


def _in_doubt(sites: Sequence[Site], lines: Mapping[Size, Line]) -> list[Site]:
    """The sites to ask again: those in doubt that always were asked, and their bases."""
    longest = max(len(line.sample.pairs) for line in lines.values())
    doubtful = [
        site
        for site in sites
        if not lines[site.size].settled and len(lines[site.size].sample.pairs) == longest
    ]
    wanted = {site.size for site in doubtful} | {site.base for site in doubtful}
    return [site for site in sites if site.size in wanted]


def _line(site: Site, key: tuple, samples: Mapping[Size, Sample]) -> Line:
    page, sample = site.pages[key], samples[site.size]
    ratio = interval(sample.ratios())
    growth = None if site.base is None else interval(sample.growths(samples[site.base]))
    measured = {Bar.REFERENCE: ratio, Bar.PEER: ratio, Bar.GROWTH: growth}
    bars = bars_of(site.size, page, site.base)
    judgements = tuple(judge(site.size, page, bar, measured[bar]) for bar in bars)
    return Line(page, sample, ratio, growth, judgements)
