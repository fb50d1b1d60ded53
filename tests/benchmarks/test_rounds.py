"""How pages are asked for: in turn, and as often as their outcomes need."""

import pytest

from tests.benchmarks.bars import REFERENCE, Bar, MeasuredPage, Outcome
from tests.benchmarks.clocks import Cost, MovedOnError
from tests.benchmarks.rounds import Limits, Site, measure

PAGE = MeasuredPage("/actions/", "agent")
SESSIONS = {"": "", "agent": "a"}


class Meter:
    """Costs that are told beforehand; asked for in the order of `journal`."""

    def __init__(self, size: str, journal: list, cost: float, moves: int = 0):
        self.size, self.journal, self.page_cost, self.moves = size, journal, cost, moves

    def find(self) -> None:
        self.journal.append(("find", self.size))

    def check(self) -> None:
        if self.moves:
            self.moves -= 1
            raise MovedOnError

    def cost(self, path: str, session: str) -> Cost:
        self.journal.append((path, self.size, session))
        return Cost(1.0, 1.0, 10) if path == REFERENCE else Cost(self.page_cost, 0.0, 20)


def sites(small: float, big: float, moves: int = 0) -> tuple[list, list[Site]]:
    journal: list = []
    return journal, [
        Site(size, Meter(size, journal, cost, moves), SESSIONS, [PAGE])
        for size, cost in (("100", small), ("10000", big))
    ]


def test_reference_and_page_take_turns_at_both_sizes():
    journal, both = sites(10, 12)
    measure(both, 0, Limits(fewest=2, most=2))
    warm = journal.index(("find", "10000")) + 1
    pair = {size: [(REFERENCE, size, "a"), ("/actions/", size, "a")] for size in ("100", "10000")}
    there, back = pair["10000"] + pair["100"], pair["100"] + pair["10000"]
    assert journal[warm:] == there + back


def test_ratio_and_growth_are_judged_apart():
    _, both = sites(10, 22)
    small, big = measure(both, 0, Limits(fewest=20, most=20))
    assert [(one.bar, one.measured.median) for one in small.judgements] == [(Bar.REFERENCE, 5)]
    assert [(one.bar, one.measured.median, one.outcome) for one in big.judgements] == [
        (Bar.REFERENCE, 11, Outcome.KEPT),
        (Bar.GROWTH, 2.2, Outcome.BROKEN),
    ]


def test_what_is_in_doubt_is_asked_for_again_up_to_the_most():
    _, clear = sites(10, 10)
    assert [len(line.sample.costs) for line in measure(clear, 0, Limits(20, 160))] == [20, 20]
    # Of three pairs nothing can be said; of twelve it can.
    _, few = sites(10, 10)
    assert len(measure(few, 0, Limits(3, 160))[0].sample.costs) == 12
    _, both = sites(10, 10)
    costs = iter([14.2, 14.3] * 400)
    both[0].meter.cost = lambda path, _: Cost(1 if path == REFERENCE else next(costs), 0, 10)
    small = measure(both, 0, Limits(20, 50))[0]
    assert len(small.sample.costs) == 50
    assert small.judgements[0].outcome is Outcome.AT_THE_BAR


def test_a_page_whose_processes_changed_is_measured_again_a_few_times():
    _, once = sites(10, 10, moves=1)
    assert len(measure(once, 0, Limits(8, 8))[0].sample.costs) == 8
    _, always = sites(10, 10, moves=100)
    with pytest.raises(SystemExit, match="don't last"):
        measure(always, 0, Limits(8, 8))


def test_the_whole_ends():
    _, both = sites(10, 10)
    with pytest.raises(SystemExit, match="too long"):
        measure(both, 0, Limits(8, 8, deadline=0))
