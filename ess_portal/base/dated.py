"""Dates that Python can read: PostgreSQL keeps others, and no page could be made of their row."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.db import models
from django.db.models import F, Func, Q

REMINDED_TODAY = "Un rappel est déjà parti aujourd’hui : le suivant peut partir demain."
FIRST_INSTANT = datetime(1, 1, 2, tzinfo=UTC)
LAST_INSTANT = datetime(9999, 12, 30, tzinfo=UTC)


class ReadableDates(models.CheckConstraint):
    """What these columns say is a date of Python's, or nothing."""

    def validate(self, *_args: Any, **_options: Any) -> None:
        """Ask the database nothing: what Python holds is such a date already."""


def dates_within_reach(
    dates: tuple[str, ...], instants: tuple[str, ...], times: tuple[str, ...] = ()
) -> Q:
    """Return the condition that these columns hold no infinity, year 20000 or 24:00."""
    condition = Q()
    for names, bounds in (
        (dates, (date.min, date.max)),
        (instants, (FIRST_INSTANT, LAST_INSTANT)),
        (times, (time.min, time.max)),
    ):
        for name in names:
            condition &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": bounds})
    return condition


def dated(
    table: str,
    *,
    dates: tuple[str, ...] = (),
    instants: tuple[str, ...] = (),
    times: tuple[str, ...] = (),
) -> ReadableDates:
    """Return the constraint of a table whose columns say days (`dates`), moments (`instants`) or
    hours of a day (`times`).

    `tests/test_dates.py` says which column of which table goes without.
    """
    return ReadableDates(
        condition=dates_within_reach(dates, instants, times),
        name=f"{table}_is_dated",
        violation_error_message="Une date est hors de toute mesure.",
    )


def once_a_day(*fields: str, when: Q, name: str, sentence: str) -> models.UniqueConstraint:
    """Return the constraint that rows of the condition `when`, alike in `fields`, have another day
    each in their column `at`: the day in Paris.
    """
    day = Func(
        F("at"),
        template="((%(expressions)s AT TIME ZONE 'Europe/Paris')::date)",
        output_field=models.DateField(),
    )
    return models.UniqueConstraint(
        *(F(field) for field in fields),
        day,
        condition=when,
        name=name,
        violation_error_message=sentence,
    )
