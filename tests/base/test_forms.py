"""Numbers and identifiers as French people type them."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils import timezone

from ess_portal.base.forms import (
    CompactCharField,
    FrenchDecimalField,
    validate_not_far_off,
    validate_readable,
)

NOW = timezone.localdate()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12 000,50 €", Decimal("12000.50")),
        ("12\u202f000,5\u00a0€", Decimal("12000.5")),
        ("12000.5", Decimal("12000.5")),
        ("0", Decimal(0)),
        ("", None),
        (" € ", None),
    ],
)
def test_numbers_are_read(typed, read):
    assert FrenchDecimalField(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["douze", "1,2,3", "NaN", "Infinity", "--1", "\x00", "1_0x"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        FrenchDecimalField().clean(typed)
    assert refused.value.messages == ["Écrivez un nombre, par exemple 12000 ou 1,5."]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (Decimal("12000.50"), "12000,50"),
        (Decimal("4000.00"), "4000"),
        (Decimal("1.5"), "1,5"),
        (Decimal(0), "0"),
        (Decimal("0E+3"), "0"),
        ("12 000 € et quelques", "12 000 € et quelques"),
        (None, None),
    ],
)
def test_numbers_are_shown_as_typed(stored, shown):
    assert FrenchDecimalField().prepare_value(stored) == shown


def test_identifiers_lose_their_spaces():
    assert CompactCharField().clean(" w63\u00a0200 0001 ") == "W632000001"


def every_form(base: type = forms.BaseForm) -> set[type]:
    """Every form that is known once all addresses are: the portal's, Django's, allauth's."""
    return {base}.union(*map(every_form, base.__subclasses__()))


def test_every_text_field_refuses_what_nobody_can_read():
    assert get_resolver().reverse_dict  # all views are imported, and their forms
    texts = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField)
        and not isinstance(field, forms.EmailField | forms.GenericIPAddressField | forms.UUIDField)
        and not isinstance(field, forms.SlugField | forms.JSONField)
    }

    assert len(texts) > 40
    assert {name for name, field in texts.items() if validate_readable not in field.validators} == (
        set()
    )


def test_every_date_field_refuses_a_year_that_nobody_means():
    assert get_resolver().reverse_dict
    days = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DateField)
    }

    assert len(days) > 10
    assert {
        name for name, field in days.items() if validate_not_far_off not in field.validators
    } == set()


@pytest.mark.parametrize("year", ["0001", "0026", "1926", "1999", str(NOW.year + 31), "9999"])
def test_a_far_year_is_refused_beside_its_field(year):
    with pytest.raises(ValidationError) as refused:
        forms.DateField().clean(f"{year}-03-01")

    assert refused.value.messages == [
        f"Vérifiez l’année\u00a0: une date entre 2000 et {NOW.year + 30} est attendue."
    ]


@pytest.mark.parametrize("year", [2000, NOW.year, NOW.year + 30])
def test_a_year_within_reach_is_taken(year):
    assert forms.DateField().clean(f"{year}-03-01") == date(year, 3, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Puce \uf0b7 de Word", "(U+F0B7), après «\u00a0Puce\u00a0»\u00a0: "),
        ("\U000f0000", "(U+F0000), tout au début\u00a0: "),
        ("un deux trois quatre\u0378", "(U+0378), après «\u00a0deux trois quatre\u00a0»\u00a0: "),
        ("x" * 90 + "\uf0b7", f"(U+F0B7), après «\u00a0{'x' * 40}\u00a0»\u00a0: "),
    ],
)
def test_what_nobody_can_read_is_named_and_found_again(typed, said):
    with pytest.raises(ValidationError) as refused:
        forms.CharField().clean(typed)

    assert refused.value.messages == [
        f"Ce texte contient un caractère illisible {said}effacez-le, ou retapez ce passage."
    ]
