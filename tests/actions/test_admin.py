"""The agents' administration: transitions, evaluators, paper files, what nobody rewrites."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import Action, Evaluation, Recusal
from actors.enums import MembershipRole, Role
from actors.services import grant_role
from challenges.models import Grid
from ess_portal.base.models import OutgoingMail
from tests.support.factories import (
    OrganisationFactory,
    SectorFactory,
    Story,
    member,
    person,
    story_in,
)
from tests.support.payloads import complete, day
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db
PAPER = "/admin/actions/action/papier/"


def change(story) -> str:
    """An action's page in the administration."""
    return f"/admin/actions/action/{story.action.pk}/change/"


def step(story, transition) -> str:
    """The page of one transition."""
    return f"/admin/actions/action/{story.action.pk}/transition/{transition}/"


def assigning(story) -> str:
    """The page where evaluators are asked."""
    return f"/admin/actions/action/{story.action.pk}/evaluateurs/"


def status(story) -> str:
    """The action's state, as stored."""
    return Action.objects.get(pk=story.action.pk).status


def errors(response) -> list[str]:
    """The sentences beside the fields of an admin page."""
    return [
        line.text for box in Page(response).all("ul", cls="errorlist") for line in box.all("li")
    ]


def buttons(response) -> dict[str, str]:
    """The steps that the action's page offers: text → address."""
    return {
        link.text: link["href"]
        for link in Page(response).all("a")
        if "/transition/" in link.get("href") or "/evaluateurs/" in link.get("href")
    }


@pytest.fixture
def signed_in(as_user):
    """Return a function that gives the browser of a story's agent."""
    return lambda story: as_user(story.agent)


