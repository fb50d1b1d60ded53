"""Medians of pairs, and how sure they are."""

import random

import pytest

from tests.benchmarks.pairs import Interval, interval, quotients


def test_each_cost_is_divided_by_its_own_neighbour():
    assert quotients([10, 30], [2, 3]) == [5, 10]
    with pytest.raises(ValueError, match="zip"):
        quotients([10, 30], [2])


def test_weather_that_both_share_leaves_the_quotient_alone():
    weather = [1.0, 1.3, 0.9, 4.0, 1.1]
    pairs = quotients([20 * w for w in weather], [2 * w for w in weather])
    assert interval(pairs).median == pytest.approx(10)


def test_the_interval_leaves_as_many_out_at_each_end():
    # Of twenty values, at most three may be left out at an end: 2 × P(X ≤ 3) = 0.0026, and
    # 2 × P(X ≤ 4) = 0.0118 is more than one in a hundred.
    assert interval(range(1, 21)) == Interval(4, 10.5, 17)
    assert interval(range(1, 21), confidence=0.95) == Interval(6, 10.5, 15)


def test_a_single_storm_moves_nothing():
    calm = interval([10.0] * 20)
    assert interval([10.0] * 19 + [900.0]) == calm == Interval(10, 10, 10)


def test_too_few_values_say_nothing():
    assert interval([3, 1, 2]) == Interval(0, 2, float("inf"))
    assert interval([7.0] * 7) == Interval(0, 7, float("inf"))
    assert interval([7.0] * 8) == Interval(7, 7, 7)


def test_the_interval_narrows_and_holds_the_true_median():
    chance = random.Random(7)  # noqa: S311 - the same numbers each time
    outside = 0
    for _ in range(300):
        values = [chance.lognormvariate(0, 0.3) for _ in range(40)]
        found = interval(values)
        outside += not found.low <= 1 <= found.high
    assert outside <= 6
    few, many = (interval([chance.gauss(10, 1) for _ in range(n)]) for n in (20, 160))
    assert many.high - many.low < few.high - few.low
