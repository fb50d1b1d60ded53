"""Assigning, writing and recusing: what the services refuse, whoever calls them."""

import pytest

from actions.evaluation.services.evaluations import (
    Score,
    declare_no_interest,
    recuse,
    save_evaluation,
    take_back_evaluation,
)
from actions.models import Evaluation, Recusal
from actors.models import Membership
from ess_portal.base.refusals import Refused
from ess_portal.base.windows import Shown, StaleWindow
from tests.plugins.prepared import starts_from
from tests.support.factories import REASON, fresh

pytestmark = pytest.mark.django_db
NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses."""
    with pytest.raises(Refused) as refused:
        service(**arguments)
    return refused.value.reasons


class TestDeclaring:
    @starts_from(story="in_evaluation")
    def test_is_dated_once(self, story):
        evaluation, who = story.evaluations[0], fresh(story.evaluators[0])
        first = declare_no_interest(evaluation=evaluation, by=who).declared_at
        assert first is not None
        assert declare_no_interest(evaluation=evaluation, by=who).declared_at == first
        assert Evaluation.objects.filter(declared_at__isnull=False).count() == 1

    @starts_from(story="in_evaluation")
    def test_is_ones_own_word(self, story):
        for somebody in (story.evaluators[1], story.agent):
            assert refusals(
                declare_no_interest, evaluation=story.evaluations[0], by=fresh(somebody)
            ) == ["Cette évaluation est celle d’une autre personne."]

    @starts_from(story="in_evaluation")
    def test_takes_place_while_the_evaluation_is_open(self, story):
        story.apply("return_to_instruction", story.agent, comment="Budget à revoir.")
        assert refusals(
            declare_no_interest, evaluation=story.evaluations[0], by=fresh(story.evaluators[0])
        ) == [NOT_OPEN]

    @starts_from(story="in_evaluation")
    def test_by_somebody_who_joined_the_carrier_is_refused(self, story):
        Membership.objects.create(user=story.evaluators[0], organisation=story.carrier)
        assert refusals(
            declare_no_interest, evaluation=story.evaluations[0], by=fresh(story.evaluators[0])
        ) == ["On n’évalue pas une action de sa propre structure ou d’une structure partenaire."]

    @starts_from(story="in_evaluation")
    def test_comes_before_any_writing(self, story):
        criterion = story.action.grid.criteria.first()
        assert refusals(
            save_evaluation,
            evaluation=story.evaluations[0],
            by=fresh(story.evaluators[0]),
            shown=Shown(),
            scores={criterion.pk: Score(2, reason=REASON)},
        ) == ["Déclarez d’abord n’avoir aucun intérêt dans cette action, ou déportez-vous."]


class TestWriting:
    @starts_from(story="in_evaluation")
    def test_is_its_authors_alone(self, story):
        evaluation = story.evaluations[0]
        for somebody in (story.evaluators[1], story.agent):
            assert refusals(
                save_evaluation, evaluation=evaluation, by=fresh(somebody), shown=Shown(), scores={}
            ) == ["Cette évaluation est celle d’une autre personne."]

    @starts_from(story="declared")
    def test_sends_nothing_incomplete(self, story):
        evaluation = story.evaluations[0]
        first, second, *_ = story.action.grid.criteria.order_by("position")
        sentence = (
            "Critère « {} » : choisissez un niveau ou « ne se prononce pas », et expliquez-le."
        )
        assert refusals(
            save_evaluation,
            evaluation=evaluation,
            by=fresh(story.evaluators[0]),
            shown=Shown(),
            scores={first.pk: Score(2, reason=REASON), second.pk: Score(2, reason=" ")},
            send=True,
        ) == [sentence.format(f"Critère {number}") for number in (2, 3, 4)]
        assert evaluation.scores.count() == 0

    @pytest.mark.parametrize(("length", "sent"), [(19, False), (20, True)])
    @starts_from(story="declared")
    def test_sends_no_explanation_below_twenty_characters(self, length, sent, story):
        *others, last = story.action.grid.criteria.order_by("position")
        scores = {one.pk: Score(2, reason=REASON) for one in others}
        scores[last.pk] = Score(no_opinion=True, reason=f"  {'é' * length}\n")
        arguments = {
            "evaluation": story.evaluations[0],
            "by": fresh(story.evaluators[0]),
            "shown": Shown(),
            "scores": scores,
            "send": True,
        }
        if sent:
            assert save_evaluation(**arguments).is_sent
        else:
            assert refusals(save_evaluation, **arguments) == [
                "Critère « Critère 4 » : votre explication compte 19 caractères, "
                "il en faut au moins 20."
            ]

    @pytest.mark.parametrize("level", [4, 99])
    @starts_from(story="declared")
    def test_keeps_no_level_outside_the_scale(self, level, story):
        criterion = story.action.grid.criteria.first()
        assert refusals(
            save_evaluation,
            evaluation=story.evaluations[0],
            by=fresh(story.evaluators[0]),
            shown=Shown(),
            scores={criterion.pk: Score(level, reason=REASON)},
        ) == ["Le niveau va de 0 à 3, ou « ne se prononce pas »."]

    @starts_from(story="in_evaluation")
    def test_of_an_older_page_gives_the_newer_version(self, story):
        evaluation = story.evaluations[0]
        story.score(evaluation, send=False)
        with pytest.raises(StaleWindow) as stale:
            save_evaluation(
                evaluation=evaluation, by=fresh(story.evaluators[0]), shown=Shown(), scores={}
            )
        assert (stale.value.row, stale.value.row.edition) == (evaluation, 1)

    @starts_from(story="scored")
    def test_is_taken_back_by_its_author_only(self, story):
        assert refusals(
            take_back_evaluation, evaluation=story.evaluations[0], by=fresh(story.evaluators[1])
        ) == ["Cette évaluation est celle d’une autre personne."]


class TestRecusing:
    @starts_from(story="in_evaluation")
    def test_is_declared_by_oneself_or_noted_by_an_agent(self, story):
        assert refusals(
            recuse,
            action=story.action,
            user=story.evaluators[0],
            by=fresh(story.evaluators[1]),
            reason="Lien.",
        ) == ["Un déport est déclaré par la personne, ou constaté par un agent."]

    @starts_from(story="in_evaluation")
    def test_needs_a_reason(self, story):
        who = story.evaluators[0]
        assert refusals(recuse, action=story.action, user=who, by=fresh(who), reason=" ") == [
            "Dites pourquoi : quel lien avec l’action ou sa structure ?"
        ]

    @starts_from(story="in_evaluation")
    def test_twice_keeps_the_first(self, story):
        who = story.evaluators[0]
        for reason in ("Première.", "Seconde."):
            recuse(action=story.action, user=who, by=fresh(who), reason=reason)
        assert Recusal.objects.get().reason == "Première."

    @starts_from(story="scored")
    def test_after_sending_takes_the_evaluation_out_of_the_count(self, story):
        who = story.evaluators[0]
        recuse(action=story.action, user=who, by=fresh(who), reason="Lien découvert.")
        assert list(story.action.evaluations.counted().order_by("pk")) == story.evaluations[1:]