class TestSteps:
    @pytest.mark.parametrize(
        ("state", "offered"),
        [
            ("draft", []),
            (
                "submitted",
                ["Admettre à l’évaluation", "Annoncer un refus", "Demander un complément"],
            ),
            ("in_correction", []),
            (
                "in_evaluation",
                ["Clore l’évaluation", "Demander des évaluations", "Rendre à l’instruction"],
            ),
            ("evaluated", []),
            ("postponed", ["Réexaminer"]),
            ("prioritised", ["Commencer la mise en œuvre", "Déclarer abandonnée"]),
            ("in_progress", ["Déclarer abandonnée", "Déclarer réalisée"]),
            ("completed", []),
            ("refusal_announced", []),
            ("inadmissible", ["Confirmer le refus", "Renoncer au refus"]),
            ("withdrawn", []),
        ],
    )
    def test_offered_are_the_agents_own(self, signed_in, state, offered):
        story = story_in(state)
        assert sorted(buttons(signed_in(story).get(change(story)))) == offered

    def test_without_question_are_taken_at_once(self, signed_in):
        story = Story().submitted()
        client = signed_in(story)
        response = client.post(step(story, "admit"))
        assert response.headers["Location"] == change(story)
        assert status(story) == "in_evaluation"
        assert [m.text for m in Page(client.get(change(story))).all("li", cls="success")] == [
            f"{story.action} : en évaluation."
        ]

    def test_a_correction_is_asked_for_with_its_list_and_date(self, signed_in):
        story = Story().submitted()
        client = signed_in(story)
        page = Page(client.get(step(story, "request_correction")))
        assert page.title == "Demander un complément"
        due = timezone.localdate() + timedelta(days=15)
        assert page.form["due_on"] == due.isoformat()
        OutgoingMail.objects.all().delete()
        client.post(
            step(story, "request_correction"),
            {"fields": ["title", "self_assessments"], "due_on": day(8), "comment": "Plus court."},
        )
        request = story.action.correction_requests.get()
        assert (request.field_labels, request.message) == (
            ["Titre", "Auto-évaluation"],
            "Plus court.",
        )
        assert (request.requested_by, request.due_on.isoformat()) == (story.agent, day(8))
        assert status(story) == "in_correction"
        mail = OutgoingMail.objects.get()
        assert (mail.recipient, mail.subject) == (
            story.manager.email,
            f"{story.action.reference} : complément demandé",
        )

    @pytest.mark.parametrize(
        ("data", "sentences"),
        [
            (
                {"due_on": day(8)},
                ["Cochez au moins une partie du dossier à compléter."],
            ),
            (
                {"fields": ["title"], "due_on": day(0)},
                ["Donnez au porteur une date à venir pour compléter son dossier."],
            ),
            ({"fields": ["title"], "due_on": "bientôt"}, ["Saisissez une date valide."]),
            (
                {"fields": ["status"], "due_on": day(8)},
                ["Sélectionnez un choix valide. status n’en fait pas partie."],
            ),
        ],
    )
    def test_a_vague_correction_is_refused(self, signed_in, data, sentences):
        story = Story().submitted()
        response = signed_in(story).post(
            step(story, "request_correction"), data | {"comment": "Un mot."}
        )
        assert errors(response) == sentences
        assert Page(response).form["comment"] == "Un mot."
        assert status(story) == "submitted"

    @pytest.mark.parametrize(
        ("state", "transition", "sentence", "reached"),
        [
            ("submitted", "announce_refusal", "Écrivez le motif.", "refusal_announced"),
            ("in_evaluation", "return_to_instruction", "Écrivez le motif.", "submitted"),
            ("postponed", "reconsider", "Écrivez le motif.", "evaluated"),
            ("in_progress", "complete", "Écrivez le bilan final de l’action.", "completed"),
            ("in_progress", "abandon", "Écrivez le motif.", "abandoned"),
        ],
    )
    def test_that_ask_for_words_need_them(self, signed_in, state, transition, sentence, reached):
        story = story_in(state)
        client = signed_in(story)
        assert errors(client.post(step(story, transition), {"comment": "  "})) == [sentence]
        assert status(story) == state
        client.post(step(story, transition), {"comment": "Voici pourquoi."})
        assert status(story) == reached
        assert story.action.events.order_by("-pk")[0].note.text == "Voici pourquoi."

    def test_closing_waits_for_the_evaluations_and_says_whose(self, signed_in):
        story = Story().in_evaluation()
        client = signed_in(story)
        due = story.evaluations[0].due_on
        awaited = [
            f"L’évaluation de {who} est attendue jusqu’au {due:%d/%m/%Y}."
            for who in story.evaluators
        ]
        assert errors(client.get(step(story, "close_evaluation"))) == awaited
        assert set(errors(client.post(step(story, "close_evaluation")))) == set(awaited)
        assert status(story) == "in_evaluation"

    def test_closing_leads_to_the_result(self, signed_in):
        story = Story().scored()
        client = signed_in(story)
        page = Page(client.get(step(story, "close_evaluation")))
        assert page.all("p", cls="help") == []
        response = client.post(step(story, "close_evaluation"))
        assert response.headers["Location"] == f"/commission/{story.action.reference}/"
        page = Page(client.get(response.headers["Location"]))
        assert page.messages == [f"{story.action} : évaluée."]
        assert page.main.one("p", cls="result-summary").text == (
            "D’intérêt communautaire : 66,6 sur 100, pour un seuil de 60."
        )

    def test_closing_without_quorum_is_warned_about(self, signed_in):
        story = Story().in_evaluation()
        for evaluation in story.evaluations[:2]:
            story.score(evaluation)
        Evaluation.objects.filter(pk=story.evaluations[2].pk).update(
            due_on=timezone.localdate() - timedelta(days=1)
        )
        page = Page(signed_in(story).get(step(story, "close_evaluation")))
        assert page.one("p", cls="help").text == (
            "2 évaluations rendues pour un quorum de 3 : close ainsi, l’action ne sera pas "
            "d’intérêt communautaire."
        )

    def test_what_has_not_its_turn_does_not_exist(self, signed_in):
        story = Story().submitted()
        client = signed_in(story)
        for transition in ("close_evaluation", "postpone", "withdraw", "start", "x"):
            assert client.post(step(story, transition)).status_code == 404
        assert status(story) == "submitted"

    @pytest.mark.parametrize("comment", ["é" * 4001, "a\x00b"])
    def test_impossible_words_are_refused(self, signed_in, comment):
        story = Story().submitted()
        response = signed_in(story).post(step(story, "announce_refusal"), {"comment": comment})
        assert len(errors(response)) == 1
        assert status(story) == "submitted"


