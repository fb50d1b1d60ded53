"""A filter of the administration by year, then by month: what Django's hierarchy of dates gives.

That one looks for the years and months that hold something in every row, at each visit; here the
first and the last instant are enough, which an index of the column tells.
"""

import re
from datetime import datetime

from django.contrib import admin
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.dates import MONTHS

PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?", re.ASCII)
DECEMBER = 12


def bounds_of(period: str) -> tuple[datetime, datetime] | None:
    """Return when a period, « 2026 » or « 2026-03 », begins and when the next does, in Paris; None
    if it is no period.
    """
    found = PERIOD.fullmatch(period)
    if found is None:
        return None
    year, month = int(found["year"]), int(found["month"] or 1)
    after = (year, month + 1) if found["month"] and month < DECEMBER else (year + 1, 1)
    try:
        first, next_one = datetime(year, month, 1), datetime(*after, 1)  # noqa: DTZ001
        return timezone.make_aware(first), timezone.make_aware(next_one)
    except ValueError:
        return None


def by_period(column: str, title: str, parameter: str) -> type[admin.SimpleListFilter]:
    """Return the filter by the period of `column`, an instant that an index holds.

    It offers the years, newest first, and the months of the one chosen.
    """

    class PeriodFilter(admin.SimpleListFilter):
        parameter_name = parameter

        def __init__(self, *args, **kwargs):
            self.title = title
            super().__init__(*args, **kwargs)

        def lookups(self, request, model_admin):
            """Years between the first instant and the last, and the months of the chosen one."""
            ends = model_admin.model.objects.aggregate(first=Min(column), last=Max(column))
            if ends["first"] is None:
                return ()
            first, last = (timezone.localtime(ends[end]).year for end in ("first", "last"))
            chosen = (self.value() or "")[:4]
            offered = []
            for year in map(str, range(last, first - 1, -1)):
                offered.append((year, year))
                if year == chosen:
                    offered += [
                        (f"{year}-{month:02}", f"{name} {year}") for month, name in MONTHS.items()
                    ]
            return tuple(offered)

        def queryset(self, request, queryset: QuerySet) -> QuerySet:
            """Keep what falls into the period; any other word keeps them all."""
            bounds = bounds_of(self.value() or "")
            if bounds is None:
                return queryset
            return queryset.filter(**{f"{column}__gte": bounds[0], f"{column}__lt": bounds[1]})

    return PeriodFilter
