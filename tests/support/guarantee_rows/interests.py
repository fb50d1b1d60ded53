"""What must not be done behind a decision or an evaluation: rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.models import Action, CoEditor
from actors.enums import Role
from actors.models import Membership, MembershipClaim, User
from tests.support.factories import OrganisationFactory, Story, UserFactory, person
from tests.support.guarantee_rows.actions import Attempt, evaluation_of, write_score
from tests.support.guarantee_steps import (
    amend,
    confirm,
    grant,
    joins_the_carrier,
    move,
    propose,
    send,
    tell_by_two,
)
from tests.support.refusals import at_commit, by_sql, delete, execute

NO_DECISION = "actions_belonging_behind_no_decision"
NO_ACT = "actions_belonging_behind_no_act"
NO_EVALUATION = "actions_belonging_behind_no_evaluation"


@dataclass(frozen=True)
class WithAPartner(Attempt):
    """The same, on an action that has a partner."""

    def story(self) -> Story:
        story = Story(partners=[OrganisationFactory()])
        steps = getattr(story, self.status)
        return steps(self.levels) if self.levels else steps()


def and_looked_at(act: Callable[[], object]) -> Callable[[], object]:
    """The same, with the checks of the end of the transaction made at once."""

    def step() -> None:
        act()
        at_commit()

    return step


BROUGHT_FORWARD = pytest.mark.parametrize(
    "early", [lambda act: act, and_looked_at], ids=["at the end", "early"]
)


def away_and_back(user, organisation, act: Callable[[], object]) -> None:
    """Take `user` off, do something, and put them back, in one transaction."""
    place = Membership.objects.get(user=user, organisation=organisation)
    delete(place)
    act()
    execute(
        "INSERT INTO actors_membership (user_id, organisation_id, role, created_at)"
        " VALUES (%s, %s, 'contributor', now())",
        user.pk,
        organisation.pk,
    )


def decide_without_belonging(story: Story) -> None:
    joins_the_carrier(story, story.members[1])
    away_and_back(story.members[1], story.carrier, lambda: grant(story))


def ask_for_a_correction(story: Story, agent: User) -> None:
    """Give the file back for a correction, as `agent`, by raw writes."""
    move(story.action, "in_correction", agent)


def instruct_without_belonging(story: Story) -> None:
    agent = person(Role.AGENT)
    joins_the_carrier(story, agent)
    away_and_back(agent, story.carrier, lambda: ask_for_a_correction(story, agent))


def instruct_without_the_partner(story: Story) -> None:
    agent, partner = person(Role.AGENT), story.action.partners.get()
    Membership.objects.create(user=agent, organisation=partner)
    story.action.partners.clear()
    ask_for_a_correction(story, agent)
    story.action.partners.add(partner)


def write_with_those_one_instructs(story: Story) -> None:
    agent = person(Role.AGENT)
    ask_for_a_correction(story, agent)
    CoEditor.objects.create(
        action=story.action, email=agent.email, user=agent, accepted_at=timezone.now()
    )


def amend_in_words_only(story: Story) -> None:
    """Confirmed by two, and the action says what it said."""
    two = [person(Role.COMMITTEE) for _ in range(2)]
    confirm(amend(story, proposed_by=two[0]), two[1])


def send_whole(story: Story) -> None:
    """Write and send the first evaluation by raw writes."""
    evaluation = evaluation_of(story)
    for criterion in story.action.grid.criteria.all():
        write_score(story, criterion=criterion)
    send(evaluation)


def send_without_belonging(story: Story) -> None:
    joins_the_carrier(story, story.evaluators[0])
    away_and_back(story.evaluators[0], story.carrier, lambda: send_whole(story))


def amend_without_belonging(story: Story) -> None:
    proposer, decider = (person(Role.COMMITTEE) for _ in range(2))
    other = OrganisationFactory()
    Membership.objects.create(user=decider, organisation=other)
    away_and_back(
        decider,
        other,
        lambda: confirm(amend(story, proposed_by=proposer, new_carrier=other), decider),
    )


def amend_towards_a_decider(story: Story) -> None:
    other = OrganisationFactory()
    Membership.objects.create(user=story.members[0], organisation=other)
    amend(story, new_carrier=other, proposed_by=person(Role.COMMITTEE))


def carry_to_a_decider(story: Story) -> None:
    """They join the new carrier between the amendment and its writing."""
    two = [person(Role.COMMITTEE) for _ in range(2)]
    other = OrganisationFactory()
    confirm(amend(story, new_amount=None, new_carrier=other, proposed_by=two[0]), two[1])
    Membership.objects.create(user=story.members[0], organisation=other)
    by_sql(story.action, carrier_id=other.pk)


def decide_on_what_is_no_action(story: Story) -> None:
    propose(story, action_id=Action.objects.order_by("-pk").first().pk + 1)


def grant_to_ones_own(story: Story) -> None:
    """Behind the decision itself, and behind what keeps people from joining."""
    confirm(propose(story), story.members[1])
    joins_the_carrier(story, story.members[0])
    tell_by_two(story, "prioritised")
    by_sql(
        story.action,
        status="prioritised",
        decided_by_id=story.members[0].pk,
        confirmed_by_id=story.members[1].pk,
        amount_granted=Decimal(5000),
    )


def grant_on_the_opinion_of_ones_own(story: Story) -> None:
    joins_the_carrier(story, story.evaluators[0])
    grant(story)


def come_back_at_once(story: Story) -> None:
    member = UserFactory()
    joins_the_carrier(story, member)
    away_and_back(member, story.carrier, lambda: None)


def ask_those_one_instructs(story: Story) -> None:
    agent = person(Role.AGENT)
    ask_for_a_correction(story, agent)
    MembershipClaim.objects.create(user=agent, organisation=story.carrier, message="Trésorier.")


ON_INTERESTS: dict[str, Attempt] = {
    NO_DECISION: Attempt("evaluated", decide_without_belonging),
    NO_EVALUATION: Attempt("in_evaluation", send_without_belonging),
    "actions_partnership_while_the_file_is_written": WithAPartner(
        "evaluated", lambda story: story.action.partners.clear()
    ),
    "actions_belonging_behind_no_act": Attempt("submitted", instruct_without_belonging),
    "actions_belonging_after_no_leaving": Attempt("draft", come_back_at_once),
    "actions_asking_behind_no_act": Attempt("submitted", ask_those_one_instructs),
    "actions_partnership_behind_no_act": WithAPartner("submitted", instruct_without_the_partner),
    "actions_amendment_took_place": Attempt("prioritised", amend_in_words_only),
    "actions_partnership_of_an_action": Attempt(
        "draft",
        lambda story: execute(
            "INSERT INTO actions_action_partners (action_id, organisation_id) VALUES (-1, %s)",
            story.carrier.pk,
        ),
    ),
    "actions_decision_from_the_right_state": Attempt("submitted", propose),
    "actions_decision_independent_to_the_end": Attempt(
        "evaluated", decide_without_belonging, behind=(NO_DECISION,)
    ),
    "actions_evaluation_independent_to_the_end": Attempt(
        "in_evaluation", send_without_belonging, behind=(NO_EVALUATION,)
    ),
    "actions_amendment_away_from_the_deciders": Attempt(
        "prioritised", amend_towards_a_decider, behind=(NO_ACT,)
    ),
    "actions_action_carried_away_from_the_deciders": Attempt(
        "prioritised", carry_to_a_decider, behind=(NO_ACT,)
    ),
    "actions_amendment_independent_to_the_end": Attempt(
        "prioritised", amend_without_belonging, behind=(NO_DECISION,)
    ),
    "actions_action_granted_by_independent_people": Attempt(
        "evaluated", grant_to_ones_own, behind=(NO_DECISION,)
    ),
    "actions_action_granted_on_independent_opinions": Attempt(
        "evaluated", grant_on_the_opinion_of_ones_own, behind=(NO_ACT,)
    ),
    "actions_coeditor_behind_no_act": Attempt("submitted", write_with_those_one_instructs),
}
