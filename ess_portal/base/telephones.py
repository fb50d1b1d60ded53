"""Telephone numbers: digits and what parts them, so that whoever reads one can dial it."""

import re

from django.core.exceptions import ValidationError

LONGEST_NUMBER = 30
# Ten digits of France, however they are parted.
_FRENCH = re.compile(r"0[1-9]\d{8}")
_NUMBER = re.compile(r"\+?[0-9 .()\-]*[0-9][0-9 .()\-]*")
# What phones and word processors write for a space and a dash.
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_DASHES = re.compile(r"[\u2010-\u2014\u2212]")


def tidied(typed: str) -> str:
    """Return a number with plain spaces and dashes, one of France two digits by two."""
    number = _DASHES.sub("-", _SPACES.sub(" ", typed)).strip()
    digits = re.sub(r"[ .\-]", "", number)
    if _FRENCH.fullmatch(digits):
        return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    return number


def dialled(number: str) -> str:
    """Return what a telephone dials for a number as it is written: "+33 (0)4…" loses its zero."""
    return re.sub(r"[^+0-9]", "", number.replace("(0)", ""))


def validate_telephone(value: str) -> None:
    """Raise `ValidationError` unless a number holds digits, spaces, dots, dashes, parentheses and
    perhaps a "+" in front.
    """
    if not _NUMBER.fullmatch(value):
        raise ValidationError(
            "Écrivez ce numéro de téléphone en chiffres, séparés au besoin par des espaces, des "
            "points ou des tirets\u00a0: par exemple 04 73 00 00 00 ou +33 4 73 00 00 00."
        )
