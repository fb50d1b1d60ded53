"""Partners on the agents' page of a file: looked for by name, nothing typed is lost."""

import pytest

from tests.benchmarks.pages import asked, session_of
from tests.plugins.prepared import starts_from
from tests.support.administration import change, errors
from tests.support.factories import OrganisationFactory, Story, member
from tests.support.organisations import provisional
from tests.support.reading import Node, Page, form_values

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(as_user, story):
    """The agent's browser."""
    return as_user(story.agent)


def form(response) -> Node:
    return Page(response).one("form", id="action_form")


def boxes(node: Node) -> list[tuple[str, bool]]:
    """The boxes of partners with their labels, and whether they are ticked."""
    labels = {label["for"]: label.text for label in node.all("label", cls="form-check-label")}
    return [
        (labels[box["id"]], "checked" in box.attributes)
        for box in node.all("input", name="partners")
    ]


@starts_from(story="submitted")
def test_are_looked_for_before_the_rest_is_judged(client, story):
    kept = OrganisationFactory(name="Atelier 1", is_published=False)
    OrganisationFactory(name="Atelier 2", is_published=False)
    story.action.partners.add(kept)
    shown = form(client.get(change(story)))
    assert boxes(shown) == [("Atelier 1", True)]
    begun = form_values(shown) | {"title": "", "reason": "Un oubli.", "q": "ateliers"}
    response = client.post(change(story), begun | {"look": "1"})
    assert (errors(response), boxes(form(response))) == (
        [],
        [("Atelier 1", True), ("Atelier 2", False)],
    )
    again = form_values(form(response))
    assert {name: again[name] for name in begun} == begun
    story.action.refresh_from_db()
    assert story.action.title != ""


@starts_from(story="submitted")
def test_those_found_are_chosen_with_a_reason(client, story):
    kept, other = (OrganisationFactory(name=f"Atelier {number}") for number in (1, 2))
    story.action.partners.add(kept)
    values = form_values(form(client.get(change(story))))
    values |= {"partners": [str(kept.pk), str(other.pk)], "reason": "Un oubli."}
    # Words that weren't looked for change nothing to a button that saves.
    client.post(change(story), values | {"q": "atelier", "_save": "1"})
    assert list(story.action.partners.all()) == [kept, other]
    assert story.action.versions.last().content["partners"] == "Atelier 1\nAtelier 2"


@starts_from(story="submitted")
def test_what_is_found_comes_alone_to_who_may_correct(client, story, as_user):
    waiting = provisional(name="Atelier")
    page = Page(client.get(change(story), {"q": "atelier"}, headers=HTMX))
    assert (boxes(page.root), page.all("h1")) == ([(waiting.name, False)], [])
    # Nobody corrects it any more: there is nothing to look for, only the page to read.
    later = Story().in_evaluation(assign=False)
    page = Page(client.get(change(later), {"q": "atelier"}, headers=HTMX))
    assert (len(page.all("h1")), page.all("input", name="partners")) == (1, [])
    stranger = as_user(member(OrganisationFactory()))
    response = stranger.get(change(story), {"q": "atelier"}, headers=HTMX)
    assert response.status_code == 404


@starts_from(story="submitted")
def test_the_page_costs_the_same_for_any_number_of_organisations(story):
    session, address = session_of(story.agent), change(story)
    few = asked(address, session)
    OrganisationFactory.create_batch(100)
    many = asked(address, session)
    assert (many.queries, many.rows) == (few.queries, few.rows)
