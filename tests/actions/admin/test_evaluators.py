"""The agents’ administration: evaluators."""

import pytest

from actions.admin.evaluators import TAKEN_AWAY
from actions.models import Evaluation, Recusal
from actors.enums import Role
from actors.services import grant_role
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.administration import assigning, change, errors
from tests.support.factories import (
    OrganisationFactory,
    Story,
    member,
    person,
)
from tests.support.payloads import day
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(as_user):
    """Return a function that gives the browser of a story's agent."""
    return lambda story: as_user(story.agent)


class TestEvaluators:
    @starts_from(story="admitted")
    def test_are_asked_by_mail(self, signed_in, story):
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

    @starts_from(story="admitted")
    def test_linked_or_without_role_are_refused_by_hand_too(self, signed_in, story):
        linked = member(story.carrier)
        for somebody in (linked, story.members[0]):
            response = signed_in(story).post(
                assigning(story), {"evaluators": [somebody.pk], "due_on": day(9)}
            )
            assert len(errors(response)) == 1
        assert not Evaluation.objects.exists()

    @starts_from(story="admitted")
    def test_need_a_date_to_come(self, signed_in, story):
        response = signed_in(story).post(
            assigning(story), {"evaluators": [story.evaluators[0].pk], "due_on": day(-1)}
        )
        assert errors(response) == ["La date de rendu est passée : donnez une date à venir."]
        assert not Evaluation.objects.exists()

    @starts_from(story="in_evaluation")
    def test_are_taken_off_until_they_send(self, signed_in, story):
        client = signed_in(story)
        first, second = story.evaluations[:2]
        address = f"/admin/actions/action/evaluations/{first.pk}/retirer/"
        page = Page(client.get(address))
        assert page.title == f"Retirer l’évaluation de {first.evaluator}"
        assert TAKEN_AWAY in [paragraph.text for paragraph in page.all("p")]
        assert page.links["Revenir au dossier"] == change(story)
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

    @starts_from(story="in_evaluation")
    def test_recusal_is_noted_with_its_reason(self, signed_in, story):
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
