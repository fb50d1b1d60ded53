"""What French wants and Django doesn't know: "1er mars", and zero in the singular."""

import re
import unicodedata
from collections.abc import Sequence, Sized
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats, timezone

FIRST_PLURAL = 2
NO_BREAK = "\u00a0"
KILOBYTE = 1000
_FRENCH_MARKS = str.maketrans({",": NO_BREAK, ".": ","})


def plural(number: int | float | Decimal | Sized, ending: str = "s") -> str:
    """Return `ending` from two on: "0 action", "1,5 emploi créé", "2 actions".

    Of a list, it is the number of its items that counts.
    """
    if isinstance(number, Sized):
        number = len(number)
    return ending if abs(number) >= FIRST_PLURAL else ""


def long_date(moment: date | None, layout: str = "j F Y") -> str:
    """Return a date, or a time in local time, in Django's `layout`; the first is "1er"."""
    if not moment:
        return ""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    text = formats.date_format(moment, layout, use_l10n=False)
    return re.sub(r"^1(?=\s)", "1er", text)


def number(value: int | Decimal, decimals: int = 0) -> str:
    """Write a number in French, rounded to `decimals`; none are written when all are zero."""
    rounded = round(Decimal(value), decimals)
    return _written(rounded, 0 if rounded == int(rounded) else decimals)


def figure(value: int | Decimal | str | None, decimals: int = 0) -> str:
    """Write a number in French, half up, with `decimals` unless it is whole; nothing of nothing.

    The same as Django's `floatformat:"-2g"`, which takes ten times as long: a page of figures
    writes hundreds.
    """
    if value is None or value == "":
        return ""
    exact = Decimal(value)
    shown = 0 if exact == int(exact) else decimals
    return _written(exact.quantize(Decimal(1).scaleb(-shown), ROUND_HALF_UP), shown)


def _written(rounded: Decimal, decimals: int) -> str:
    # Python groups and points as English does, and would write "-0".
    return f"{rounded + 0:,.{decimals}f}".translate(_FRENCH_MARKS)


def exactly(value: int | Decimal) -> str:
    """Write a number in French with the decimals that it has: "0,5", "0,25", "3"."""
    exponent = Decimal(value).normalize().as_tuple().exponent
    return number(value, max(0, -int(exponent)))


def euros(value: Decimal, decimals: int = 2) -> str:
    """Write an amount in euros, which no line break separates from its unit."""
    return f"{number(value, decimals)}{NO_BREAK}€"


def siret(number: str) -> str:
    """Write a SIRET as people read it aloud: "732 829 320 00074", on one line."""
    return NO_BREAK.join(filter(None, (number[:3], number[3:6], number[6:9], number[9:])))


def file_size(size: int) -> str:
    """Write a number of bytes as people do: "850 octets", "12 ko", "1,4 Mo"."""
    for unit, name in ((10**9, "Go"), (10**6, "Mo")):
        if size >= unit:
            return f"{number(Decimal(size) / unit, 1)}{NO_BREAK}{name}"
    if size < KILOBYTE:
        return f"{size}{NO_BREAK}octet{plural(size)}"
    return f"{number(Decimal(size) / KILOBYTE)}{NO_BREAK}ko"


def no_breaks(text: str) -> str:
    """Return `text` with the no-break spaces that French wants before ? ! : ; € %, and in « »."""
    return re.sub(r" (?=[?!:;»])|(?<=«) |(?<=\d) (?=[€%])", NO_BREAK, text)


def listed(words: Sequence[str]) -> str:
    """Return "a", "a et b", "a, b et c"."""
    return " et ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def of(name: object) -> str:
    """Return "d’Atelier Vélo", "de Compost Public": `name` after "de", elided before a vowel.

    An h stays whole: whether it is mute is in no table of ours.
    """
    said = str(name)
    first = unicodedata.normalize("NFD", said)[:1].lower()
    return f"d’{said}" if first in tuple("aeiouœæ") else f"de {said}"
