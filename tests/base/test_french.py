"""ess_portal/base/french.py: what French wants of numbers and dates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template.defaultfilters import floatformat

from ess_portal.base.french import (
    euros,
    exactly,
    figure,
    listed,
    long_date,
    number,
    of,
    plural,
    siret,
)


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


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Decimal("1234567.50"), 2, "1 234 567,50"),
        (Decimal("28000.00"), 2, "28 000"),
        (Decimal("0.25"), 1, "0,3"),
        (Decimal("3.04"), 1, "3,0"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("2.5"), 0, "3"),
        (12, 1, "12"),
        (None, 1, ""),
        ("", 2, ""),
    ],
)
def test_a_figure_is_written_as_django_would(value, decimals, text):
    text = text.replace(" ", "\u00a0")
    django = floatformat(value, f"-{decimals}g" if decimals else "0g")
    assert (figure(value, decimals), django) == (text, text)


def test_no_number_is_minus_zero():
    assert (number(Decimal("-0.04"), 1), euros(Decimal("-0.001"))) == ("0", "0\u00a0€")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.50", "0,5"),
        ("0.25", "0,25"),
        ("3.00", "3"),
        ("0.00", "0"),
        ("1200.5", "1\u00a0200,5"),
        (2, "2"),
    ],
)
def test_a_number_has_the_decimals_it_needs(value, text):
    assert exactly(Decimal(value)) == text


def test_an_amount_keeps_its_unit_on_its_line():
    assert euros(Decimal("24500.5")) == "24\u00a0500,50\u00a0€"


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")],
)
def test_a_list_is_said(words, text):
    assert listed(words) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("73282932000074", "732\u00a0829\u00a0320\u00a000074"), ("", "")],
)
def test_a_siret_is_read_in_groups(number, text):
    assert siret(number) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Épicerie des Vergnes", "d’Épicerie des Vergnes"),
        ("Œuvre commune", "d’Œuvre commune"),
        ("ESS 63", "d’ESS 63"),
        ("Compost Public", "de Compost Public"),
        ("Les Ateliers", "de Les Ateliers"),
        ("Habitat Partagé", "de Habitat Partagé"),
        ("", "de "),
    ],
)
def test_a_name_after_de_loses_no_vowel_to_another(name, text):
    assert of(name) == text
