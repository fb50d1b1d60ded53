"""The agents’ administration: transitions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.evaluation.services.assignments import unassign_evaluator
from actions.evaluation.services.evaluations import recuse
from actions.models import Evaluation
from actors.enums import Role
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.administration import buttons, change, errors, status, step
from tests.support.factories import (
    Story,
    person,
)
from tests.support.guarantee_steps import append_result
from tests.support.payloads import day
from tests.support.reading import Page
from tests.support.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(as_user):
    """Return a function that gives the browser of a story's agent."""
    return lambda story: as_user(story.agent)


class TestSteps:
    @pytest.mark.parametrize(
        ("story", "offered"),
        [
            ("draft", []),
            (
                "submitted",
                ["Admettre à l’évaluation", "Annoncer un refus", "Demander un complément"],
            ),
            ("in_correction", ["Annoncer un refus"]),
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
        indirect=["story"],
    )
    def test_offered_are_the_agents_own(self, signed_in, story, offered):
        assert sorted(buttons(signed_in(story).get(change(story)))) == offered

    @starts_from(story="submitted")
    def test_without_question_are_taken_at_once(self, signed_in, story):
        client = signed_in(story)
        response = client.post(step(story, "admit"))
        assert response.headers["Location"] == change(story)
        assert status(story) == "in_evaluation"
        assert [m.text for m in Page(client.get(change(story))).all("li", cls="success")] == [
            f"{story.action} : en évaluation."
        ]

    @starts_from(story="submitted")
    def test_a_correction_is_asked_for_with_its_list_and_date(self, signed_in, story):
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
    @starts_from(story="submitted")
    def test_a_vague_correction_is_refused(self, signed_in, data, sentences, story):
        response = signed_in(story).post(
            step(story, "request_correction"), data | {"comment": "Un mot."}
        )
        assert errors(response) == sentences
        assert Page(response).form["comment"] == "Un mot."
        assert status(story) == "submitted"

    @pytest.mark.parametrize(
        ("story", "transition", "sentence", "reached"),
        [
            ("submitted", "announce_refusal", "Écrivez le motif.", "refusal_announced"),
            ("in_evaluation", "return_to_instruction", "Écrivez le motif.", "submitted"),
            ("postponed", "reconsider", "Écrivez le motif.", "evaluated"),
            ("in_progress", "complete", "Écrivez le bilan final de l’action.", "completed"),
            ("in_progress", "abandon", "Écrivez le motif.", "abandoned"),
        ],
        indirect=["story"],
    )
    def test_that_ask_for_words_need_them(self, signed_in, story, transition, sentence, reached):
        client, before = signed_in(story), status(story)
        public = {"public_reason": "Voici tout."} if transition == "abandon" else {}
        assert errors(client.post(step(story, transition), {"comment": "  "} | public)) == [
            sentence
        ]
        assert status(story) == before
        client.post(step(story, transition), {"comment": "Voici pourquoi."} | public)
        assert status(story) == reached
        assert story.action.events.order_by("-pk")[0].note.text == "Voici pourquoi."

    @starts_from(story="in_evaluation")
    def test_closing_waits_for_the_evaluations_and_says_whose(self, signed_in, story):
        client = signed_in(story)
        due = story.evaluations[0].due_on
        awaited = [
            f"L’évaluation confiée à {who} est attendue jusqu’au {long_date(due)}."
            for who in story.evaluators
        ]
        page = client.get(step(story, "close_evaluation"))
        assert errors(page) == awaited
        assert Page(page).main.all("input", cls="default") == []
        assert errors(client.post(step(story, "close_evaluation"))) == awaited
        assert status(story) == "in_evaluation"

    def test_closing_leads_to_the_result(self, signed_in):
        story = Story().scored()
        client = signed_in(story)
        page = Page(client.get(step(story, "close_evaluation")))
        assert page.all("div", cls="workflow") == []
        response = client.post(step(story, "close_evaluation"))
        assert response.headers["Location"] == f"/commission/{story.action.reference}/"
        page = Page(client.get(response.headers["Location"]))
        assert page.messages == [f"{story.action} : évaluée."]
        assert page.main.one("p", cls="result-summary").text == (
            "D’intérêt communautaire : 66,6 sur 100, pour un seuil de 60."
        )

    @starts_from(story="in_evaluation")
    def test_closing_without_quorum_is_warned_about(self, signed_in, story):
        for evaluation in story.evaluations[:2]:
            story.score(evaluation)
        Evaluation.objects.filter(pk=story.evaluations[2].pk).update(
            due_on=timezone.localdate() - timedelta(days=1)
        )
        another = person(Role.EVALUATOR, full_name="Alix Autre")
        page = Page(signed_in(story).get(step(story, "close_evaluation")))
        (warning,) = page.all("div", cls="workflow")
        assert [line.text for line in warning.all("li")] == [
            "2 évaluations complètes pour un quorum de 3 : si vous clôturez maintenant, l’action "
            "ne peut pas être d’intérêt communautaire.",
            f"Une autre évaluation peut être demandée, par exemple à {another}.",
        ]
        assert warning.one("a")["href"] == f"/admin/actions/action/{story.action.pk}/evaluateurs/"

    @starts_from(story="in_evaluation")
    def test_the_missing_opinion_is_named(self, signed_in, story):
        for evaluation in story.evaluations:
            silent = evaluation == story.evaluations[1]
            story.score(evaluation, (2, None, 2, None) if silent else (2, 2, 2, 2))
        page = Page(signed_in(story).get(step(story, "close_evaluation")))
        titles = [criterion.title for criterion in story.action.grid.criteria.all()]
        (warning,) = page.all("div", cls="workflow")
        assert [line.text for line in warning.all("li")] == [
            "2 évaluations complètes pour un quorum de 3 : si vous clôturez maintenant, l’action "
            "ne peut pas être d’intérêt communautaire.",
            f"{story.evaluators[1]} ne se prononce pas sur « {titles[1]} » et « {titles[3]} ».",
            "Aucun autre évaluateur ne peut être sollicité : invitez-en un d’abord.",
        ]

    @pytest.mark.parametrize("recused", [False, True])
    @starts_from(story="in_evaluation")
    def test_nothing_is_closed_on_no_evaluation(self, signed_in, story, recused):
        """None asked for, or everybody stepped aside: `actions_gateresult_of_an_evaluation` too."""
        for evaluation in story.evaluations:
            if recused:
                recuse(
                    action=story.action, user=evaluation.evaluator, by=story.agent, reason="Lien."
                )
            else:
                unassign_evaluator(evaluation=evaluation, by=story.agent)
        page = Page(signed_in(story).post(step(story, "close_evaluation")))
        assert {said.text for said in page.all("ul", cls="errorlist")} == {
            "Aucune évaluation n’est rendue : demandez-en, et attendez la première avant de clore."
        }
        with refused_by("actions_gateresult_of_an_evaluation"):
            append_result(story)
        assert status(story) == "in_evaluation"

    @starts_from(story="submitted")
    def test_what_has_not_its_turn_does_not_exist(self, signed_in, story):
        client = signed_in(story)
        for transition in ("close_evaluation", "postpone", "withdraw", "start", "x"):
            assert client.post(step(story, transition)).status_code == 404
        assert status(story) == "submitted"

    @pytest.mark.parametrize("comment", ["é" * 4001, "a\x00b"])
    @starts_from(story="submitted")
    def test_impossible_words_are_refused(self, signed_in, comment, story):
        response = signed_in(story).post(step(story, "announce_refusal"), {"comment": comment})
        assert len(errors(response)) == 1
        assert status(story) == "submitted"
