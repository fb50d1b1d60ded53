"""What is said of a bar, and of a breach that is known."""

from dataclasses import replace

import pytest

from tests.benchmarks.bars import (
    GROWTH,
    KEPT,
    KNOWN_BREACHES,
    LISTS,
    PAGES,
    REFERENCE,
    TOLERANCE,
    Bar,
    Breach,
    Judgement,
    MeasuredPage,
    Outcome,
    bars_of,
    blocks_allowed,
    judge,
)
from tests.benchmarks.pairs import Interval
from tests.benchmarks.peers import PUBLIC_LIST
from tests.benchmarks.sizes import Size

FEW, MANY = Size(100), Size(10_000)
PAGE = MeasuredPage("/actions/?q=mot", "agent")
BREACH = Breach("10000", "/actions/?q=mot", "agent", Bar.GROWTH, 2.5, "Looks each word up.")


def outcome_of(low: float, high: float, breach: Breach | None = None) -> Outcome:
    measured = Interval(low, (low + high) / 2, high)
    return Judgement(Bar.GROWTH, measured, 1.0, breach).outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.80, 0.94, Outcome.KEPT),
        (0.80, 0.96, Outcome.AT_THE_BAR),
        (0.98, 1.02, Outcome.AT_THE_BAR),
        (1.01, 1.04, Outcome.AT_THE_BAR),
        (1.04, 1.50, Outcome.AT_THE_BAR),  # not sure enough to be red
        (1.06, 1.50, Outcome.BROKEN),
        (0.00, float("inf"), Outcome.AT_THE_BAR),
    ],
)
def test_a_bar_is_broken_when_surely_so(low, high, outcome):
    assert outcome_of(low, high) is outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.50, 0.60, Outcome.KNOWN),
        (1.50, 1.60, Outcome.KNOWN),
        (2.40, 2.60, Outcome.KNOWN),
        (2.63, 2.80, Outcome.BROKEN),
    ],
)
def test_a_known_breach_is_green_up_to_its_own_ceiling(low, high, outcome):
    assert outcome_of(low, high, BREACH) is outcome


def test_sampling_goes_on_while_a_border_is_in_doubt():
    def settled(low, high, breach=None):
        return Judgement(Bar.GROWTH, Interval(low, low, high), 1.0, breach).settled

    assert settled(0.80, 0.94)
    assert settled(0.96, 1.04)  # surely at the bar
    assert settled(1.06, 1.20)
    assert not settled(0.90, 0.96)
    assert not settled(1.04, 1.06)
    assert not settled(0.0, float("inf"))
    # Of a known breach, only the ceiling is a border.
    assert settled(0.90, 0.96, BREACH)
    assert not settled(2.60, 2.64, BREACH)


def test_a_breach_that_is_kept_again_says_so():
    assert Judgement(Bar.GROWTH, Interval(0.8, 0.9, 0.94), 1.0, BREACH).kept_again
    assert not Judgement(Bar.GROWTH, Interval(0.8, 0.9, 0.96), 1.0, BREACH).kept_again
    assert not Judgement(Bar.GROWTH, Interval(0.8, 0.9, 0.94), 1.0).kept_again


def test_the_bar_is_the_page_s_own_and_the_breach_is_found():
    measured = Interval(1, 1, 1)
    assert judge(FEW, PAGE, Bar.REFERENCE, measured).limit == PAGES
    assert judge(FEW, PAGE, Bar.GROWTH, measured).limit == GROWTH
    found = judge(MANY, PAGE, Bar.GROWTH, measured, (BREACH,))
    assert (found.breach, found.ceiling) == (BREACH, 2.5)


def test_the_peer_s_bar_is_its_own_cost_divided():
    public = MeasuredPage("/actions/", limit=LISTS, peer=PUBLIC_LIST)
    measured = Interval(1, 1, 1)
    assert judge(FEW, public, Bar.PEER, measured).limit == pytest.approx(18.3 / 2.2)
    kept = public.as_kept()
    assert judge(FEW, kept, Bar.PEER, measured).limit == pytest.approx(18.3 / 5)
    assert judge(FEW, kept, Bar.REFERENCE, measured).limit == KEPT


def test_what_is_judged_where():
    """Reference pages are counted up to ten thousand actions, growth from a base."""
    with_peer = MeasuredPage("/actions/", peer=PUBLIC_LIST)
    assert bars_of(FEW, PAGE, None) == [Bar.REFERENCE]
    assert bars_of(MANY, with_peer, FEW) == [Bar.REFERENCE, Bar.PEER, Bar.GROWTH]
    assert bars_of(Size(100_000), with_peer, FEW) == [Bar.GROWTH]
    assert bars_of(Size(100, sessions=200), with_peer, FEW) == [Bar.GROWTH]


def test_what_everybody_is_shown_alike_may_be_kept():
    assert MeasuredPage("/actions/").may_be_kept
    assert not MeasuredPage("/actions/", "agent").may_be_kept
    assert not MeasuredPage(REFERENCE).may_be_kept


def test_blocks_may_grow_by_a_third_and_the_levels_of_indexes():
    assert blocks_allowed(PAGE, 100) == pytest.approx(630)
    assert blocks_allowed(replace(PAGE, blocks_more=1000), 100) == pytest.approx(1130)


@pytest.mark.parametrize(
    ("size", "page", "bar"),
    [
        (FEW, PAGE, Bar.GROWTH),
        (MANY, MeasuredPage("/actions/?q=mot"), Bar.GROWTH),
        (MANY, MeasuredPage("/actions/", "agent"), Bar.GROWTH),
        (MANY, PAGE, Bar.REFERENCE),
        (MANY, PAGE.as_kept(), Bar.GROWTH),
    ],
)
def test_a_breach_excuses_nothing_else(size, page, bar):
    assert judge(size, page, bar, Interval(1, 1, 1), (BREACH,)).breach is None


def test_pages_with_an_address_of_the_data_s_own_are_known_by_name():
    page = MeasuredPage("/actions/ESS-2026-0007/", name="/actions/…/")
    breach = Breach("10000", "/actions/…/", "", Bar.GROWTH, 2, "Why.")
    assert judge(MANY, page, Bar.GROWTH, Interval(1, 1, 1), (breach,)).breach is breach


def test_every_known_breach_has_a_reason_and_a_ceiling_above_its_bar():
    known = {(b.size, b.page, b.reader, b.bar, b.kept) for b in KNOWN_BREACHES}
    assert len(known) == len(KNOWN_BREACHES)
    for breach in KNOWN_BREACHES:
        assert breach.reason.endswith(".")
        lowest = GROWTH if breach.bar is Bar.GROWTH else PAGES
        assert breach.ceiling > lowest * (1 + TOLERANCE)
