"""Rounds: at each size the reference page, then the page; as many rounds as the outcome needs."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.bars import REFERENCE, Bar, Judgement, MeasuredPage, judge
from tests.benchmarks.clocks import Cost, Meter, MovedOnError
from tests.benchmarks.pairs import interval, quotients

WARM_UP = 3
# Twenty pairs settle a page that is far from its bars; one that is near gets twice as many each
# time, up to here.
FEWEST, MOST = 20, 160
ATTEMPTS = 3
LONGEST_SECONDS = 1800


@dataclass(frozen=True)
class Site:
    """A database of one size, served."""

    size: str
    meter: Meter
    sessions: dict[str, str]
    pages: Sequence[MeasuredPage]

    def pair(self, page: MeasuredPage) -> tuple[Cost, Cost]:
        """What the reference page costs, and then the page, to the same kind of reader."""
        reference = self.meter.cost(REFERENCE, self.sessions["agent" if page.reader else ""])
        return reference, self.meter.cost(page.path, self.sessions[page.reader])


@dataclass
class Sample:
    """What one page cost at one size, each time beside the reference page."""

    references: list[Cost] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def add(self, pair: tuple[Cost, Cost]) -> None:
        """Keep one pair more."""
        self.references.append(pair[0])
        self.costs.append(pair[1])

    def ratios(self) -> list[float]:
        """Each cost in reference pages."""
        return quotients(totals(self.costs), totals(self.references))

    def growths(self, smaller: "Sample") -> list[float]:
        """Each cost divided by the one of the same round at a smaller size."""
        return quotients(totals(self.costs), totals(smaller.costs))


def totals(costs: Sequence[Cost]) -> list[float]:
    """Processor time of web and database together."""
    return [cost.total for cost in costs]


def middle(costs: Sequence[Cost]) -> tuple[float, float]:
    """The medians of web and of database."""
    return median(cost.web for cost in costs), median(cost.database for cost in costs)


@dataclass(frozen=True)
class Line:
    """One page at one size: its sample, and what was judged of it."""

    page: MeasuredPage
    sample: Sample
    judgements: tuple[Judgement, ...]


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


def measure(sites: Sequence[Site], number: int, limits: Limits) -> list[Line]:
    """Measure the page of this number at every site, until its outcomes are settled."""
    for _ in range(ATTEMPTS):
        try:
            return _measured(sites, number, limits)
        except MovedOnError:
            continue
    sys.exit(f"{sites[0].pages[number].path}: the processes that answer don't last.")


def _measured(sites: Sequence[Site], number: int, limits: Limits) -> list[Line]:
    for site in sites:
        for _ in range(WARM_UP):
            site.pair(site.pages[number])
        site.meter.find()
    samples: dict[str, Sample] = defaultdict(Sample)
    done = 0
    for wanted in limits.steps():
        for turn in range(done, wanted):
            limits.check()
            # There and back, so that neither size always comes first.
            for site in sites if turn % 2 else reversed(sites):
                samples[site.size].add(site.pair(site.pages[number]))
        done = wanted
        lines = [_line(site, number, samples, sites[0].size) for site in sites]
        if all(one.settled for line in lines for one in line.judgements):
            break
    for site in sites:
        site.meter.check()
    return lines


def _line(site: Site, number: int, samples: dict[str, Sample], smallest: str) -> Line:
    page, sample = site.pages[number], samples[site.size]
    measured = {Bar.REFERENCE: interval(sample.ratios())}
    if site.size != smallest:
        measured[Bar.GROWTH] = interval(sample.growths(samples[smallest]))
    judgements = (judge(site.size, page, bar, value) for bar, value in measured.items())
    return Line(page, sample, tuple(judgements))
