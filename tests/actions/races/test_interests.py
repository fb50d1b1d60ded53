"""Somebody joins an organisation while they decide on its action, or evaluate it."""

import pytest

from actions.committee.services.decisions import confirm_decision, propose_decision
from actions.evaluation.services.evaluations import save_evaluation, take_back_evaluation
from actions.models import Action, Evaluation
from actors.models import Membership, Organisation
from ess_portal.base.windows import Shown
from tests.support.factories import OrganisationFactory, Story, fresh
from tests.support.organisations import provisional
from tests.support.races import race
from tests.support.refusals import by_sql, name_of_refusal
from tests.support.without import reasons, trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NO_DECISION = "actions_belonging_behind_no_decision"
NO_EVALUATION = "actions_belonging_behind_no_evaluation"
# How a place in an organisation takes the person; shared, it is how those who decide do.
JOINING = "PERFORM pg_advisory_xact_lock("
SHARED = "PERFORM pg_advisory_xact_lock_shared("
# How it takes the organisation, as a merger does.
AS_A_MERGER_DOES = "WHERE id = NEW.organisation_id FOR NO KEY UPDATE;"
AS_A_KEY_DOES = "WHERE id = NEW.organisation_id FOR KEY SHARE;"


def deciding() -> tuple[Story, object]:
    story = Story().evaluated()
    decision = propose_decision(
        action=story.action, kind="prioritise", by=fresh(story.members[0]), amount=6000
    )
    return story, decision


def joining(story: Story, user):
    return lambda: Membership.objects.create(user=user, organisation=story.carrier).role


def confirming(story: Story, decision):
    return lambda: confirm_decision(decision=decision, by=fresh(story.members[1])).status


def test_whoever_joins_waits_for_their_decision_and_then_may():
    """The decision is taken and over: nothing keeps them from joining."""
    story, decision = deciding()

    first, second, waited = race(confirming(story, decision), joining(story, story.members[1]))

    assert (first, second, waited) == ("prioritised", "contributor", True)


def test_whoever_decides_waits_for_who_joins_and_then_may_not():
    story, decision = deciding()

    first, second, waited = race(joining(story, story.members[1]), confirming(story, decision))

    assert (first, name_of_refusal(second), waited) == (
        "contributor",
        "actions_decision_by_somebody_independent",
        True,
    )
    assert Action.objects.get().status == "evaluated"


def test_without_the_lock_both_get_through():
    story, decision = deciding()

    with trigger_without(NO_DECISION, JOINING, SHARED):
        first, second, waited = race(joining(story, story.members[1]), confirming(story, decision))

    assert (first, second, waited) == ("contributor", "prioritised", False)


def take_back(story: Story) -> None:
    """Have the first evaluator take their evaluation back."""
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))


def sending(story: Story):
    """Have the first evaluator send again what they took back."""

    def send():
        evaluation = Evaluation.objects.get(pk=story.evaluations[0].pk)
        return save_evaluation(
            evaluation=evaluation,
            by=fresh(evaluation.evaluator),
            shown=Shown(edition=evaluation.edition),
            scores={},
            send=True,
        ).is_sent

    return send


def test_whoever_sends_an_evaluation_waits_for_their_joining():
    story = Story().scored()
    take_back(story)

    first, second, waited = race(joining(story, story.evaluators[0]), sending(story))

    assert (first, waited) == ("contributor", True)
    assert reasons(second) == [
        "On n’évalue pas une action de sa propre structure ou d’une structure partenaire."
    ]


def test_whoever_joins_waits_for_their_sending_and_then_may_not():
    story = Story().scored()
    take_back(story)

    first, second, waited = race(sending(story), joining(story, story.evaluators[0]))

    assert (first, name_of_refusal(second), waited) == (
        True,
        NO_EVALUATION,
        True,
    )


def test_without_the_lock_an_evaluation_is_sent_behind_a_joining():
    story = Story().scored()
    take_back(story)

    with trigger_without(NO_DECISION, JOINING, SHARED):
        first, second, waited = race(joining(story, story.evaluators[0]), sending(story))

    assert (first, second, waited) == ("contributor", True, False)


# --- Joining what is being merged -----------------------------------------------------------------


def merging() -> tuple[Story, Organisation, object]:
    """An action that is being evaluated; its carrier, merged into another organisation."""
    story, into = Story(carrier=provisional()).scored(), OrganisationFactory()

    def merge() -> str:
        by_sql(story.carrier, merged_into_id=into.pk)
        by_sql(story.action, carrier_id=into.pk)
        return "merged"

    return story, into, merge


def test_an_evaluator_waits_to_join_what_is_being_merged_and_then_may_not():
    story, into, merge = merging()
    joins = {"user": story.evaluators[0], "organisation": into}

    first, second, waited = race(merge, lambda: Membership.objects.create(**joins))

    assert (first, name_of_refusal(second), waited) == ("merged", NO_EVALUATION, True)


def test_without_that_lock_the_evaluator_gets_through():
    story, into, merge = merging()
    joins = {"user": story.evaluators[0], "organisation": into}

    with trigger_without(NO_EVALUATION, AS_A_MERGER_DOES, AS_A_KEY_DOES):
        first, second, waited = race(merge, lambda: Membership.objects.create(**joins).role)

    assert (first, second, waited) == ("merged", "contributor", False)
