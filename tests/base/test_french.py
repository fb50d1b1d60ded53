"""ess_portal/base/french.py: what French wants of numbers and dates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ess_portal.base.french import euros, file_size, listed, long_date, number, plural


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


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0, 0, "0"), (1234567, 0, "1 234 567"), (Decimal("1.50"), 2, "1,50"), (Decimal(2), 2, "2")],
)
def test_a_number_is_grouped_and_has_no_useless_decimals(value, decimals, text):
    assert number(value, decimals) == text.replace(" ", "\u00a0")


def test_an_amount_keeps_its_unit_on_its_line():
    assert euros(Decimal("24500.5")) == "24\u00a0500,50\u00a0€"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_a_list_is_said(words, text):
    assert listed(words) == text


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "1 ko"),
        (55_808, "54 ko"),
        (1024**2 - 600, "1 023 ko"),
        (1024**2, "1 Mo"),
        (1_258_291, "1,2 Mo"),
        (5 * 1024**3, "5 Go"),
    ],
)
def test_a_size_is_said_as_people_say_it(size, words):
    assert file_size(size) == words.replace(" ", "\u00a0")
