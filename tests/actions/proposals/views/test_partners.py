"""The step of partners: look for them, choose them, lose nothing; it costs the same for any."""

import pytest
from django.test import Client

from actions.enums import Step
from actions.models import Action, TypedStep
from actors.models import Organisation
from tests.benchmarks.pages import asked, session_of
from tests.plugins.prepared import starts_from
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh
from tests.support.payloads import step_address, typed
from tests.support.reading import Node, Page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(as_user, author):
    """The author's browser."""
    return as_user(author)


@pytest.fixture
def workshops() -> list[Organisation]:
    """Twelve published workshops, in the order of their names."""
    return [OrganisationFactory(name=f"Atelier {number:02}") for number in range(1, 13)]


def boxes(node: Node) -> list[tuple[str, bool]]:
    """The boxes of partners with their labels, and whether they are ticked."""
    labels = {label["for"]: label.text for label in node.all("label")}
    return [
        (labels[box["id"]], "checked" in box.attributes)
        for box in node.all("input", name="partners")
    ]


def found(page: Page) -> Node:
    return page.main.one(id="structures-trouvees")


def partners(action: Action) -> list[str]:
    return [str(partner) for partner in action.partners.all()]


class TestWithoutJavascript:
    @starts_from(writing="filled")
    def test_look_choose_and_save(self, client, action, workshops):
        address = step_address(action, "moyens")
        first = Page(client.get(address))
        assert (boxes(first.main), found(first).text) == ([], "")
        begun = first.form | {"q": " ÂTELIER ", "expense_taxes": "12", "look": "1"}
        response = client.post(address, begun)
        assert response.headers["Location"] == f"{address}?q=%C3%82TELIER#id_partners_search"
        page = Page(client.get(response.headers["Location"]))
        assert boxes(found(page)) == [(f"Atelier {number:02}", False) for number in range(1, 11)]
        assert found(page).all("p")[-1].text == "2 autres : précisez."
        assert (page.form["q"], page.form["expense_taxes"]) == ("ÂTELIER", "12")
        # Each box is tied to its label, in a group of one name.
        assert found(page).parent.one("legend").text == "Structures partenaires"

        more = page.form | {"partners": [str(workshops[1].pk)], "q": "atelier 12", "look": "1"}
        page = Page(client.post(address, more, follow=True))
        assert boxes(page.main) == [("Atelier 02", True), ("Atelier 12", False)]
        kept = [*page.form["partners"], str(workshops[11].pk)]
        response = client.post(address, page.form | {"partners": kept, "go": "criteres"})
        assert response.headers["Location"] == step_address(action, "criteres")
        assert partners(action) == ["Atelier 02", "Atelier 12"]
        assert boxes(Page(client.get(address)).main) == [("Atelier 02", True), ("Atelier 12", True)]
        client.post(address, typed(Step.MEANS, action, partners=[kept[1]]))
        assert partners(action) == ["Atelier 12"]

    @starts_from(writing="filled")
    def test_what_cannot_be_read_stays_in_the_page(self, client, action, workshops):
        address, huge = step_address(action, "moyens"), "é" * 210_000
        chosen = [str(workshops[0].pk)]
        data = typed(Step.MEANS, action, partners=chosen, other_partners=huge, jobs_kept="peu")
        page = Page(client.post(address, data | {"q": "atelier 02", "look": "1"}))
        assert boxes(page.main) == [("Atelier 01", True), ("Atelier 02", False)]
        assert (page.form["other_partners"], page.form["jobs_kept"]) == (huge, "peu")
        assert (len(page.errors), partners(action)) == (2, ["Atelier 01"])
        # More than is kept of what can't be read.
        assert TypedStep.objects.get(step="moyens").typed == {}

    @pytest.mark.parametrize(
        ("sent", "leads"),
        [
            ({"q": "atelier"}, "moyens/?q=atelier#id_partners_search"),
            ({"q": "atelier", "looked_for": "atelier"}, "criteres/"),
            ({"q": ""}, "criteres/"),
        ],
    )
    @starts_from(writing="filled")
    def test_enter_looks_for_new_words_and_goes_on_otherwise(self, client, action, sent, leads):
        data = typed(Step.MEANS, action) | sent | {"enter": "criteres"}
        response = client.post(step_address(action, "moyens"), data)
        assert response.headers["Location"] == step_address(action, "")[:-1] + leads

    @starts_from(writing="filled")
    def test_another_step_looks_for_nothing(self, client, action):
        data = typed(Step.ACTION, action) | {"q": "atelier", "look": "1", "go": "mesure"}
        response = client.post(step_address(action, "action"), data)
        assert response.headers["Location"] == step_address(action, "mesure")

    @starts_from(writing="filled")
    def test_an_older_window_shows_both_choices_and_what_was_found(self, client, action, workshops):
        address = step_address(action, "moyens")
        data = typed(Step.MEANS, action, partners=[str(workshops[0].pk)])
        client.post(address, data)
        older = typed(Step.MEANS, action, partners=[str(workshops[1].pk)]) | {"edition": "0"}
        response = client.post(address, older | {"q": "atelier 03", "look": "1"})
        page = Page(response)
        assert response.status_code == 409
        (row,) = [row for row in page.main.all("tr") if "Structures partenaires" in row.text]
        assert row.text == "Structures partenaires Atelier 01 Atelier 02"
        assert boxes(page.main) == [("Atelier 02", True), ("Atelier 03", False)]

    @starts_from(writing="filled")
    def test_nothing_found_leads_to_the_free_text(self, client, action, workshops):
        address = step_address(action, "moyens")
        nothing = "structure du portail ne porte ce nom : écrivez-le dans « Autres partenaires »."
        assert found(Page(client.get(f"{address}?q=zzz"))).text == f"Aucune {nothing}"
        action.partners.add(workshops[0])
        page = Page(client.get(f"{address}?q=atelier 01"))
        assert (found(page).text, boxes(page.main)) == (
            f"Aucune autre {nothing}",
            [("Atelier 01", True)],
        )
        assert found(Page(client.get(f"{address}?q=a"))).text == (
            "Écrivez au moins deux lettres du nom de la structure."
        )

    @starts_from(writing="filled")
    def test_a_forged_choice_is_refused_beside_the_search(self, client, action):
        data = typed(Step.MEANS, action, partners=["999999"])
        page = Page(client.post(step_address(action, "moyens"), data))
        assert [error.partition(" : ")[0] for error in page.errors] == ["Structures partenaires"]
        field = page.main.one("input", type="search", name="q")
        assert page.main.one(cls="error-summary").one("a")["href"] == f"#{field['id']}"
        said = page.main.one(id=field["aria-describedby"])
        assert (field["aria-invalid"], said.text) == ("true", page.errors[0].partition(" : ")[2])


