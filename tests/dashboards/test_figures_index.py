"""Figures are counted in one index, without reading an application (decision 10)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.enums import Role
from challenges.models import Measure, Programme
from ess_portal.dashboards.statistics.public import public_measures
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.steering import steering
from ess_portal.dashboards.statistics.territory import communes
from tests.support.factories import Story, person
from tests.support.refusals import execute

pytestmark = pytest.mark.django_db

INDEX = "Index Only Scan using actions_action_figures"
# Whatever a table of ten rows suggests, and each time anew.
EVERY_OTHER_WAY = ("enable_seqscan", "enable_indexscan", "enable_bitmapscan", "enable_tidscan")


def scope() -> Scope:
    return Scope.of(person(Role.AGENT), Programme.objects.current())


FIGURES: dict[str, Callable] = {
    "steering": lambda: steering(scope()),
    "communes": lambda: communes(scope()),
    "public": lambda: public_measures(Measure.objects.all()),
}


def added_up(read: Callable) -> list[str]:
    """The questions that `read` asks of actions to add them up."""
    with CaptureQueriesContext(connection) as asked:
        read()
    return [query["sql"] for query in asked if 'FROM "actions_action"' in query["sql"]]


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_added_up_is_in_the_index(figure):
    Story().submitted()
    (question,) = added_up(FIGURES[figure])
    for way in EVERY_OTHER_WAY:
        execute(f"SET LOCAL {way} = off")
    plan = "\n".join(line for (line,) in execute(f"EXPLAIN {question.replace('%', '%%')}"))
    assert INDEX in plan, plan
