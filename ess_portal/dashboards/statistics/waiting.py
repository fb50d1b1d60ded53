"""Since when actions are in their present state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    FloatField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone

from actions.models import ActionEvent
from ess_portal.dashboards.statistics.stages import Stage


class OldestAndMedian(Aggregate):
    """The least and the median of an expression, in one pass."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[0, 0.5]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


@dataclass(frozen=True)
class Wait:
    """How long the actions at a stage have been in their present state, in whole days.

    `late` is the number of those beyond the stage's limit.
    """

    stage: Stage
    actions: int
    oldest: int
    median: int
    late: int


def days_since(instant: datetime, today: date) -> int:
    """The number of nights between an instant and `today`, in the portal's time zone."""
    return (today - timezone.localdate(instant)).days


def with_since(actions):
    """Give each action `since`: its last change of state, else its filing.

    Every event changes the state, so the last one says since when the action is in it.
    """
    latest = ActionEvent.objects.filter(action=OuterRef("pk")).order_by("-at").values("at")[:1]
    return actions.annotate(since=Coalesce(Subquery(latest), "submitted_at"))


def more_than(days: int, today: date) -> Q:
    """The condition on `since` of those that wait for more than `days` days."""
    first_on_time = datetime.combine(today - timedelta(days=days), time.min)
    return Q(since__lt=timezone.make_aware(first_on_time))


def waits(visible, stages: Iterable[Stage], today: date | None = None) -> dict[str, Wait]:
    """Return, by its code, how long the `visible` actions of each waiting stage have waited.

    One query; a stage without action isn't in the answer.
    """
    today = today or timezone.localdate()
    waiting = {stage.code: stage for stage in stages if stage.waits}
    late = [
        Q(status__in=stage.statuses) & more_than(stage.limit, today)
        for stage in waiting.values()
        if stage.limit is not None
    ]
    any_late = Q(pk__in=[])
    for condition in late:
        any_late |= condition
    rows = (
        with_since(
            visible.filter(
                status__in=[status for stage in waiting.values() for status in stage.statuses]
            )
        )
        .order_by()
        .annotate(
            stage=Case(
                *(
                    When(status__in=stage.statuses, then=Value(stage.code))
                    for stage in waiting.values()
                ),
                output_field=CharField(),
            )
        )
        .values_list("stage")
        .annotate(
            actions=Count("pk"),
            waited=OldestAndMedian(Extract("since", "epoch")),
            late=Count("pk", filter=any_late),
        )
    )
    return {
        code: Wait(
            stage=waiting[code],
            actions=actions,
            oldest=days_since(datetime.fromtimestamp(oldest, UTC), today),
            median=days_since(datetime.fromtimestamp(median, UTC), today),
            late=late_count,
        )
        for code, actions, (oldest, median), late_count in rows
    }
