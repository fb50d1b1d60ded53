"""How long each state usually lasts, from the files that went through it."""

from datetime import timedelta

from django.core.cache import cache
from django.db.models import Count, F, FloatField, OuterRef, Subquery
from django.db.models.aggregates import Aggregate
from django.db.models.functions import Extract
from django.utils import timezone

from actions.models import ActionEvent

FEWEST_FILES = 5
"""Past files from which on a usual time is said: fewer would tell one file's story."""
YEARS_LOOKED_BACK = 2
SECONDS_A_DAY = 86_400
KEPT_SECONDS = 3600
_KEY = "actions.usual-times"


class Median(Aggregate):
    """The median of an expression."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def usual_days() -> dict[str, int]:
    """Return status → median number of days that files stayed in it, over the last two years.

    Whole days, one at least; statuses that fewer than five stays ended in are left out. Computed
    at most once an hour.
    """
    known: dict[str, int] | None = cache.get(_KEY)
    if known is None:
        known = _computed()
        cache.set(_KEY, known, KEPT_SECONDS)
    return known


def _computed() -> dict[str, int]:
    since = timezone.now() - timedelta(days=365 * YEARS_LOOKED_BACK)
    before = ActionEvent.objects.filter(action=OuterRef("action"), at__lt=OuterRef("at"))
    stays = ActionEvent.objects.filter(at__gte=since).annotate(
        began=Subquery(before.order_by("-at").values("at")[:1])
    )
    rows = (
        # Draft has no event that begins it; a stay is counted when it has ended.
        stays.filter(began__isnull=False)
        .order_by()
        .values("from_status")
        .annotate(stays=Count("pk"), usual=Median(Extract(F("at") - F("began"), "epoch")))
        .filter(stays__gte=FEWEST_FILES)
    )
    return {row["from_status"]: max(1, round(row["usual"] / SECONDS_A_DAY)) for row in rows}
