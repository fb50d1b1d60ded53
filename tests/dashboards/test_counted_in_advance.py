"""Figures are read from what is counted in advance, not from actions (decision 37)."""

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
from ess_portal.dashboards.statistics.waiting import waits
from tests.support.factories import Story, person

pytestmark = pytest.mark.django_db


def scope() -> Scope:
    return Scope.of(person(Role.AGENT), Programme.objects.current())


FIGURES: dict[str, Callable] = {
    "steering": lambda: steering(scope()),
    "communes": lambda: communes(scope()),
    "public": lambda: public_measures(Measure.objects.all()),
    "waits": lambda: waits(scope()),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_is_added_up_from_the_actions_themselves(figure):
    Story().submitted()
    with CaptureQueriesContext(connection) as asked:
        assert FIGURES[figure]()
    assert [query["sql"] for query in asked if '"actions_action"' in query["sql"]] == []
