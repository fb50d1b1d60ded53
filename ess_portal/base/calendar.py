"""Dates as the law counts them: working days of France, months from date to date; and years that
somebody can mean.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

import holidays
from django.utils import timezone

SATURDAY = 5
MONTHS = 12
# What a programme of this century may speak of. A slip of the finger is further away: 0026, 9999.
FIRST_YEAR, YEARS_AHEAD = 2000, 30


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """Tell whether `day` is neither of the week-end nor a public holiday of France."""
    return day.weekday() < SATURDAY and day not in _public_holidays(day.year)


def working_days_after(day: date, number: int) -> date:
    """Return the `number`th working day (1 or more) after `day`, which itself doesn't count."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day


def months_after(day: date, number: int) -> date:
    """Return the same day `number` months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + number, MONTHS)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def is_far_off(day: date) -> bool:
    """Tell whether the year of `day` can only be a slip of the finger."""
    return not FIRST_YEAR <= day.year <= _last_year()


def far_off() -> str:
    """Say so, in French; the field is named beside it."""
    return f"Vérifiez l’année\u00a0: une date entre {FIRST_YEAR} et {_last_year()} est attendue."


def _last_year() -> int:
    return timezone.localdate().year + YEARS_AHEAD
