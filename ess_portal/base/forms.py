"""Form fields that read what French people type."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ess_portal.base.calendar import far_off, is_far_off
from ess_portal.base.plain_text import LONGEST_TEXT, unreadable

# How a date is asked for; a field makes a widget of its own from it.
DATE_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def validate_readable(text: str) -> None:
    """Raise `ValidationError` for a character that no font, no machine and no person can know.

    Every text field of every form asks this (`ess_portal.base.apps`).
    """
    if len(str(text)) > LONGEST_TEXT:
        return  # its length is refused
    unknown = unreadable(str(text))  # a field of ours may read something else in it
    if not unknown:
        return
    before = " ".join(text.partition(unknown)[0].split()[-3:])
    where = f"après «\u00a0{before[-40:]}\u00a0»" if before else "tout au début"
    raise ValidationError(
        f"Ce texte contient un caractère illisible (U+{ord(unknown):04X}), {where}\u00a0: "
        "effacez-le, ou retapez ce passage.",
        code="unreadable",
    )


def validate_not_far_off(day: date) -> None:
    """Raise `ValidationError` for a year that nobody means: 0001, 2206, 9999.

    Every date field of every form asks this (`ess_portal.base.apps`).
    """
    if is_far_off(day):
        raise ValidationError(far_off(), code="far_off")


class FrenchDecimalField(forms.DecimalField):
    """A number typed as "12 000,50", "12000.5" or "12 000 €"."""

    default_error_messages = {"invalid": "Écrivez un nombre, par exemple 12000 ou 1,5."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    # django-stubs says the same of its own: a DecimalField is no IntegerField to types.
    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Drop spaces and the euro sign, and take the comma for the decimal point."""
        if isinstance(value, str):
            value = re.sub(r"[\s\u00a0\u202f€]", "", value).replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored number as people write it: "12000,50", and "4000" without decimals."""
        if not isinstance(value, Decimal):
            return value
        whole = value.to_integral_value()
        return f"{whole if value == whole else value:f}".replace(".", ",")


class CompactCharField(forms.CharField):
    """An identifier typed with spaces: they are dropped."""

    def to_python(self, value: Any) -> str:
        """Drop every kind of space and put letters in upper case."""
        return re.sub(r"\s", "", super().to_python(value) or "").upper()
