"""A file sent back is corrected and sent again."""

import pytest

from actions.enums import ActionStatus, Step
from actors.enums import MembershipRole
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import (
    Story,
    UserFactory,
    fresh,
    member,
)
from tests.support.payloads import PROPOSE, send, step_address
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An action sent back to its carrier."""
    return Story().in_correction()


@pytest.fixture
def author():
    """Somebody who doesn't belong to any organisation yet."""
    return UserFactory(email="ana@example.org")


@pytest.fixture
def client(author, as_user):
    """The author's browser."""
    return as_user(author)


def receipt_of(action) -> str:
    """The address of an action's receipt."""
    return f"/espace/actions/{action.uuid}/accuse-de-reception/"


class TestCorrection:
    def test_is_mended_and_sent_again(self, as_user, story):
        client, action = as_user(story.manager), story.action
        first = client.get(f"/espace/actions/{action.uuid}/modifier/")
        assert first.headers["Location"] == step_address(action, "moyens")
        page = Page(client.get(first.headers["Location"]))
        asked = page.main.one("section", cls="notice")
        assert [line.text for line in asked.all("li")] == [
            "Dépenses et coût total (sur cette page) : rien de changé pour l’instant"
        ]
        assert asked.all("p")[0].text == "Précisez le budget."
        OutgoingMail.objects.all().delete()
        typed = page.form | {"expense_other": "11 000", "own_resources": "4 000", "go": "envoi"}
        client.post(step_address(action, "moyens"), typed)
        page = Page(client.get(step_address(action, "envoi")))
        # Whether it is complete is for the agent who asked to say.
        assert page.main.one("h2", id="missing").text == "Rien n’est laissé vide"
        changes = page.main.one("table", cls="table-changes").one("tbody")
        assert [[cell.text for cell in row.all("td")] for row in changes.all("tr")] == [
            ["3 000 €", "4 000 €"]
        ]
        refused = Page(send(client, action, signs_contract="on"))
        assert refused.errors == [
            "Vous avez aussi modifié ce qui n’était pas demandé : dites pourquoi (Ressources "
            "propres)."
        ]
        reference = action.reference
        response = send(client, action, reason="Un don nous est arrivé.")
        assert response.headers["Location"] == action.get_space_url()
        assert Page(client.get(action.get_space_url())).messages == [
            "Votre complément est envoyé : les agents sont prévenus."
        ]
        action.refresh_from_db()
        assert (action.status, action.total_cost, action.reference) == (
            "submitted",
            11000,
            reference,
        )
        assert action.events.last().note.text == "Un don nous est arrivé."
        assert [version.number for version in action.versions.all()] == [1, 2]
        assert list(OutgoingMail.objects.order_by("pk").values_list("recipient", "subject")) == [
            (story.manager.email, f"{reference} : complément reçu"),
            (story.agent.email, f"{reference} : Un dossier complété est revenu"),
        ]
        assert action.correction_requests.get().answered_at is not None

    def test_what_was_asked_needs_no_reason(self, as_user):
        story = Story().in_correction(fields=["total_cost", "own_resources"])
        client, action = as_user(story.manager), story.action
        typed = Page(client.get(step_address(action, "moyens"))).form
        client.post(
            step_address(action, "moyens"),
            typed | {"expense_other": "11 000", "own_resources": "4 000"},
        )
        assert Page(client.get(step_address(action, "envoi"))).main.all(name="reason") == []
        assert send(client, action).headers["Location"] == action.get_space_url()

    def test_keeps_carrier_title_and_measure(self, as_user, story):
        """A filed action without them would belong to nobody and nowhere."""
        client, action = as_user(story.manager), story.action
        for step, field, error in (
            ("action", "title", "Titre de l’action : Ce champ est obligatoire."),
            ("mesure", "measure", "Mesure : Ce champ est obligatoire."),
        ):
            typed = Page(client.get(step_address(action, step))).form | {field: ""}
            assert Page(client.post(step_address(action, step), typed)).errors == [error]
        client.post(step_address(action, "structure"), {"carrier": "", "go": ""})
        action.refresh_from_db()
        assert (action.carrier, action.title, action.measure is None) == (
            story.carrier,
            "Une épicerie solidaire",
            False,
        )

    def test_a_draft_and_a_contributor(self, as_user):
        """Contributors write and send; managers alone withdraw (rules.md, section 4)."""
        story = Story()
        client = as_user(member(story.carrier, MembershipRole.CONTRIBUTOR))
        assert send(client, story.action).headers["Location"] == receipt_of(story.action)
        assert client.get(f"/espace/actions/{story.action.uuid}/retirer/").status_code == 404


@pytest.mark.parametrize("status", [ActionStatus.SUBMITTED, ActionStatus.EVALUATED])
def test_a_file_out_of_its_carriers_hands_is_not_edited(as_user, status):
    story = getattr(Story(), status)()
    client = as_user(fresh(story.manager))
    for step in Step.values:
        assert client.get(step_address(story.action, step)).status_code == 404
    client.post(PROPOSE, {"key": str(story.action.uuid), "carrier": ""})
    client.post(step_address(story.action, "action"), {"title": "Changé"})
    story.action.refresh_from_db()
    assert (story.action.title, story.action.status) == ("Une épicerie solidaire", status)
    assert story.action.carrier == story.carrier
