"""actions/evaluation/queries/allocation.py: load and kinds balanced, always the same way."""

from hypothesis import given
from hypothesis import strategies as st

from actions.evaluation.queries.allocation import Candidate, Opening, propose

KINDS = ("", "agent", "elected", "ess_partner", "inhabitant")


def candidates(*rows) -> list[Candidate]:
    """People numbered from 1, each given as (kind, load)."""
    return [Candidate(key, kind, load) for key, (kind, load) in enumerate(rows, 1)]


def opening(missing, eligible, kinds=(), key=1) -> Opening:
    return Opening(key, missing, frozenset(eligible), frozenset(kinds))


def proposed(opening_, people) -> tuple[int, ...]:
    return propose([opening_], people)[opening_.key]


def test_a_kind_that_is_not_there_yet_comes_first():
    people = candidates(("agent", 0), ("agent", 0), ("inhabitant", 9), ("elected", 5))

    assert proposed(opening(3, {1, 2, 3, 4}), people) == (1, 4, 3)
    assert proposed(opening(2, {1, 2, 3, 4}, kinds={"agent"}), people) == (4, 3)


def test_then_the_lowest_load_then_the_lowest_key():
    people = candidates(("agent", 2), ("agent", 1), ("agent", 1), ("agent", 0))

    assert proposed(opening(4, {1, 2, 3, 4}, kinds={"agent"}), people) == (4, 2, 3, 1)


def test_nobody_knows_whom_a_blank_kind_speaks_for():
    people = candidates(("", 0), ("agent", 3), ("", 1))

    assert proposed(opening(3, {1, 2, 3}), people) == (2, 1, 3)


def test_what_is_proposed_for_one_action_weighs_on_the_next():
    people = candidates(("agent", 0), ("agent", 0), ("agent", 0))
    openings = [opening(1, {1, 2, 3}, key=key) for key in (7, 8, 9)]

    assert propose(openings, people) == {7: (1,), 8: (2,), 9: (3,)}


def test_nobody_is_missing():
    people = candidates(("agent", 0))

    assert proposed(opening(0, {1}), people) == ()
    assert proposed(opening(-2, {1}), people) == ()
    assert proposed(opening(3, ()), people) == ()


people_of_all_kinds = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5)), min_size=1, max_size=8
).map(lambda rows: candidates(*rows))


@given(people_of_all_kinds, st.data())
def test_a_proposal_is_made_of_as_many_eligible_people_as_can_be(people, data):
    keys = [one.key for one in people]
    openings = [
        opening(data.draw(st.integers(-1, 5)), data.draw(st.sets(st.sampled_from(keys))), key=key)
        for key in range(data.draw(st.integers(0, 4)))
    ]

    answer = propose(openings, people)

    assert list(answer) == [one.key for one in openings]
    for one in openings:
        chosen = answer[one.key]
        assert set(chosen) <= one.eligible
        assert len(set(chosen)) == len(chosen) == max(0, min(one.missing, len(one.eligible)))


@given(people_of_all_kinds, st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(people, missing, random):
    one = opening(missing, {person.key for person in people})
    shuffled = list(people)
    random.shuffle(shuffled)

    assert propose([one], shuffled) == propose([one], people)


@given(people_of_all_kinds, st.integers(1, 5))
def test_no_other_choice_brings_more_kinds(people, missing):
    kinds = {one.key: one.kind for one in people}
    known = {kind for kind in kinds.values() if kind}

    chosen = proposed(opening(missing, kinds), people)

    assert len({kinds[key] for key in chosen} - {""}) == min(missing, len(known))


@given(st.integers(1, 6), st.integers(1, 12), st.integers(1, 3))
def test_loads_end_up_even(evaluators, files, each):
    """Of one kind and all eligible: nobody has two more to write than another."""
    people = candidates(*[("agent", 0)] * evaluators)
    openings = [opening(each, range(1, evaluators + 1), key=key) for key in range(files)]

    shares = [key for chosen in propose(openings, people).values() for key in chosen]

    counts = [shares.count(one.key) for one in people]
    assert max(counts) - min(counts) <= 1
