"""Which action is what: every page is full with a hundred of them."""

from collections import Counter

from tests.benchmarks.shares import (
    OPENING,
    Fate,
    Numbered,
    evaluated_by_the_reader,
    evaluations_of,
    fate_of,
    is_below_the_floor,
    is_left_open,
    shared_out,
)

PAGE = 20


def outcome(total: int) -> dict[str, list[int]]:
    """The numbers of those that were closed and are of community interest, by what became of it."""
    good = [
        Numbered(n, n) for n in range(total) if not is_left_open(n) and not is_below_the_floor(n)
    ]
    return shared_out(good)


def test_a_hundred_actions_fill_every_page():
    assert Counter(map(fate_of, range(OPENING))) == dict.fromkeys(Fate, 25)
    found = {status: len(keys) for status, keys in outcome(OPENING).items()}
    assert found == {"prioritised": 9, "in_progress": 8, "completed": 25, "postponed": 8}
    # Two pages of the public's, one for the committee beside its agenda.
    assert sum(found.values()) >= 2 * PAGE
    waiting = sum(fate_of(n) is Fate.WAITING for n in range(OPENING))
    assert waiting >= PAGE
    open_ones = [n for n in range(OPENING) if is_left_open(n)]
    assert len(open_ones) >= PAGE
    # They are in the reader's queue, and lack evaluators.
    assert all(evaluated_by_the_reader(n, 40) for n in open_ones)
    assert {evaluations_of(n) for n in open_ones} == {2}


def test_thirty_actions_have_some_of_each():
    assert all(keys for status, keys in outcome(30).items())
    assert Counter(map(fate_of, range(30))).keys() == set(Fate)


def test_those_that_follow_are_shared_out():
    more = {status: len(keys) for status, keys in outcome(1_100).items()}
    first = {status: len(keys) for status, keys in outcome(OPENING).items()}
    # Of a thousand, one in ten is left open, and one in six below the floor.
    assert {status: more[status] - first[status] for status in more} == {
        "prioritised": 219,
        "in_progress": 146,
        "completed": 109,
        "postponed": 109,
    }


def test_the_reader_evaluates_as_many_as_asked():
    for total, evaluations in ((100, 40), (2_000, 40), (2_000, 2_000), (10_000, 2_000)):
        asked = sum(evaluated_by_the_reader(n, evaluations) for n in range(total))
        assert asked == evaluations