class TestEvaluators:
    def test_are_asked_by_mail(self, signed_in):
        story = Story().in_evaluation(assign=False)
        OutgoingMail.objects.all().delete()
        client = signed_in(story)
        chosen = [str(evaluator.pk) for evaluator in story.evaluators[:2]]
        client.post(assigning(story), {"evaluators": chosen, "due_on": day(9)})
        made = Evaluation.objects.order_by("pk")
        assert [(e.evaluator, e.due_on.isoformat(), e.round) for e in made] == [
            (evaluator, day(9), "initial") for evaluator in story.evaluators[:2]
        ]
        subject = f"Une action à évaluer : {story.action.reference}"
        assert sorted(OutgoingMail.objects.values_list("recipient", "subject")) == [
            (evaluator.email, subject) for evaluator in story.evaluators[:2]
        ]
        assert (
            f"/evaluations/{made[0].pk}/"
            in OutgoingMail.objects.get(recipient=story.evaluators[0].email).body
        )

    def test_offered_are_those_who_may_and_are_not_asked_yet(self, signed_in):
        partner = OrganisationFactory()
        story = Story(partners=[partner]).in_evaluation()
        free = person(Role.EVALUATOR, full_name="Zoé Libre")
        for organisation in (story.carrier, partner):
            grant_role(member(organisation), Role.EVALUATOR)
        person(Role.EVALUATOR, is_active=False)
        page = Page(signed_in(story).get(assigning(story)))
        offered = [box["value"] for box in page.all("input", type="checkbox", name="evaluators")]
        assert offered == [str(free.pk)]

    def test_linked_or_without_role_are_refused_by_hand_too(self, signed_in):
        story = Story().in_evaluation(assign=False)
        linked = member(story.carrier)
        for somebody in (linked, story.members[0]):
            response = signed_in(story).post(
                assigning(story), {"evaluators": [somebody.pk], "due_on": day(9)}
            )
            assert len(errors(response)) == 1
        assert not Evaluation.objects.exists()

    def test_need_a_date_to_come(self, signed_in):
        story = Story().in_evaluation(assign=False)
        response = signed_in(story).post(
            assigning(story), {"evaluators": [story.evaluators[0].pk], "due_on": day(-1)}
        )
        assert errors(response) == ["La date de rendu est passée : donnez une date à venir."]
        assert not Evaluation.objects.exists()

    def test_are_taken_off_until_they_send(self, signed_in):
        story = Story().in_evaluation()
        client = signed_in(story)
        first, second = story.evaluations[:2]
        address = f"/admin/actions/action/evaluations/{first.pk}/retirer/"
        assert Page(client.get(address)).title == f"Retirer l’évaluation de {first.evaluator}"
        assert client.post(address).headers["Location"] == change(story)
        assert not Evaluation.objects.filter(pk=first.pk).exists()
        story.score(second)
        client.post(f"/admin/actions/action/evaluations/{second.pk}/retirer/")
        assert Evaluation.objects.filter(pk=second.pk).exists()
        page = Page(client.get(change(story)))
        assert [m.text for m in page.one("ul", cls="messagelist").all("li")] == [
            "L’évaluation est retirée.",
            "Une évaluation envoyée ne peut être ni retirée ni supprimée.",
        ]

    def test_recusal_is_noted_with_its_reason(self, signed_in):
        story = Story().in_evaluation()
        client = signed_in(story)
        evaluation = story.evaluations[0]
        address = f"/admin/actions/action/evaluations/{evaluation.pk}/deport/"
        page = Page(client.get(address))
        assert page.title == f"Constater le déport de {evaluation.evaluator}"
        assert errors(client.post(address, {"reason": " "})) == ["Ce champ est obligatoire."]
        client.post(address, {"reason": "Siège au conseil."})
        recusal = Recusal.objects.get()
        assert (recusal.user, recusal.declared_by, recusal.reason) == (
            evaluation.evaluator,
            story.agent,
            "Siège au conseil.",
        )
        rows = [
            row.text for row in Page(client.get(change(story))).all("tr") if "déport" in row.text
        ]
        assert rows[0].startswith(f"{evaluation.evaluator} ")

    def test_recusal_after_the_closing_is_refused(self, signed_in):
        story = Story().evaluated()
        address = f"/admin/actions/action/evaluations/{story.evaluations[0].pk}/deport/"
        response = signed_in(story).post(address, {"reason": "Trop tard."})
        assert errors(response) == ["L’évaluation de cette action n’est pas ouverte."]
        assert not Recusal.objects.exists()


