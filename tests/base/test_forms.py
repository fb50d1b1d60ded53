"""Numbers and identifiers as French people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from ess_portal.base.forms import CompactCharField, FrenchDecimalField


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
