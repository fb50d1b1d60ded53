"""Public pages written anew ask what they asked before, and compose it no more (decision 39)."""

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.enums import Role
from ess_portal.base import composed_lists
from tests.support.factories import OrganisationFactory, Story, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def composed_for(settings, monkeypatch):
    """How many questions are composed for a page written anew: a function of its address."""
    settings.PAGES_KEPT = False
    composed = []
    compose = SQLCompiler.as_sql

    def noted(self, *args, **kwargs):
        composed.append(self)
        return compose(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)

    def asked(address: str) -> int:
        composed.clear()
        assert Client().get(address).status_code == 200
        return len(composed)

    return asked


def addresses(action) -> list[str]:
    """Pages of one action, of where it belongs and of who carries it."""
    challenge, measure = action.measure.challenge, action.measure
    return [
        challenge.get_absolute_url(),
        measure.get_absolute_url(),
        action.get_absolute_url(),
        "/actions/",
        "/actions/?etat=priorisee",
        "/acteurs/",
        "/acteurs/?famille=association",
    ]


def test_nothing_is_composed_for_a_page_that_was_asked_for(composed_for):
    first, second = Story().prioritised().action, Story().prioritised().action
    for address in addresses(first):
        composed_for(address)
    assert {address: composed_for(address) for address in addresses(second)} == dict.fromkeys(
        addresses(second), 0
    )


def test_another_choice_of_the_same_filter_is_another_list(composed_for):
    OrganisationFactory(name="La coopérative", family="cooperative")
    OrganisationFactory(name="L’association", family="association")
    composed_for("/acteurs/?famille=association")
    shown = Client().get("/acteurs/?famille=cooperative")
    assert [row.name for row in shown.context["page_obj"]] == ["La coopérative"]
    assert Client().get("/acteurs/?famille=association").context["page_obj"][0].name == (
        "L’association"
    )


def test_what_changes_shows_the_next_time(composed_for):
    organisation = OrganisationFactory(name="Avant")
    composed_for("/acteurs/")
    organisation.name = "Après"
    organisation.save()
    assert [row.name for row in Client().get("/acteurs/").context["page_obj"]] == ["Après"]


# A blank, and what PostgreSQL takes nowhere.
@pytest.mark.parametrize("typed", ["%20", "%00"])
def test_a_list_composed_where_nothing_is_looked_for_reads_no_text(
    settings, monkeypatch, as_user, typed
):
    settings.PAGES_KEPT = False
    monkeypatch.setattr(composed_lists._COMPOSED, "composed", {})
    Story().prioritised()
    Story().evaluated()
    client, committee = Client(), as_user(person(Role.COMMITTEE))
    read = {
        "/acteurs/": (client, '"actors_organisation"."key_figures"'),
        "/actions/": (client, '"actions_action"."description"'),
        "/commission/": (committee, '"actions_action"."description"'),
    }
    for address, (reader, _) in read.items():
        assert reader.get(f"{address}?q={typed}").status_code == 200
    for address, (reader, column) in read.items():
        with CaptureQueriesContext(connection) as queries:
            listed = reader.get(address, headers={"HX-Request": "true"})
        assert len(listed.context["page_obj"]) >= 1
        assert [query for query in queries if column in query["sql"]] == [], address