class TestPaper:
    @pytest.fixture
    def carrier(self):
        """An organisation known to the portal."""
        return OrganisationFactory()

    @pytest.fixture
    def signatory(self, carrier):
        """One of its members."""
        return member(carrier, MembershipRole.CONTRIBUTOR, email="signataire@example.org")

    @pytest.fixture
    def agent(self):
        """Who types."""
        return person(Role.AGENT)

    @pytest.fixture
    def client(self, agent, as_user):
        """The agent's browser."""
        return as_user(agent)

    def typed(self, organisation, signatory, **changes):
        """A whole paper file."""
        data = complete(carrier=str(organisation.pk))
        data = {name: value for name, value in data.items() if not name.startswith("org_")}
        return data | {"signatory": str(signatory.pk), "received_on_paper": day(-3)} | changes

    def test_is_filed_in_the_name_of_who_signed(self, client, carrier, signatory, agent):
        data = self.typed(carrier, signatory)
        response = client.post(PAPER, data)
        action = Action.objects.get()
        assert response.headers["Location"] == f"/admin/actions/action/{action.pk}/change/"
        assert (action.status, action.carrier, action.created_by) == (
            "submitted",
            carrier,
            signatory,
        )
        assert action.received_on_paper.isoformat() == day(-3)
        event = action.events.get()
        assert (event.by, event.entered_by, event.transition) == (signatory, agent, "submit")
        assert sorted(OutgoingMail.objects.values_list("recipient", "subject")) == sorted(
            [
                (signatory.email, f"Proposition reçue : {action.reference}"),
                (agent.email, f"{action.reference} : Une nouvelle proposition est arrivée"),
            ]
        )

    def test_twice_makes_one_action(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        first, second = (client.post(PAPER, data) for _ in range(2))
        assert first.headers["Location"] == second.headers["Location"]
        assert (Action.objects.count(), OutgoingMail.objects.count()) == (1, 2)

    def test_is_signed_by_a_member_of_its_carrier(self, client, carrier, signatory):
        other = member(OrganisationFactory())
        data = self.typed(carrier, other)
        page = Page(client.post(PAPER, data))
        assert page.errors == [f"Signataire : Cette personne n’est pas membre de « {carrier} »."]
        empty = {"sectors": []}  # no sector is loaded: no box
        consents = ("certifies_accuracy", "accepts_terms", "signs_contract")
        kept = data | {name: ["on"] for name in consents}
        kept |= {"funder_1_name": "", "funder_1_amount": "", "funder_1_state": ""}
        assert page.form | empty == kept
        assert not Action.objects.exists()

    def test_is_complete_and_not_from_tomorrow(self, client, carrier, signatory):
        data = self.typed(
            carrier, signatory, received_on_paper=day(1), carrier="", own_resources="x"
        )
        page = Page(client.post(PAPER, data))
        assert [error.partition(" : ")[0] for error in page.errors] == [
            "Reçu le",
            "Structure porteuse",
            "Ressources propres (€)",
        ]
        assert not Action.objects.exists()

    def test_has_a_budget_that_balances(self, client, carrier, signatory):
        page = Page(client.post(PAPER, self.typed(carrier, signatory, own_resources="1")))
        (error,) = page.errors
        assert error.startswith("Le budget n’est pas équilibré : ")
        assert not Action.objects.exists()

    def test_of_an_association_bears_the_republican_contract(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        del data["signs_contract"]
        (error,) = Page(client.post(PAPER, data)).errors
        assert error.endswith("Une association ou une fondation signe le contrat d’engagement.")

    def test_under_the_key_of_somebody_elses_file_changes_nothing(self, client, carrier, signatory):
        other = Story()
        data = self.typed(carrier, signatory, key=str(other.action.uuid), title="Volée")
        assert client.post(PAPER, data).status_code == 404
        other.action.refresh_from_db()
        assert other.action.title == "Une épicerie solidaire"

    def test_without_a_grid_in_force_is_refused_in_words(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        Grid.objects.update(is_current=False)
        page = Page(client.post(PAPER, data))
        assert page.errors == ["Aucune grille d’évaluation n’est en vigueur."]
        assert not Action.objects.exists()

    def test_form_is_linked_from_the_list(self, client):
        page = Page(client.get("/admin/actions/action/"))
        assert {link.text: link["href"] for link in page.all("a", cls="addlink")} == {
            "Saisir un dossier reçu sur papier": PAPER
        }


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
        ("state", "open_fields"),
        [
            ("draft", set()),
            ("submitted", CONTENT),
            ("in_evaluation", set()),
            ("evaluated", set()),
            ("prioritised", set()),
        ],
    )
    def test_only_a_file_under_instruction_can_be_mended(self, signed_in, state, open_fields):
        SectorFactory()
        story = story_in(state)
        assert self.fields(signed_in(story), story) == open_fields

    def test_a_mended_file_keeps_a_title(self, signed_in):
        story = story_in("submitted")
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

    def test_a_file_under_instruction_is_mended(self, signed_in):
        story = Story().submitted()
        client = signed_in(story)
        form = form_values(Page(client.get(change(story))).one("form", id="action_form"))
        response = client.post(change(story), form | {"title": "Coquille ôtée"})
        assert response.headers["Location"] == "/admin/actions/action/"
        story.action.refresh_from_db()
        assert (story.action.title, story.action.status) == ("Coquille ôtée", "submitted")

    def test_a_forged_form_changes_neither_state_nor_result(self, signed_in):
        story = Story().evaluated()
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

    def test_events_evaluations_and_recusals_are_only_looked_at(self, signed_in):
        story = Story().evaluated()
        client = signed_in(story)
        event, evaluation = story.action.events.first(), story.evaluations[0]
        for path in (
            f"/admin/actions/actionevent/{event.pk}/change/",
            f"/admin/actions/evaluation/{evaluation.pk}/change/",
        ):
            page = Page(client.get(path))
            assert page.all("input", name="_save") == []
            assert client.post(path, {"to_status": "draft"}).status_code == 403

    def test_actions_have_no_bulk_deletion(self, signed_in):
        story = Story().submitted()
        client = signed_in(story)
        client.post(
            "/admin/actions/action/",
            {"action": "delete_selected", "_selected_action": [story.action.pk], "post": "yes"},
        )
        assert Action.objects.filter(pk=story.action.pk).exists()


def test_the_list_finds_by_reference_title_and_carrier(as_user):
    story, other = Story(title="Jardin").submitted(), Story(title="Vélo").submitted()
    client = as_user(story.agent)
    for words in (story.action.reference, "jardin", story.carrier.name):
        page = Page(client.get("/admin/actions/action/", {"q": words}))
        found = [cell.text for cell in page.all("td", cls="field-title")]
        assert found == ["Jardin"]
    assert other.action.title == "Vélo"
