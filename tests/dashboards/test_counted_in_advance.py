"""Figures are read from what is counted in advance, not from actions (decision 37)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.enums import Role
from actors.models import Membership
from challenges.models import Measure, Programme
from ess_portal.dashboards.statistics.public import public_measures
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import STAGES
from ess_portal.dashboards.statistics.steering import steering
from ess_portal.dashboards.statistics.territory import communes
from ess_portal.dashboards.statistics.waiting import number_waiting, waits
from tests.support.factories import Story, person

pytestmark = pytest.mark.django_db


def scope() -> Scope:
    return Scope.of(person(Role.AGENT), Programme.objects.current())


FIGURES: dict[str, Callable] = {
    "steering": lambda: steering(scope()),
    "communes": lambda: communes(scope()),
    "public": lambda: public_measures(Measure.objects.all()),
    "waits": lambda: waits(scope()),
    "waiting at a stage": lambda: number_waiting(scope(), STAGES[0], None, timezone.localdate()),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_is_added_up_from_the_actions_themselves(figure):
    Story().submitted()
    with CaptureQueriesContext(connection) as asked:
        assert FIGURES[figure]()
    assert [query["sql"] for query in asked if '"actions_action"' in query["sql"]] == []


def test_a_stage_is_said_to_hold_what_it_lists(as_user, ago):
    with ago(10):
        stories = [Story().submitted(), Story().submitted()]
    stories.append(Story().submitted())
    reader = person(Role.ELECTED)
    for story in stories[1:]:
        Membership.objects.create(user=reader, organisation=story.action.carrier)
    said = {}
    for address in ("instruire/", "instruire/?jours=9", "instruire/?jours=10"):
        page = as_user(reader).get(f"/tableau-de-bord/attentes/{address}").context_data
        said[address] = (page["paginator"].count, [action.pk for action in page["actions"]])
    older, newer = (story.action.pk for story in stories[1:])
    assert said == {
        "instruire/": (2, [older, newer]),
        "instruire/?jours=9": (1, [older]),
        "instruire/?jours=10": (0, []),
    }
