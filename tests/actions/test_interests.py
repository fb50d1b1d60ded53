"""Who asks for a place in an organisation has an interest in its actions while they wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.committee.queries.quorum import eligible_voters_of
from actions.evaluation.queries.candidates import choices_for
from actions.models import Action, Evaluation
from actions.rules import can_amend_towards, has_neither_link_nor_recusal, has_no_tie
from actors.enums import ClaimState, Role
from actors.models import MembershipClaim, Organisation, User
from tests.support.factories import OrganisationFactory, Story, fresh, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.refusals import holder_of
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


def asks(user: User, organisation: Organisation) -> MembershipClaim:
    return MembershipClaim.objects.create(
        user=user, organisation=organisation, message="Trésorière."
    )


@pytest.fixture(params=["carrier", "partner"])
def concerned(request):
    """An action, and one of its organisations."""
    partner = OrganisationFactory()
    story = Story(partners=[partner])
    return story, story.carrier if request.param == "carrier" else partner


@pytest.mark.parametrize("role", [Role.AGENT, Role.COMMITTEE, Role.EVALUATOR])
def test_an_interest_lasts_as_long_as_the_claim(concerned, role):
    story, organisation = concerned
    user = person(role)
    claim = asks(user, organisation)
    at_once, action = fresh(user), Action.objects.get(pk=story.action.pk)
    assert not has_no_tie(at_once, action)
    assert not has_neither_link_nor_recusal(at_once, action)
    assert list(Action.objects.tied_to(at_once)) == [action]
    assert list(action.tied_agents()) == ([user] if role == Role.AGENT else [])

    MembershipClaim.objects.filter(pk=claim.pk).update(
        state=ClaimState.REFUSED, decided_at=timezone.now(), reason="Inconnue."
    )

    assert has_no_tie(fresh(user), action)
    assert not Action.objects.tied_to(fresh(user)).exists()
    assert not action.tied_agents().exists()


def test_no_agent_is_left_when_the_only_one_asks():
    story = Story()
    story.submitted()
    User.objects.filter(groups__name=Role.AGENT).exclude(pk=story.agent.pk).update(is_active=False)
    assert not Action.objects.left_without_agent().exists()
    holder_of("actions_asking_behind_no_act").drop()
    asks(story.agent, story.carrier)
    assert list(Action.objects.left_without_agent()) == [story.action]


def test_who_asks_evaluates_nothing_of_it(concerned):
    story, organisation = concerned
    free, asking = person(Role.EVALUATOR), person(Role.EVALUATOR)
    asks(asking, organisation)
    story.in_evaluation(assign=False)
    [choice] = choices_for([story.action])
    assert free in choice.eligible
    assert asking not in choice.eligible


def test_who_asks_is_reminded_of_nothing_of_it():
    story = Story().in_evaluation()
    evaluation = story.evaluations[0]
    last = evaluation.due_on + timedelta(days=1)
    assert evaluation in Evaluation.objects.to_remind(last)
    asks(evaluation.evaluator, story.carrier)
    assert evaluation not in Evaluation.objects.to_remind(last)


def test_who_asks_decides_nothing_of_it():
    sitting = HeldSession()
    sitting.opened()
    [item] = sitting.items
    asks(sitting.third, sitting.stories[0].carrier)
    room = eligible_voters_of(sitting.session, [item])[item.pk]
    assert [member.user for member in room.linked] == [sitting.third]


def test_who_asks_gives_it_no_action():
    story, other = Story().prioritised(), OrganisationFactory()
    user = person(Role.COMMITTEE)
    a_transaction_later()
    assert can_amend_towards(user, story.action, other)
    asks(user, other)
    assert not can_amend_towards(fresh(user), story.action, other)
