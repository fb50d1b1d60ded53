"""Figures are counted in one index, without reading an application (decision 10)."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Action
from actors.enums import Role
from challenges.models import Measure, Programme
from ess_portal.dashboards.statistics.public import public_measures
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.steering import steering
from ess_portal.dashboards.statistics.territory import communes
from tests.support.factories import Story, person

pytestmark = pytest.mark.django_db

COLUMN = re.compile(r'"actions_action"\."(\w+)"')


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


def covered() -> set[str]:
    """The columns that the index of figures holds."""
    [index] = [one for one in Action._meta.indexes if one.name == "actions_action_figures"]
    names = (*index.fields, *index.include)
    return {Action._meta.get_field(name).column for name in names}


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_added_up_is_in_the_index(figure):
    Story().submitted()
    (question,) = added_up(FIGURES[figure])
    assert set(COLUMN.findall(question)) - covered() == set()
