"""What an agent reads and may do on the page of an action; what the others don't read there."""

import pytest
from django.test import Client
from django.urls import reverse

from actions.committee.services.decisions import reply_to_refusal
from actions.enums import ActionStatus
from actions.models import Attachment
from actions.workflow.consequences import ASKING, CONSEQUENCES, NOTING_DELIBERATION
from actors.enums import Role
from actors.services import grant_role
from tests.support.deliberations import proposed_to_the_council
from tests.support.factories import REASON, OrganisationFactory, Story, fresh, person, story_in
from tests.support.reading import Page

pytestmark = pytest.mark.django_db

STATES = (
    "submitted",
    "in_correction",
    "in_evaluation",
    "evaluated",
    "postponed",
    "prioritised",
    "in_progress",
    "completed",
    "abandoned",
    "refusal_announced",
    "inadmissible",
    "declined",
    "withdrawn",
)


def page_of(story, client) -> Page:
    return Page(client.get(story.action.get_absolute_url()))


def facts(page, part: str) -> dict[str, str]:
    """What stands in a part of the file: label → value."""
    part = page.main.one("section", **{"aria-labelledby": part})
    return {label.text: label.following.text for label in part.all("dt")}


def acts(page) -> dict[str, str]:
    """What may be done: label → what it leads to."""
    panel = page.main.one("ul", cls="acts")
    return {
        link.text: panel.one("p", id=link["aria-describedby"]).text
        for link in panel.all("a", cls="btn")
    }


def words(sentence: str) -> str:
    return " ".join(sentence.split())


class TestTheWholeFile:
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.slow
    def test_is_there_in_every_state(self, state, as_user):
        story = story_in(state)
        story.carrier.legal_form, story.carrier.siret = "Association loi 1901", "73282932000074"
        story.carrier.save()
        page = page_of(story, as_user(story.agent))
        carrier = facts(page, "part-structure")
        assert (carrier["Forme juridique"], carrier["SIRET"]) == (
            "Association loi 1901",
            "732 829 320 00074",
        )
        own = facts(page, "part-criteres")
        assert own == {
            f"{number}. Critère {number}": f"Niveau 2 – Avéré {REASON}" for number in range(1, 5)
        }
        budget = page.main.one("table", cls="table-budget")
        assert [(row.one("th").text, row.one("td").text) for row in budget.all("tr")][:6] == [
            ("Autres charges", "10 000 €"),
            ("Coût total", "10 000 €"),
            ("Financement demandé", "6 000 €"),
            ("Ressources propres", "3 000 €"),
            ("Autres financements (demandé, sans réponse)", "1 000 €"),
            ("Autres financements", "1 000 €"),
        ]
        assert "Modifier" not in page.main.text
        assert "Le budget est équilibré : 10 000 € de dépenses et de ressources." in page.main.text

    def test_says_whom_to_ask_and_how(self, as_user):
        story = Story().submitted()
        story.manager.phone = "+33 (0)4 73 00 00 00"
        story.manager.save()
        contacts = page_of(story, as_user(story.agent)).main.one(
            "section", **{"aria-labelledby": "contacts"}
        )
        (who,) = contacts.all("li")
        assert who.one("h3").text == story.manager.full_name
        assert who.one("p", cls="meta").text == "A envoyé le dossier, Responsable"
        assert [link["href"] for link in who.all("a")] == [
            f"mailto:{story.manager.email}",
            "tel:+33473000000",
        ]

    def test_leads_to_what_is_attached_and_to_the_document(self, as_user):
        story = Story()
        Attachment.objects.create(
            action=story.action,
            uploaded_by=story.manager,
            name="statuts.pdf",
            kind="pdf",
            size=2048,
            sha256="0" * 64,
        )
        page = page_of(story.submitted(), as_user(story.agent))
        file = page.main.one("section", **{"aria-labelledby": "dossier"})
        document = reverse("actions:filed_application_pdf", args=[story.action.reference])
        assert document in [link["href"] for link in file.all("a")]
        assert "statuts.pdf" in file.text
        assert as_user(story.agent).get(document)["Content-Type"] == "application/pdf"

    def test_shows_what_each_sending_changed(self, as_user):
        story = Story().submitted().corrected()
        page = page_of(story, as_user(story.agent))
        (version,) = page.main.one("section", **{"aria-labelledby": "versions"}).all("summary")
        assert version.text.startswith("Version 2 du ")

    @pytest.mark.parametrize(
        ("known", "said"),
        [
            ({}, "Non renseignée"),
            ({"postal_code": "63000"}, "63000"),
            ({"address": "1 rue du Port", "postal_code": "63000"}, "1 rue du Port, 63000"),
        ],
    )
    def test_says_of_an_address_what_is_known(self, as_user, known, said):
        story = Story(carrier=OrganisationFactory(**known)).submitted()
        assert (
            words(facts(page_of(story, as_user(story.agent)), "part-structure")["Adresse"]) == said
        )

    def test_says_what_a_correction_left_as_it_was(self, as_user):
        story = Story().submitted().corrected()
        page = page_of(story, as_user(story.agent))
        panel = page.main.one("section", **{"aria-labelledby": "instruction"})
        assert panel.one("h3").text.startswith("Complément envoyé le ")
        assert [words(line.text) for line in panel.all("ul")[0].all("li")] == [
            "Résumé : demandé et non modifié"
        ]

    @pytest.mark.parametrize("role", [Role.ELECTED, Role.EVALUATOR])
    def test_is_not_for_those_who_read_a_part_only(self, role, as_user):
        story = Story().evaluated()
        reader = story.evaluators[0] if role == Role.EVALUATOR else person(role)
        page = page_of(story, as_user(reader))
        assert page.main.all(id="contacts") + page.main.all(id="dossier") == []
        assert story.manager.email not in page.main.text

    def test_the_committee_reads_it_once_it_is_evaluated(self, as_user):
        story = Story().evaluated()
        page = page_of(story, as_user(story.members[0]))
        assert "1. Critère 1" in facts(page, "part-criteres")

    def test_anybody_reads_nothing_more_of_a_public_one(self):
        story = Story().prioritised()
        page = page_of(story, Client())
        assert page.main.all(id="contacts") + page.main.all(id="dossier") == []


