"""The field for words on the lists of the committee, the evaluators and the carriers."""

import pytest

from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def names(page) -> list[str]:
    """The actions listed."""
    headings = [*page.main.all("th", scope="row"), *page.main.all("li", cls="row-item")]
    return [heading.all("a")[0].text for heading in headings]


def found(client, path, typed) -> list[str]:
    """The actions that answer."""
    return names(Page(client.get(path, {"q": typed})))


@prepared
def stories():
    """Two evaluated actions, one in evaluation, of one carrier."""
    carrier = OrganisationFactory(name="Les Jardins")
    columns = {"carrier": carrier, "summary": "Avec ses membres."}
    kept = Story(title="Une épicerie", description="Un verger.", **columns).evaluated()
    Story(title="Un garage", **columns).evaluated()
    Story(title="Une épicerie mobile", **columns).in_evaluation()
    return kept


def test_committee_searches_what_it_may_read(stories, as_user):
    client = as_user(stories.members[0])
    assert found(client, "/commission/", "epiceries") == ["Une épicerie"]
    assert found(client, "/commission/", "verger") == ["Une épicerie"]
    assert len(found(client, "/commission/", "jardin")) == 2
    assert found(client, "/commission/", "?!") == []


def test_an_evaluator_searches_their_own_queue(stories, as_user):
    client = as_user(stories.evaluators[0])
    assert found(client, "/evaluations/", "epicerie") == ["Une épicerie"]
    assert found(client, "/evaluations/", "garage") == []


def test_a_carrier_searches_their_space(stories, as_user):
    client = as_user(stories.manager)
    assert sorted(found(client, "/espace/", "EPICERIE")) == ["Une épicerie", "Une épicerie mobile"]
    page = Page(client.get("/espace/", {"q": "introuvable"}))
    assert page.main.one("p", role="status").text == (
        "0 résultat pour « introuvable ». Voir toute la liste"
    )
    assert page.links["Voir toute la liste"] == "/espace/"
    assert page.main.all("p", cls="empty") == []


def test_a_short_list_has_no_field(stories, as_user):
    assert Page(as_user(stories.manager).get("/espace/")).main.all("input", name="q") == []


def test_pages_keep_the_words(as_user):
    carrier = OrganisationFactory()
    story = Story(title="Potager 0", carrier=carrier)
    for number in range(1, 21):
        Story(title=f"Potager {number}", carrier=carrier)
    page = Page(as_user(story.manager).get("/espace/?q=potager"))
    assert page.main.one("input", name="q")["value"] == "potager"
    assert page.main.one("nav", cls="pager").one("a")["href"] == "?q=potager&page=2"
