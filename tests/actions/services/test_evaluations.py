"""Assigning, writing and recusing: what the services refuse, whoever calls them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import Evaluation, Recusal
from actions.services.evaluations import (
    Score,
    StaleEvaluation,
    assign_evaluators,
    recuse,
    save_evaluation,
    take_back_evaluation,
    unassign_evaluator,
)
from actions.workflow import TransitionRefused
from actors.enums import Role
from actors.services import grant_role
from tests.factories import REASON, OrganisationFactory, Story, fresh, member, person

pytestmark = pytest.mark.django_db
NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses."""
    with pytest.raises(TransitionRefused) as refused:
        service(**arguments)
    return refused.value.reasons


class TestAssigning:
    def refused(self, story, evaluators, *, by=None, days=5):
        return refusals(
            assign_evaluators,
            action=story.action,
            evaluators=evaluators,
            due_on=timezone.localdate() + timedelta(days=days),
            by=fresh(by or story.agent),
        )

    def test_is_an_agents_work(self):
        story = Story().in_evaluation(assign=False)
        assert self.refused(story, story.evaluators, by=story.members[0]) == [
            "Attribuer une évaluation revient à un agent."
        ]

    def test_takes_place_while_the_evaluation_is_open(self):
        story = Story().submitted()
        assert self.refused(story, story.evaluators) == [NOT_OPEN]

    def test_says_all_that_is_wrong_at_once(self):
        partner = OrganisationFactory()
        story = Story(partners=[partner]).in_evaluation(assign=False)
        linked, stranger = member(partner, full_name="Lié"), person(full_name="Passant")
        grant_role(linked, Role.EVALUATOR)
        recused = story.evaluators[0]
        recuse(action=story.action, user=recused, by=story.agent, reason="Lien.")
        assert self.refused(story, [linked, stranger, recused], days=-1) == [
            "La date de rendu est passée : donnez une date à venir.",
            "Lié appartient au porteur ou à un partenaire.",
            "Passant n’a pas le rôle d’évaluateur.",
            f"{recused} s’est déporté de cette action.",
        ]
        assert not Evaluation.objects.exists()

    def test_leaves_those_already_asked_as_they_are(self):
        story = Story().in_evaluation()
        before = list(Evaluation.objects.values())
        again = assign_evaluators(
            action=story.action,
            evaluators=story.evaluators,
            due_on=timezone.localdate() + timedelta(days=99),
            by=story.agent,
        )
        assert (again, list(Evaluation.objects.values())) == ([], before)

    def test_is_undone_by_agents_only(self):
        story = Story().in_evaluation()
        assert refusals(
            unassign_evaluator, evaluation=story.evaluations[0], by=fresh(story.members[0])
        ) == ["Retirer une évaluation revient à un agent."]


class TestWriting:
    def test_is_its_authors_alone(self):
        story = Story().in_evaluation()
        evaluation = story.evaluations[0]
        for somebody in (story.evaluators[1], story.agent):
            assert refusals(
                save_evaluation, evaluation=evaluation, by=fresh(somebody), version=0, scores={}
            ) == ["Cette évaluation est celle d’une autre personne."]

    def test_sends_nothing_incomplete(self):
        story = Story().in_evaluation()
        evaluation = story.evaluations[0]
        first, second, *_ = story.action.grid.criteria.order_by("position")
        sentence = (
            "Critère « {} » : choisissez un niveau ou « ne se prononce pas », et expliquez-le."
        )
        assert refusals(
            save_evaluation,
            evaluation=evaluation,
            by=fresh(story.evaluators[0]),
            version=0,
            scores={first.pk: Score(2, reason=REASON), second.pk: Score(2, reason=" ")},
            send=True,
        ) == [sentence.format(f"Critère {number}") for number in (2, 3, 4)]
        assert evaluation.scores.count() == 0

    @pytest.mark.parametrize("level", [4, 99])
    def test_keeps_no_level_outside_the_scale(self, level):
        story = Story().in_evaluation()
        criterion = story.action.grid.criteria.first()
        assert refusals(
            save_evaluation,
            evaluation=story.evaluations[0],
            by=fresh(story.evaluators[0]),
            version=0,
            scores={criterion.pk: Score(level, reason=REASON)},
        ) == ["Le niveau va de 0 à 3, ou « ne se prononce pas »."]

    def test_of_an_older_page_gives_the_newer_version(self):
        story = Story().in_evaluation()
        evaluation = story.evaluations[0]
        story.score(evaluation, send=False)
        with pytest.raises(StaleEvaluation) as stale:
            save_evaluation(
                evaluation=evaluation, by=fresh(story.evaluators[0]), version=0, scores={}
            )
        assert (stale.value.evaluation, stale.value.evaluation.version) == (evaluation, 1)

    def test_is_taken_back_by_its_author_only(self):
        story = Story().scored()
        assert refusals(
            take_back_evaluation, evaluation=story.evaluations[0], by=fresh(story.evaluators[1])
        ) == ["Cette évaluation est celle d’une autre personne."]


class TestRecusing:
    def test_is_declared_by_oneself_or_noted_by_an_agent(self):
        story = Story().in_evaluation()
        assert refusals(
            recuse,
            action=story.action,
            user=story.evaluators[0],
            by=fresh(story.evaluators[1]),
            reason="Lien.",
        ) == ["Un déport est déclaré par la personne, ou constaté par un agent."]

    def test_needs_a_reason(self):
        story = Story().in_evaluation()
        who = story.evaluators[0]
        assert refusals(recuse, action=story.action, user=who, by=fresh(who), reason=" ") == [
            "Dites pourquoi : quel lien avec l’action ou sa structure ?"
        ]

    def test_twice_keeps_the_first(self):
        story = Story().in_evaluation()
        who = story.evaluators[0]
        for reason in ("Première.", "Seconde."):
            recuse(action=story.action, user=who, by=fresh(who), reason=reason)
        assert Recusal.objects.get().reason == "Première."

    def test_after_sending_takes_the_evaluation_out_of_the_count(self):
        story = Story().scored()
        who = story.evaluators[0]
        recuse(action=story.action, user=who, by=fresh(who), reason="Lien découvert.")
        assert list(story.action.evaluations.counted().order_by("pk")) == story.evaluations[1:]
