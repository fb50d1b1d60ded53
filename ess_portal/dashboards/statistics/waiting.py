"""Since when actions are in their present state."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet, Sum, Value
from django.utils import timezone

from actions.models import Action, WaitingCount
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import Stage

# Of each stage: its actions, the days of the oldest one and of the two in the middle (the same one
# of an odd number), and how many wait since before a day, where there is one.
QUERY = """
WITH stages AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[]) AS s (status, stage, before)
),
days AS (
    SELECT stage, before, waiting_on, sum(actions) AS actions
    FROM ({counted}) AS counted (status, waiting_on, actions) JOIN stages USING (status)
    GROUP BY stage, before, waiting_on
),
run AS (
    SELECT *, sum(actions) OVER (PARTITION BY stage ORDER BY waiting_on) AS so_far,
        sum(actions) OVER (PARTITION BY stage) AS total
    FROM days
)
SELECT stage, total::bigint, min(waiting_on), min(waiting_on) FILTER (WHERE so_far * 2 >= total),
    min(waiting_on) FILTER (WHERE so_far * 2 > total),
    coalesce(sum(actions) FILTER (WHERE waiting_on < before), 0)::bigint
FROM run GROUP BY stage, total
"""


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


def waiting_at(scope: Scope, stage: Stage) -> QuerySet[Action]:
    """The actions at a stage, each with `waiting_since`."""
    return scope.visible.filter(status__in=stage.statuses)


def number_waiting(scope: Scope, stage: Stage, days: int | None, today: date) -> int:
    """How many of `waiting_at` there are, or of them how many wait for more than `days` days: one
    query, two for who sees some besides.
    """
    at_stage = Q(status__in=stage.statuses)
    if days is not None:
        at_stage &= Q(waiting_on__lt=today - timedelta(days=days))
    counted = scope.summed(WaitingCount).filter(at_stage).aggregate(total=Sum("actions"))
    besides = 0 if scope.besides is None else scope.besides.filter(at_stage).count()
    return (counted["total"] or 0) + besides


def since_before(days: int, today: date) -> datetime:
    """The instant that `waiting_since` precedes when an action waits for more than `days` days."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time.min))


def waits(scope: Scope, today: date | None = None) -> dict[str, Wait]:
    """Return, by its code, how long the actions of each waiting stage have waited: one query.

    A stage without action isn't in the answer.
    """
    today = today or timezone.localdate()
    waiting = {stage.code: stage for stage in scope.stages if stage.waits}
    of_status = {status: stage for stage in waiting.values() for status in stage.statuses}
    before = [
        None if stage.limit is None else today - timedelta(days=stage.limit)
        for stage in of_status.values()
    ]
    codes = [stage.code for stage in of_status.values()]
    counted, parameters = _days(scope).query.sql_with_params()
    with connection.cursor() as cursor:
        query = QUERY.format(counted=counted)
        cursor.execute(query, [list(of_status), codes, before, *parameters])
        found = {code: figures for code, *figures in cursor.fetchall()}
    return {
        code: Wait(
            stage=stage,
            actions=actions,
            oldest=(today - oldest).days,
            median=((today - older).days + (today - younger).days) // 2,
            late=late,
        )
        for code, stage in waiting.items()
        if code in found
        for actions, oldest, older, younger, late in (found[code],)
    }


def _days(scope: Scope) -> QuerySet[Any, Any]:
    """By status and day: how many have been in it since then."""
    rows = scope.summed(WaitingCount).values_list("status", "waiting_on", "actions")
    if scope.besides is None:
        return rows
    one = Value(1, output_field=BigIntegerField())
    return rows.union(scope.besides.values_list("status", "waiting_on", one), all=True)
