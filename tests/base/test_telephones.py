"""Telephone numbers can be dialled, and those of France read alike."""

import pytest
from django.core.exceptions import ValidationError

from actors.models import User
from challenges.models import ReceiptTerms
from ess_portal.base.telephones import dialled, tidied, validate_telephone

REFUSED = (
    "Écrivez ce numéro de téléphone en chiffres, séparés au besoin par des espaces, des points ou "
    "des tirets\u00a0: par exemple 04 73 00 00 00 ou +33 4 73 00 00 00."
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0473000000", "04 73 00 00 00"),
        (" 04.73.00.00.00 ", "04 73 00 00 00"),
        ("04-73\u00a000\u202f00 00", "04 73 00 00 00"),
        ("04\u201173\u201300 00 00", "04 73 00 00 00"),
        ("+33 4 73 00 00 00", "+33 4 73 00 00 00"),
        ("+33 (0)4 73 00 00 00", "+33 (0)4 73 00 00 00"),
        ("(01) 42.00-00 00", "(01) 42.00-00 00"),
        ("+1 212-555-0100", "+1 212-555-0100"),
        ("3949", "3949"),
        ("0000000000", "0000000000"),
        ("", ""),
    ],
)
def test_numbers_pass_and_those_of_france_read_alike(typed, kept):
    assert tidied(typed) == kept
    if kept:
        validate_telephone(kept)


@pytest.mark.parametrize(
    "typed",
    [
        "appelez-moi",
        "04 73 00 00 0O",
        "04 73 00 00 00 poste 12",
        "ana@example.org",
        "https://evil.example/1",
        "04 73\u202e00",
        "04 73\u200b00",
        "\u0664\u0665",
        "04+73",
        "++33 4",
        "()- .",
        "+",
        "04/73",
    ],
    ids=ascii,
)
def test_anything_else_is_refused_in_a_sentence(typed):
    with pytest.raises(ValidationError) as refused:
        validate_telephone(tidied(typed))
    assert refused.value.messages == [REFUSED]


@pytest.mark.parametrize("model", [User, ReceiptTerms])
def test_every_number_that_is_kept_is_looked_at(model):
    assert validate_telephone in model._meta.get_field("phone").validators


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("04 73 00 00 00", "0473000000"),
        ("+33 (0)4 73.00-00 00", "+33473000000"),
        ("", ""),
    ],
)
def test_is_dialled_as_digits(written, number):
    assert dialled(written) == number
