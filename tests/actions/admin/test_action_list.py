"""The administration's list of actions: read in its order, counted where numbers are kept."""

import pytest
from django.db import connection

from actions.admin.action import ActionAdmin
from actions.models import Action
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import CommuneFactory, SectorFactory, Story, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/actions/action/"


@prepared
def reader():
    """An agent, and an action of each kind: to do, under way, over, and a draft."""
    here = CommuneFactory(name="Aubière"), CommuneFactory(name="Royat")
    Story(title="Finie", communes=here).completed()
    Story(title="En cours", communes=here).in_progress()
    Story(title="À instruire", communes=here, sectors=[SectorFactory(name="Bois")]).submitted()
    Story(title="Brouillon", communes=here).draft()
    return person(Role.AGENT)


def titles(page: Page) -> list[str]:
    return [cell.text for cell in page.all("td", cls="field-title")]


def test_what_is_to_be_done_comes_first(as_user, reader):
    page = Page(as_user(reader).get(LIST))
    assert titles(page) == ["À instruire", "En cours", "Finie", "Brouillon"]


def test_all_are_counted_drafts_too(as_user, reader):
    paginator = as_user(reader).get(LIST).context["cl"].paginator
    assert paginator.count == 4
    assert paginator.page(1).object_list.count() == 4


@pytest.mark.parametrize("order", ["", "1", "2", "3", "4", "5", "6", "-7"])
@pytest.mark.parametrize("filtered", ["communes", "sectors"])
def test_an_action_is_listed_once_whatever_it_is_found_by(as_user, reader, filtered, order):
    """`SELECT DISTINCT` takes an order with parameters for another than what it selects."""

    through = {"communes": Action.communes, "sectors": Action.sectors}[filtered].through
    key = through.objects.filter(action__title="À instruire").values_list(
        f"{filtered[:-1]}_id", flat=True
    )[0]
    asked = {f"{filtered}__id__exact": key} | ({"o": order} if order else {})
    page = Page(as_user(reader).get(LIST, asked))
    found = {"À instruire", "En cours", "Finie", "Brouillon"}
    expected = sorted(found) if filtered == "communes" else ["À instruire"]
    assert sorted(titles(page)) == expected


def test_the_keys_of_a_page_come_from_an_index_in_its_order(as_user, reader, monkeypatch):
    monkeypatch.setattr(ActionAdmin, "list_per_page", 2)
    plans = []

    def explain(execute, statement, parameters, many, context):
        """Plan it as it is asked, parameters apart, where sorting costs too much."""
        if '"silent_until"' in statement:
            with connection.connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_sort = off")
                cursor.execute(f"EXPLAIN {statement}", parameters)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(statement, parameters, many, context)

    client = as_user(reader)
    with connection.execute_wrapper(explain):
        client.get(LIST)
    (plan,) = plans
    assert "Index Scan using actions_action_to_do" in plan.partition("Limit")[2]