class TestAsOneTypes:
    @starts_from(writing="filled")
    def test_what_is_found_comes_alone_and_is_said_aloud(self, client, action, workshops):
        before = action.updated_at
        query = {"q": "ateliers", "partners": [workshops[0].pk]}
        response = client.get(step_address(action, "moyens"), query, headers=HTMX)
        page = Page(response)
        assert boxes(page.root) == [(f"Atelier {number:02}", False) for number in range(2, 12)]
        aloud = page.one("div", **{"hx-swap-oob": "innerHTML:#annonce-structures"})
        assert aloud.text == "10 structures trouvées, et 1 autre : précisez."
        assert page.all("h1") == []
        assert "HX-Request" in response.headers["Vary"]
        action.refresh_from_db()
        assert (action.updated_at, partners(action)) == (before, [])

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("atelier 07", "1 structure trouvée."),
            ("zzz", "Aucune structure trouvée."),
            ("", ""),
        ],
    )
    @starts_from(writing="filled")
    def test_how_many_are_found_is_said(self, client, action, workshops, words, said):
        response = client.get(step_address(action, "moyens"), {"q": words}, headers=HTMX)
        aloud = Page(response).one("div", **{"hx-swap-oob": "innerHTML:#annonce-structures"})
        assert aloud.text == said

    def test_only_for_who_may_write_the_draft(self, as_user):
        story, sent = Story(), Story().submitted()
        people = {
            "carrier": (as_user(story.manager), story.action),
            "stranger": (as_user(UserFactory()), story.action),
            "agent": (as_user(fresh(story.agent)), story.action),
            "sent": (as_user(sent.manager), sent.action),
        }
        statuses = {
            name: browser.get(step_address(action, "moyens"), {"q": "ab"}, headers=HTMX).status_code
            for name, (browser, action) in people.items()
        }
        assert statuses == {"carrier": 200, "stranger": 404, "agent": 404, "sent": 404}
        address = step_address(story.action, "moyens")
        response = Client().get(address, {"q": "ab"}, headers=HTMX)
        assert response.headers["HX-Redirect"].startswith("/connexion/?next=")


@pytest.mark.parametrize("query", ["", "?q=atelier"])
def test_costs_the_same_for_three_organisations_and_for_three_hundred(query):
    story = Story(partners=[OrganisationFactory(name="Partenaire")])
    OrganisationFactory.create_batch(3, name="Atelier")
    address = step_address(story.action, "moyens") + query
    session, browser = session_of(story.manager), Client()
    browser.cookies["sessionid"] = session

    def cost() -> tuple:
        cost = asked(address, session)
        return cost.queries, cost.rows, len(browser.get(address).content)

    few = cost()
    OrganisationFactory.create_batch(297, name="Autre")
    assert cost() == few
