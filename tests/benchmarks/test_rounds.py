"""How pages are asked for: in turn, and as often as their outcomes need."""

import pytest

from tests.benchmarks.bars import REFERENCE, Bar, MeasuredPage, Outcome
from tests.benchmarks.clocks import Cost, MovedOnError
from tests.benchmarks.rounds import Limits, Reference, Site, measure
from tests.benchmarks.sizes import Size

PAGE = MeasuredPage("/actions/", "agent")
SESSIONS = {"": "", "agent": "a"}
FEW, MIDDLE, MANY = Size(100), Size(2_000), Size(10_000)
MANY_SESSIONS = Size(2_000, sessions=200)


class Meter:
    """Costs that are told beforehand; asked for in the order of `journal`."""

    def __init__(self, name: str, journal: list, cost: float, moves: int = 0):
        self.name, self.journal, self.page_cost, self.moves = name, journal, cost, moves

    def find(self) -> None:
        self.journal.append(("find", self.name))

    def check(self) -> None:
        if self.moves:
            self.moves -= 1
            raise MovedOnError

    def cost(self, path: str, session: str) -> Cost:
        self.journal.append((path, self.name, session))
        return Cost(self.page_cost, 0.0, 20)


class World:
    """The reference page at two milliseconds, and a page that costs as told at each size."""

    def __init__(self, costs: dict, page: MeasuredPage = PAGE, moves: int = 0):
        self.journal: list = []
        self.page = page
        self.reference = Reference(
            Meter("reference", self.journal, 2.0), {"": "", "agent": "of that commit"}
        )
        self.sites = [
            Site(size, base, SESSIONS, {page.key: page}, Meter(size.key, self.journal, cost, moves))
            for (size, base), cost in costs.items()
        ]

    def measure(self, limits: Limits) -> dict:
        return measure(self.sites, self.page.key, self.reference, limits)


def two(few: float, many: float, **changes) -> World:
    return World({(FEW, None): few, (MANY, FEW): many}, **changes)


def test_the_reference_page_and_the_page_take_turns_at_every_size():
    world = two(10, 12)
    world.measure(Limits(fewest=2, most=2))
    warm = world.journal.index(("find", "10000")) + 1
    pair = {
        name: [(REFERENCE, "reference", "of that commit"), ("/actions/", name, "a")]
        for name in ("100", "10000")
    }
    there, back = pair["10000"] + pair["100"], pair["100"] + pair["10000"]
    assert world.journal[warm:] == there + back


def test_a_page_that_anybody_reads_stands_beside_what_anybody_reads():
    world = two(10, 12, page=MeasuredPage("/actions/"))
    world.measure(Limits(fewest=2, most=2))
    assert {entry[2] for entry in world.journal if len(entry) == 3} == {""}


def test_ratio_and_growth_are_judged_apart():
    found = two(4, 8).measure(Limits(fewest=20, most=20))
    assert [(one.bar, one.measured.median) for one in found[FEW].judgements] == [(Bar.REFERENCE, 2)]
    assert [(one.bar, one.measured.median, one.outcome) for one in found[MANY].judgements] == [
        (Bar.REFERENCE, 4, Outcome.KEPT),
        (Bar.GROWTH, 2, Outcome.BROKEN),
    ]
    assert (found[FEW].growth, found[MANY].growth.median) == (None, 2)


def test_what_is_in_doubt_is_asked_for_again_up_to_the_most():
    clear = two(4, 4).measure(Limits(10, 160))
    assert [len(line.sample.costs) for line in clear.values()] == [10, 10]
    # Of three pairs nothing can be said; of twelve it can.
    few = two(4, 4).measure(Limits(3, 160))
    assert len(few[FEW].sample.costs) == 12
    world = two(4, 4)
    costs = iter([9.4, 9.6] * 400)
    world.sites[0].anew.cost = lambda path, session: Cost(next(costs), 0, 10)
    small = world.measure(Limits(20, 50))[FEW]
    assert len(small.sample.costs) == 50
    assert small.judgements[0].outcome is Outcome.AT_THE_BAR


def test_only_what_is_in_doubt_is_asked_for_again_with_its_base():
    world = World({(FEW, None): 4, (MIDDLE, FEW): 4, (MANY_SESSIONS, MIDDLE): 4, (MANY, FEW): 4})
    costs = iter([4.5, 4.6] * 400)  # growth of 1.125 or 1.15, which is 1.2 less five per cent
    world.sites[2].anew.cost = lambda path, session: Cost(next(costs), 0, 10)
    found = world.measure(Limits(10, 40))
    assert {size.key: len(line.sample.costs) for size, line in found.items()} == {
        "100": 10,
        "2000": 40,
        "2000,sessions=200": 40,
        "10000": 10,
    }
    # The middle size was asked alone for most of the time: its growth is of what both were asked.
    assert found[MIDDLE].growth.median == 1


def test_a_kept_copy_is_asked_of_the_server_that_keeps_some():
    page = MeasuredPage("/actions/").as_kept()
    world = two(10, 10, page=page)
    kept = Meter("kept", world.journal, 2.0)
    [site, _] = world.sites
    site = Site(FEW, None, SESSIONS, {page.key: page}, site.anew, kept)
    found = measure([site], page.key, world.reference, Limits(10, 10))
    assert found[FEW].ratio.median == 1
    assert site.meters == [site.anew, kept]
    assert site.meter_of(MeasuredPage("/actions/")) is site.anew


def test_a_size_without_the_page_is_left_out():
    world = two(4, 4)
    bare = Site(MIDDLE, FEW, SESSIONS, {}, Meter("2000", world.journal, 4))
    world.sites.append(bare)
    assert list(world.measure(Limits(2, 2))) == [FEW, MANY]


def test_a_page_whose_processes_changed_is_measured_again_a_few_times():
    once = two(4, 4, moves=1).measure(Limits(8, 8))
    assert len(once[FEW].sample.costs) == 8
    with pytest.raises(SystemExit, match="don't last"):
        two(4, 4, moves=100).measure(Limits(8, 8))


def test_the_whole_ends():
    with pytest.raises(SystemExit, match="too long"):
        two(4, 4).measure(Limits(8, 8, deadline=0))
