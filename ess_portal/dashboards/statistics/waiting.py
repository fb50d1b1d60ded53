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
    DateTimeField,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone

from actions.models import Action, ActionEvent
from ess_portal.dashboards.statistics.scope import Scope
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


def with_since(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Give each action `since`: its last change of state, else its filing.

    Every event changes the state, so the last one says since when the action is in it.
    """
    latest = ActionEvent.objects.filter(action=OuterRef("pk")).order_by("-at").values("at")[:1]
    return actions.annotate(since=Coalesce(Subquery(latest), "submitted_at"))


def waiting_at(scope: Scope, stage: Stage) -> QuerySet[Action]:
    """The actions at a stage, each with `since`."""
    return with_since(scope.visible.filter(status__in=stage.statuses))


def since_before(days: int, today: date) -> datetime:
    """The instant that `since` precedes when an action waits for more than `days` days."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time.min))


def waits(scope: Scope, today: date | None = None) -> dict[str, Wait]:
    """Return, by its code, how long the actions of each waiting stage have waited: one query.

    A stage without action isn't in the answer.
    """
    today = today or timezone.localdate()
    stages = {stage.code: stage for stage in scope.stages if stage.waits}
    limited = [stage for stage in stages.values() if stage.limit is not None]
    code = Case(
        *(When(status__in=stage.statuses, then=Value(stage.code)) for stage in stages.values()),
        output_field=CharField(),
    )
    limit = Case(
        *(
            When(status__in=stage.statuses, then=Value(since_before(stage.limit or 0, today)))
            for stage in limited
        ),
        output_field=DateTimeField(),
    )
    # The status first: the last event is looked for again only where there is a limit.
    late = Q(status__in=_statuses(limited)) & Q(since__lt=limit)
    rows = (
        with_since(scope.visible.filter(status__in=_statuses(stages.values())))
        .order_by()
        .annotate(stage=code)
        .values_list("stage")
        .annotate(
            actions=Count("*"),
            # In UTC: otherwise Django takes the clock on the wall in Paris for the time elapsed.
            waited=OldestAndMedian(Extract("since", "epoch", tzinfo=UTC)),
            late=Count("pk", filter=late),
        )
    )
    found = {code: figures for code, *figures in rows}
    return {
        code: Wait(
            stage=stage,
            actions=actions,
            oldest=days_since(datetime.fromtimestamp(oldest, UTC), today),
            median=days_since(datetime.fromtimestamp(median, UTC), today),
            late=late_count,
        )
        for code, stage in stages.items()
        if code in found
        for actions, (oldest, median), late_count in (found[code],)
    }


def _statuses(stages: Iterable[Stage]) -> list[str]:
    return [status for stage in stages for status in stage.statuses]
