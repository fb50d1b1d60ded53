"""ess_portal/base/plain_text.py: one form for what is typed, and none that harms a document."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_portal.base.plain_text import (
    BREAK_HERE,
    UNDRAWABLE,
    drawable,
    mapped,
    normalised,
    simple,
    unreadable,
)

ACUTE, BELOW = "\u0301", "\u0323"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Épicerie", "Épicerie"),
        ("E" + ACUTE + "picerie", "Épicerie"),
        ("a" + ACUTE * 9_990, "á" + ACUTE * 3),
        ("x" + (ACUTE + BELOW) * 3 + "y", "x" + BELOW * 2 + ACUTE * 2 + "y"),
        ("שָׁלוֹם", unicodedata.normalize("NFC", "שָׁלוֹם")),
        ("", ""),
        ("   ", "   "),
        ("\u200b\u2060\ufeff", ""),
        ("\u00a0\u2003\u3164\u2800", ""),
        (ACUTE * 3, ""),
        ("\u202e\u2066 \n\t", ""),
        ("Refusé \u202eéborppa\u202c", "Refusé éborppa"),
        ("שלום\u200f !", "שלום\u200f !"),
        ("\u200bmot", "\u200bmot"),
        ("👩\u200d🌾", "👩\u200d🌾"),
    ],
)
def test_text_has_one_form(typed, kept):
    assert normalised(typed) == kept


@given(st.text(max_size=80))
def test_a_second_time_changes_nothing(typed):
    once = normalised(typed)

    assert normalised(once) == once


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("Épicerie 100 % locale…", ""),
        ("Bravo 😀 \U0001faf8 \U0001fae8 \U0001faff", ""),
        ("puce \uf0b7 de Word", "\uf0b7"),
        ("d’un autre plan \U000f0000", "\U000f0000"),
        ("jamais attribué \u0378", "\u0378"),
        ("\ufdd0\uf0b7", "\ufdd0"),
        ("moitié \ud83d", "\ud83d"),
        ("中文 и עברית", ""),
    ],
)
def test_what_nobody_can_read_is_found(typed, unknown):
    assert unreadable(typed) == unknown


@pytest.mark.parametrize("letter", ["a\u0315\u0300\u05ae", "中", "\u200b", "\u0301\u0323", "’"])
def test_two_million_letters_take_a_moment(letter):
    typed = letter * (2_000_000 // len(letter))
    begun = time.thread_time()

    normalised(typed)
    unreadable(typed)

    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("sens \u202einversé\u202c", "sens inversé"),
        ("\u200b", UNDRAWABLE),
        ("", ""),
        ("Quoi ?", "Quoi\u00a0?"),
        ("a" * 24, "a" * 24),
        ("a" * 25, "a" * 12 + BREAK_HERE + "a" * 12 + BREAK_HERE + "a"),
        ("x" * 12 + ACUTE + "x" * 12, "x" * 12 + ACUTE + BREAK_HERE + "x" * 12),
        ("a" + ACUTE * 9_990, "á" + ACUTE * 3),
    ],
)
def test_a_document_gets_letters_it_can_draw(typed, drawn):
    assert drawable(typed) == drawn


def test_simple_letters_are_those_of_europe():
    assert (
        simple("été Ελλάδα Київ «\u00a0œ\u00a0» — 3 €\n")
        == "été Ελλάδα Київ «\u00a0œ\u00a0» — 3 €\n"
    )
    assert simple("שלום 中") == UNDRAWABLE * 4 + " " + UNDRAWABLE


def test_every_text_of_plain_data_is_changed_and_no_key():
    assert mapped({"a": ["b", 1, None, ("c", {"d": "e"})]}, str.upper) == {
        "a": ["B", 1, None, ["C", {"d": "E"}]]
    }
