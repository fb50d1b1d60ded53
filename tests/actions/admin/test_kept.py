"""The agents’ administration: what nobody rewrites, and the list of actions."""

import pytest

from actions.models import Action
from actors.enums import Role
from actors.models import Organisation
from tests.plugins.prepared import starts_from
from tests.support.administration import change
from tests.support.factories import (
    OrganisationFactory,
    SectorFactory,
    Story,
    person,
)
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(as_user):
    """Return a function that gives the browser of a story's agent."""
    return lambda story: as_user(story.agent)


class TestWhatNobodyRewrites:
    def fields(self, client, story) -> set[str]:
        """The names of the fields that can be typed in on the action's page."""
        page = Page(client.get(change(story)))
        form = page.one("form", id="action_form")
        tags = ("input", "select", "textarea")
        return {
            node["name"]
            for node in form.walk()
            if node.tag in tags
            and node.get("type") not in ("hidden", "submit")
            and not node.get("name").startswith("_")
            # Words to look for partners are none.
            and node.get("type") != "search"
        }

    CONTENT = {
        "title",
        "summary",
        "description",
        "measure",
        "communes",
        "sectors",
        "partners",
        "other_partners",
        "funding_asked",
        "own_resources",
        "jobs_created",
        "jobs_kept",
        "starts_on",
        "ends_on",
    }

    @pytest.mark.parametrize(
        ("story", "open_fields"),
        [
            ("draft", set()),
            ("submitted", CONTENT | {"reason"}),
            ("in_evaluation", set()),
            ("evaluated", set()),
            ("prioritised", set()),
        ],
        indirect=["story"],
    )
    def test_only_a_file_under_instruction_can_be_mended(self, signed_in, story, open_fields):
        SectorFactory()
        if open_fields:
            story.action.partners.add(OrganisationFactory())
        assert self.fields(signed_in(story), story) == open_fields

    @starts_from(story="submitted")
    def test_a_mended_file_keeps_a_title(self, signed_in, story):
        client = signed_in(story)
        form = form_values(Page(client.get(change(story))).one("form", id="action_form"))
        response = client.post(change(story), form | {"title": " "})
        assert response.status_code == 200
        story.action.refresh_from_db()
        assert story.action.title == "Une épicerie solidaire"

    def test_a_recorded_action_keeps_its_reference_and_sources(self, as_user):
        action = Action.objects.create(
            status="recorded", reference="ANT-0001", title="Recensée", sources="Un article"
        )
        client = as_user(person(Role.AGENT))
        address = f"/admin/actions/action/{action.pk}/change/"
        form = form_values(Page(client.get(address)).one("form", id="action_form"))
        forged = {"title": "Mieux dite", "reference": "ANT-0002", "sources": "Rien"}
        response = client.post(address, form | {"description": "Précisée."} | forged)
        assert response.headers["Location"] == "/admin/actions/action/"
        action.refresh_from_db()
        assert (action.title, action.description) == ("Mieux dite", "Précisée.")
        assert (action.reference, action.sources, action.status) == (
            "ANT-0001",
            "Un article",
            "recorded",
        )

    @starts_from(story="submitted")
    def test_a_file_under_instruction_is_mended(self, signed_in, story):
        client = signed_in(story)
        form = form_values(Page(client.get(change(story))).one("form", id="action_form"))
        response = client.post(
            change(story), form | {"title": "Coquille ôtée", "reason": "Une coquille."}
        )
        assert response.headers["Location"] == change(story)
        story.action.refresh_from_db()
        assert (story.action.title, story.action.status) == ("Coquille ôtée", "submitted")

    @starts_from(story="evaluated")
    def test_a_forged_form_changes_neither_state_nor_result(self, signed_in, story):
        before = Action.objects.filter(pk=story.action.pk).values().get()
        signed_in(story).post(
            change(story),
            {
                "status": "prioritised",
                "reference": "ESS-2026-9999",
                "gate_points": "12",
                "gate_community_interest": "True",
                "amount_granted": "5",
                "title": "Autre",
                "events-TOTAL_FORMS": "0",
                "events-INITIAL_FORMS": "0",
            },
        )
        after = Action.objects.filter(pk=story.action.pk).values().get()
        assert before | {"updated_at": None} == after | {"updated_at": None}

    @starts_from(story="evaluated")
    def test_events_evaluations_and_recusals_are_only_looked_at(self, signed_in, story):
        client = signed_in(story)
        event, evaluation = story.action.events.first(), story.evaluations[0]
        for path in (
            f"/admin/actions/actionevent/{event.pk}/change/",
            f"/admin/actions/evaluation/{evaluation.pk}/change/",
        ):
            page = Page(client.get(path))
            assert page.all("input", name="_save") == []
            assert client.post(path, {"to_status": "draft"}).status_code == 403

    @starts_from(story="submitted")
    def test_actions_have_no_bulk_deletion(self, signed_in, story):
        client = signed_in(story)
        client.post(
            "/admin/actions/action/",
            {"action": "delete_selected", "_selected_action": [story.action.pk], "post": "yes"},
        )
        assert Action.objects.filter(pk=story.action.pk).exists()


def test_the_list_finds_by_reference_title_and_carrier(as_user):
    story, other = Story(title="Jardin").submitted(), Story(title="Vélo").submitted()
    Organisation.objects.filter(pk=story.carrier.pk).update(name="Les Paniers")
    client = as_user(story.agent)
    for words in (story.action.reference, "jardin", "paniers"):
        page = Page(client.get("/admin/actions/action/", {"q": words}))
        found = [cell.text for cell in page.all("td", cls="field-title")]
        assert found == ["Jardin"]
    assert other.action.title == "Vélo"
