"""actions/workflow/guards.py: what closing an evaluation, or leaving it, asks.

Tests here take no fixture: test_mutations.py runs them against each mutant of the guards.
"""

import pytest

from actions.committee.services.decisions import confirm_decision, propose_decision
from actions.enums import Round
from actions.evaluation.services.assignments import unassign_evaluator
from actions.evaluation.services.evaluations import recuse, take_back_evaluation
from actions.models import Evaluation
from actors.models import Membership
from ess_portal.base.french import long_date
from tests.support.factories import OrganisationFactory, Story, fresh
from tests.support.guarantee_steps import a_transaction_later
from tests.support.lacks import reasons_of, refusals, today
from tests.support.refusals import at_commit, by_sql, holder_of

pytestmark = pytest.mark.django_db


# --- Evaluation --------------------------------------------------------------------------------


def test_what_was_sent_once_keeps_the_action_in_evaluation():
    story = Story().in_evaluation()

    def returned() -> list[str]:
        return refusals(story, "return_to_instruction", story.agent, comment="Une pièce manque.")

    assert returned() == []
    story.score(story.evaluations[0], send=False)
    assert returned() == []
    story.score(story.evaluations[0])
    sent = ["Une évaluation a déjà été envoyée : l’action ne peut plus revenir à l’instruction."]
    assert returned() == sent
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))
    assert returned() == sent


def test_closing_waits_for_each_evaluation_until_its_date():
    story = Story().in_evaluation()
    first, second, third = story.evaluations

    def closed() -> list[str]:
        return refusals(story, "close_evaluation", story.agent)

    def awaited(evaluation, day) -> str:
        return (
            f"L’évaluation confiée à {evaluation.evaluator} est attendue jusqu’au {long_date(day)}."
        )

    assert closed() == [awaited(evaluation, today(20)) for evaluation in story.evaluations]
    story.score(first)
    assert closed() == [awaited(second, today(20)), awaited(third, today(20))]
    recuse(action=story.action, user=second.evaluator, by=story.agent, reason="Un lien.")
    assert closed() == [awaited(third, today(20))]
    by_sql(third, due_on=today())
    assert closed() == [awaited(third, today())]
    by_sql(third, due_on=today(-1))
    assert closed() == []


NOBODY = "Aucune évaluation n’est rendue : demandez-en, et attendez la première avant de clore."


def test_closing_wants_one_evaluation_that_counts():
    story = Story().in_evaluation(assign=False)
    assert reasons_of(lambda: story.apply("close_evaluation", story.agent)) == [NOBODY]

    story.assign(story.evaluators[0]).score_all()
    evaluator = fresh(story.evaluators[0])
    recuse(action=story.action, user=evaluator, by=evaluator, reason="Un lien.")
    assert reasons_of(lambda: story.apply("close_evaluation", story.agent)) == [NOBODY]

    story.assign(story.evaluators[1]).score_all()
    story.apply("close_evaluation", story.agent)

    assert story.action.gate_community_interest is False


def test_closing_wants_no_evaluator_of_the_carrier_or_of_a_partner():
    partner = OrganisationFactory()
    story = Story(partners=[partner]).scored()
    holder_of("actions_belonging_behind_no_evaluation").drop()
    first, second, _ = story.evaluators
    Membership.objects.create(user=first, organisation=story.carrier)
    Membership.objects.create(user=second, organisation=partner)

    def closed() -> list[str]:
        return refusals(story, "close_evaluation", story.agent)

    def joined(user) -> str:
        return (
            f"{user} appartient au porteur ou à un partenaire : "
            "constatez son déport avant de clore."
        )

    assert closed() == [joined(first), joined(second)]
    recuse(action=story.action, user=first, by=story.agent, reason="Adhésion.")
    assert closed() == [joined(second)]
    recuse(action=story.action, user=second, by=story.agent, reason="Adhésion.")
    assert closed() == []


def test_granting_wants_opinions_of_people_who_are_still_independent():
    """Who joined once the evaluation was closed: it is opened again, and closed without them."""
    story = Story().evaluated()
    decision = propose_decision(
        action=story.action, kind="prioritise", by=fresh(story.members[0]), amount=6000
    )
    evaluator = story.evaluators[0]
    at_commit()  # all of that was done before
    a_transaction_later()
    Membership.objects.create(user=evaluator, organisation=story.carrier)

    assert reasons_of(lambda: confirm_decision(decision=decision, by=fresh(story.members[1]))) == [
        f"{evaluator} a rejoint le porteur ou un partenaire depuis la clôture : rouvrez "
        "l’évaluation et constatez son déport."
    ]


def test_a_linked_follow_up_does_not_count():
    """Only initial evaluations are asked about."""
    story = Story().completed()
    Evaluation.objects.create(
        action=story.action, evaluator=story.agent, round=Round.FOLLOW_UP, due_on=today()
    )

    assert refusals(story, "close_evaluation", story.agent) == [
        "L’action est à l’état « Réalisée » : « Clore l’évaluation » n’est pas possible."
    ]


def test_somebody_recused_takes_nothing_back():
    story = Story().scored()
    evaluation = story.evaluations[0]
    recuse(action=story.action, user=evaluation.evaluator, by=story.agent, reason="Un lien.")

    assert reasons_of(
        lambda: take_back_evaluation(evaluation=evaluation, by=fresh(evaluation.evaluator))
    ) == ["Cette personne s’est déportée de cette action."]


def test_nobody_is_unassigned_once_it_is_closed():
    story = Story().in_evaluation()
    for evaluation in story.evaluations:
        by_sql(evaluation, due_on=today(-1))
    story.score(story.evaluations[1])
    story.apply("close_evaluation", story.agent)

    assert reasons_of(
        lambda: unassign_evaluator(evaluation=story.evaluations[0], by=fresh(story.agent))
    ) == ["L’évaluation de cette action n’est pas ouverte : on ne peut plus rien y écrire."]
