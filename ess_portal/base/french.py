"""What French wants and Django doesn't know: "1er mars", and zero in the singular."""

import re
from collections.abc import Sequence, Sized
from datetime import date, datetime
from decimal import Decimal

from django.utils import formats, timezone

FIRST_PLURAL = 2
NO_BREAK = "\u00a0"


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
    shown = 0 if rounded == int(rounded) else decimals
    return formats.number_format(rounded, shown, force_grouping=True)


def euros(value: Decimal, decimals: int = 2) -> str:
    """Write an amount in euros, which no line break separates from its unit."""
    return f"{number(value, decimals)}{NO_BREAK}€"


def file_size(size: int) -> str:
    """Write a size in bytes as people say it: "54 ko", "1,2 Mo"; no file weighs nothing."""
    for unit, bytes_in_it in (("Go", 1024**3), ("Mo", 1024**2)):
        if size >= bytes_in_it:
            return f"{number(Decimal(size) / bytes_in_it, 1)}{NO_BREAK}{unit}"
    return f"{number(max(1, round(size / 1024)))}{NO_BREAK}ko"


def listed(words: Sequence[str]) -> str:
    """Return "a", "a et b", "a, b et c"."""
    return " et ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
