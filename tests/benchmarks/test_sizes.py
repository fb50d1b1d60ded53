"""The axes: how many actions, and how many of what else."""

import pytest

from tests.benchmarks.sizes import DEFAULT, Size, bases_of, parse_all

FEW, MANY, MIDDLE = Size(100), Size(100_000), Size(2_000)


def test_sizes_are_read_from_a_list_fewest_actions_first_and_other_axes_last():
    assert parse_all(DEFAULT) == [
        FEW,
        MIDDLE,
        Size(10_000),
        MANY,
        Size(2_000, evaluations=2_000),
        Size(2_000, organisations=2_000),
        Size(2_000, sessions=200),
    ]
    assert parse_all("100 100") == [FEW]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2000,organisations=2000", "compared with 2000,"),
        ("100 100,sessions", "dictionary update"),
        ("100 100,members=3", "axes are organisations"),
        ("100 100,sessions=3,sessions=4", "axes are organisations"),
        ("100 100,evaluations=101", "once"),
        ("many", "invalid literal"),
    ],
)
def test_what_is_no_size_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        parse_all(text)


def test_a_size_says_its_name_and_reads_it_again():
    for size, title, database in (
        (Size(10_000), "10,000 actions", "10000"),
        (
            Size(2_000, organisations=2_000, sessions=200),
            "2,000 actions, 2,000 organisations, 200 sessions of the committee",
            "2000_organisations_2000_sessions_200",
        ),
        (
            Size(2_000, evaluations=2_000),
            "2,000 actions, 2,000 evaluations of one evaluator",
            "2000_evaluations_2000",
        ),
    ):
        assert (size.title, size.database) == (title, database)
        assert Size.parse(size.key) == size


def test_each_size_is_compared_with_one_that_differs_on_one_axis_alone():
    many_sessions = Size(2_000, sessions=200)
    assert bases_of([FEW, MIDDLE, MANY, many_sessions]) == {
        FEW: None,
        MIDDLE: FEW,
        MANY: FEW,
        many_sessions: MIDDLE,
    }
