"""actions/space/queries/usual_times.py: how long a state lasts, from five past files on."""

import pytest
from django.core.cache import cache

from actions.enums import Transition
from actions.space.queries.usual_times import usual_days
from tests.support.factories import Story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What another test computed is forgotten."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def stayed(ago):
    """A file that stayed so many days under instruction, admitted so many days ago."""

    def stay(days: int, *, admitted: int = 0) -> None:
        with ago(admitted + days):
            story = Story().submitted()
        with ago(admitted):
            story.apply(Transition.ADMIT, story.agent)

    return stay


def test_is_the_median_of_at_least_five_files(stayed):
    for days in (2, 4, 10, 30):
        stayed(days)
    assert usual_days() == {}
    cache.clear()
    stayed(6)
    assert usual_days() == {"submitted": 6}


def test_is_a_day_at_least(stayed):
    for _ in range(5):
        stayed(0)
    assert usual_days() == {"submitted": 1}


def test_forgets_what_is_older_than_two_years(stayed):
    for days in (0, 100, 700, 729, 740):
        stayed(3, admitted=days)
    assert usual_days() == {}


def test_is_computed_once_an_hour(django_assert_num_queries):
    usual_days()
    with django_assert_num_queries(1):  # the cache is in the database
        usual_days()
