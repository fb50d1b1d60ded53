"""ess_portal/base/calendar.py: working days of France, months from date to date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_portal.base.calendar import is_working_day, months_after, working_days_after

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 1, 1), False),
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2027, 3, 29), False),
        (date(2026, 5, 1), False),
        (date(2026, 5, 8), False),
        (date(2026, 5, 14), False),  # Ascension
        (date(2026, 5, 25), False),  # Whit Monday
        (date(2026, 7, 14), False),
        (date(2028, 8, 15), False),
        (date(2027, 11, 1), False),
        (date(2026, 11, 11), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),  # Saturday; only Alsace rests on a weekday
        (date(2028, 12, 26), True),
        (date(2026, 4, 3), True),  # Good Friday: Alsace alone rests
    ],
)
def test_week_ends_and_public_holidays_are_not_worked(day, works):
    assert is_working_day(day) == works


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),
        (date(2026, 11, 21), date(2026, 12, 4)),  # from a Saturday
        (date(2026, 4, 30), date(2026, 5, 19)),  # over 1 May, 8 May and Ascension
        (date(2026, 12, 18), date(2027, 1, 5)),  # over Christmas and New Year
    ],
)
def test_ten_working_days_skip_what_is_not_worked(day, after):
    assert working_days_after(day, 10) == after


@given(day=DAYS, number=st.integers(1, 30))
def test_so_many_working_days_lie_between(day, number):
    after = working_days_after(day, number)
    between = [day + timedelta(days=n) for n in range(1, (after - day).days + 1)]
    assert sum(map(is_working_day, between)) == number
    assert is_working_day(after)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 23), 2, date(2027, 1, 23)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 10, 15), 2, date(2026, 12, 15)),
        (date(2026, 1, 30), 24, date(2028, 1, 30)),
    ],
)
def test_months_go_from_date_to_date_or_to_the_end_of_a_shorter_one(day, months, after):
    assert months_after(day, months) == after
