"""Public pages written anew ask what they asked before, and compose it no more (decision 39)."""

import pytest
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client

from tests.support.factories import OrganisationFactory, Story

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
