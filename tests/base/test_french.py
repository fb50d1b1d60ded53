"""ess_portal/base/french.py: what French wants of numbers and dates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ess_portal.base.french import long_date, plural


@pytest.mark.parametrize(
    ("number", "ending"),
    [(0, ""), (1, ""), (Decimal("1.5"), ""), (2, "s"), (-3, "s"), ([], ""), ((1, 2), "s")],
)
def test_the_plural_begins_at_two(number, ending):
    assert plural(number) == ending


@pytest.mark.parametrize(
    ("moment", "layout", "text"),
    [
        (date(2027, 3, 1), "j F Y", "1er mars 2027"),
        (date(2027, 3, 11), "j F Y", "11 mars 2027"),
        (date(2027, 8, 1), "j F", "1er août"),
        (datetime(2026, 12, 31, 23, 5, tzinfo=UTC), "j F Y à H:i", "1er janvier 2027 à 00:05"),
        (None, "j F Y", ""),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_paris(moment, layout, text):
    assert long_date(moment, layout) == text