class TestAnAgentWhoEvaluates:
    """Nobody is led by the carrier's own levels before they gave theirs."""

    @pytest.fixture
    def story(self):
        story = Story().in_evaluation(assign=False)
        self.reader = person(Role.AGENT, Role.EVALUATOR)
        story.assign(self.reader)
        return story

    def test_does_not_read_them_before(self, story, as_user):
        client = as_user(self.reader)
        page = page_of(story, client)
        assert facts(page, "part-criteres") == {}
        assert REASON not in page.main.text
        document = reverse("actions:filed_application_pdf", args=[story.action.reference])
        assert client.get(document).status_code == 404
        assert document not in [link["href"] for link in page.main.all("a")]

    def test_reads_them_afterwards(self, story, as_user):
        story.score(story.evaluations[0])
        page = page_of(story, as_user(self.reader))
        assert len(facts(page, "part-criteres")) == 4


class TestWhatMayBeDone:
    @pytest.mark.parametrize(
        ("state", "labels"),
        [
            (
                "submitted",
                ["Demander un complément", "Admettre à l’évaluation", "Annoncer un refus"],
            ),
            ("scored", ["Demander des évaluations", "Clore l’évaluation"]),
            ("evaluated", ["Rouvrir l’évaluation"]),
            ("postponed", ["Réexaminer"]),
            ("prioritised", ["Commencer la mise en œuvre", "Déclarer abandonnée"]),
            ("in_progress", ["Déclarer réalisée", "Déclarer abandonnée"]),
            ("completed", None),
            ("refusal_announced", None),
        ],
    )
    def test_each_act_says_what_it_leads_to(self, state, labels, as_user):
        story = story_in(state) if state != "scored" else Story().scored()
        page = page_of(story, as_user(story.agent))
        if labels is None:
            assert page.main.all("ul", cls="acts") == []
            return
        said = {kind.label: words(sentence) for kind, sentence in CONSEQUENCES.items()}
        said["Demander des évaluations"] = words(ASKING)
        assert acts(page) == {label: said[label] for label in labels}

    def test_so_does_noting_what_the_council_voted(self, as_user):
        story = proposed_to_the_council()
        page = page_of(story, as_user(story.agent))
        assert acts(page)["Noter la délibération"] == words(NOTING_DELIBERATION)

    def test_reopening_leads_to_the_page_that_proposes_it(self, as_user):
        story = Story().evaluated()
        client = as_user(story.agent)
        (link,) = page_of(story, client).main.one("ul", cls="acts").all("a")
        assert client.get(link["href"]).status_code == 200

    def test_an_inadmissible_file_is_settled_from_here(self, as_user):
        story = Story().inadmissible()
        page = page_of(story, as_user(story.agent))
        assert [one.text for one in page.main.one("ul", cls="acts").all("h3")] == [
            "Confirmer le refus : pas encore possible",
            "Renoncer au refus : pas encore possible",
        ]

    def test_the_page_of_the_act_says_it_too(self, as_user):
        story = Story().submitted()
        address = reverse("admin:actions_action_transition", args=[story.action.pk, "admit"])
        text = as_user(story.agent).get(address).content.decode()
        assert CONSEQUENCES["admit"] in text

    def test_an_agent_who_is_tied_to_it_reads_and_leaves_it(self, as_user):
        story = Story().submitted()
        tied = fresh(story.manager)
        grant_role(tied, Role.AGENT)
        page = page_of(story, as_user(tied))
        assert page.main.all("ul", cls="acts") == []
        assert page.main.all("p", cls="notice")[0].text == (
            "Vous êtes lié au porteur ou à un partenaire de cette action : un autre agent suit le "
            "dossier."
        )


def test_states_are_all_of_those_that_were_sent():
    unsent = {ActionStatus.DRAFT, ActionStatus.RECORDED}
    assert {*ActionStatus.values} - unsent == {*STATES} - {"inadmissible"}


def test_what_was_asked_of_the_carrier_stands_beside_what_may_be_done(as_user):
    story = Story().in_correction()
    asked = story.action.correction_requests.get()
    step = page_of(story, as_user(story.agent)).main.one(id="instruction").parent
    assert asked.message in step.text
    assert [link["href"] for link in step.all("a")][:2] == [
        reverse("admin:actions_action_recall", args=[story.action.pk]),
        reverse("admin:actions_action_more_time", args=[story.action.pk]),
    ]


def test_the_reply_to_a_refusal_is_read_before_it_is_confirmed(as_user):
    story = Story().inadmissible()
    notice = story.action.refusal_notices.get()
    client = as_user(story.agent)
    said = page_of(story, client).main.one(id="instruction").parent.text
    assert "Le porteur n’a pas répondu" in said
    reply_to_refusal(action=story.action, by=story.manager, text="Voici notre enquête.")
    said = page_of(story, client).main.one(id="instruction").parent.text
    assert "Voici notre enquête." in said
    assert notice.reason in said
