"""Nobody leaves, acts alone and comes back: an agent, a member of the committee, an evaluator.

What leaves no row to look at leaves a lock, which its transaction sees (`actions_has_acted`).
Each is tried once more with the checks of the end brought forward.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction

from actions.enums import Round
from actors.enums import Role
from actors.models import Membership, User
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_rows.actions import recuse, write_score
from tests.support.guarantee_rows.interests import BROUGHT_FORWARD, NO_DECISION, away_and_back
from tests.support.guarantee_steps import (
    amend,
    assign,
    confirm,
    grant,
    hand_back,
    joins_a_partner,
    joins_the_carrier,
    move,
    propose,
    send,
    tell,
)
from tests.support.organisations import provisional
from tests.support.refusals import at_commit, by_sql, refused_by
from tests.support.sessions import closed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@prepared
def granted() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


def agent_asks_for_a_correction() -> tuple[Story, User, Callable[[], object]]:
    story, agent = Story().submitted(), person(Role.AGENT)
    return story, agent, lambda: hand_back(story, agent)


def agent_notes_a_recusal() -> tuple[Story, User, Callable[[], object]]:
    story, agent = Story().in_evaluation(), person(Role.AGENT)
    return story, agent, lambda: recuse(story, story.evaluators[0], by=agent)


def member_settles_a_refusal() -> tuple[Story, User, Callable[[], object]]:
    story, second = Story().refusal_announced(), person(Role.COMMITTEE)
    notice = story.action.refusal_notices.get()

    def settle() -> None:
        by_sql(notice, reply="Nous insistons.", replied_at="2026-03-01T08:00:00Z")
        by_sql(notice, answer="Nous aussi.", settled_at="2026-03-01T08:00:00Z")
        move(story.action, "declined", second)

    return story, second, settle


def evaluator_sends_a_follow_up() -> tuple[Story, User, Callable[[], object]]:
    story, evaluator = Story().completed(), person(Role.EVALUATOR)
    evaluation = assign(story, evaluator, round=Round.FOLLOW_UP)
    for criterion in story.action.grid.criteria.all():
        write_score(story, evaluation=evaluation, criterion=criterion)
    return story, evaluator, lambda: send(evaluation)


@BROUGHT_FORWARD
@pytest.mark.parametrize(
    "acting",
    [
        agent_asks_for_a_correction,
        agent_notes_a_recusal,
        member_settles_a_refusal,
        evaluator_sends_a_follow_up,
    ],
)
def test_nobody_leaves_to_act_and_comes_back(acting, early):
    story, actor, act = acting()
    joins_the_carrier(story, actor)

    with refused_by("actions_belonging_behind_no_act"):
        away_and_back(actor, story.carrier, early(act))


@BROUGHT_FORWARD
def test_nor_does_a_partner_leave_while_its_member_acts(early):
    story, agent = Story(partners=[OrganisationFactory()]).submitted(), person(Role.AGENT)
    joins_a_partner(story, agent)
    partner = story.action.partners.get()

    with refused_by("actions_partnership_behind_no_act"):
        story.action.partners.clear()
        early(lambda: hand_back(story, agent))()
        story.action.partners.add(partner)


@BROUGHT_FORWARD
def test_nor_does_a_member_of_the_former_carrier_leave_to_give_it_away(granted, early):
    two = [person(Role.COMMITTEE) for _ in range(2)]
    other, before = OrganisationFactory(), granted.carrier
    Membership.objects.create(user=two[1], organisation=before)

    def give() -> None:
        confirm(amend(granted, proposed_by=two[0], new_carrier=other), two[1])
        by_sql(granted.action, carrier_id=other.pk, amount_granted=Decimal(4000))

    with refused_by("actions_action_carried_away_from_the_deciders"):
        away_and_back(two[1], before, early(give))


@pytest.mark.parametrize("who", [0, 1])
def test_a_place_in_a_twin_is_one_in_what_it_became(granted, who):
    """Of the new carrier; what was merged into it keeps its people here."""
    two = [person(Role.COMMITTEE) for _ in range(2)]
    other, twin = OrganisationFactory(), provisional()
    Membership.objects.create(user=two[who], organisation=twin)
    by_sql(twin, merged_into_id=other.pk)

    with refused_by("actions_amendment_by_somebody_independent"):
        confirm(amend(granted, proposed_by=two[0], new_carrier=other), two[1])


def test_whoever_acted_joins_nothing_until_that_is_over():
    """Not even an organisation that has nothing to do with it: the sentence is the same for all."""
    story, agent = Story().submitted(), person(Role.AGENT)
    hand_back(story, agent)

    with refused_by("actions_belonging_behind_no_act"):
        Membership.objects.create(user=agent, organisation=OrganisationFactory())


@pytest.mark.django_db(transaction=True)
def test_and_then_they_may():
    story, agent = Story().submitted(), person(Role.AGENT)
    with transaction.atomic():
        hand_back(story, agent)

    joins_the_carrier(story, agent)

    assert Membership.objects.filter(user=agent).count() == 1


def test_nobody_joins_behind_a_point_that_is_out_of_sight():
    """The point waits for its confirmation, whatever its own row says."""
    sitting = closed()
    by_sql(sitting.items[0], seconded_by_id=sitting.second.pk, is_open=False)

    with refused_by(NO_DECISION):
        joins_the_carrier(sitting.stories[0], sitting.second)


# --- By a merger ----------------------------------------------------------------------------------


def by_a_merger(story: Story, user: User, act: Callable[[], object]) -> None:
    """Take `user` out of the carrier, do something, and bring them back with a twin of it."""
    twin = provisional()
    Membership.objects.create(user=user, organisation=twin)
    Membership.objects.get(user=user, organisation=story.carrier).delete()
    act()
    by_sql(twin, merged_into_id=story.carrier.pk)


@BROUGHT_FORWARD
def test_nobody_leaves_to_decide_and_comes_back_by_a_merger(early):
    story = Story().evaluated()
    joins_the_carrier(story, story.members[0])

    with refused_by("actions_merger_beside_no_interest"):
        by_a_merger(story, story.members[0], early(lambda: grant(story)))


def test_nor_to_instruct():
    story, agent = Story().submitted(), person(Role.AGENT)
    joins_the_carrier(story, agent)

    with refused_by("actions_merger_beside_no_interest"):
        by_a_merger(story, agent, lambda: hand_back(story, agent))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["evaluated", "scored"])
def test_a_merger_binds_nobody_who_decides_or_evaluates(place):
    """Later, too: while their decision waits, or their evaluation counts."""
    story, twin = getattr(Story(), place)(), provisional()
    judge = story.members[0] if place == "evaluated" else story.evaluators[0]
    Membership.objects.create(user=judge, organisation=twin)
    if place == "evaluated":
        propose(story)

    with refused_by("actions_merger_beside_no_interest"):
        by_sql(twin, merged_into_id=story.carrier.pk)


def test_a_file_is_left_to_no_twin():
    story = Story(carrier=provisional()).submitted()

    with refused_by("actions_merger_takes_its_files"):
        by_sql(story.carrier, merged_into_id=OrganisationFactory().pk)
        at_commit()


# --- By an amendment ------------------------------------------------------------------------------


def amended(story: Story, two: list[User], **columns) -> None:
    """Propose, confirm and apply an amendment, by raw writes."""
    said = {"new_amount": None} | columns
    confirm(amend(story, proposed_by=two[0], **said), two[1])
    applied = {"amount_granted": said["new_amount"]} if said["new_amount"] else {}
    if carrier := columns.get("new_carrier"):
        applied["carrier_id"] = carrier.pk
    by_sql(story.action, **applied)


def test_a_manager_changes_no_amount_between_two_amendments(granted):
    """The action goes to others, they change its amount, it comes back to them."""
    others = [person(Role.COMMITTEE) for _ in range(2)]
    own, elsewhere = granted.carrier, OrganisationFactory()
    manager = person(Role.COMMITTEE)
    Membership.objects.create(user=manager, organisation=own)
    amended(granted, others, new_carrier=elsewhere)
    amended(granted, [manager, others[0]], new_amount=Decimal(4000))

    with refused_by("actions_amendment_away_from_the_deciders"):
        amended(granted, others, new_carrier=own)


def test_nor_is_an_amendment_that_was_undone_applied_again(granted):
    two = [person(Role.COMMITTEE) for _ in range(2)]
    amended(granted, two, new_amount=Decimal(4000))
    amended(granted, two, new_amount=Decimal(3000))

    with refused_by("actions_action_granting_is_kept"):
        by_sql(granted.action, amount_granted=Decimal(4000))


def test_nor_is_one_left_out(granted):
    """Confirmed, not written on the action, and another one after it."""
    two = [person(Role.COMMITTEE) for _ in range(2)]
    confirm(amend(granted, proposed_by=two[0], new_amount=Decimal(4000)), two[1])
    amended(granted, two, new_amount=Decimal(100))

    with refused_by("actions_amendment_took_place"):
        at_commit()


def test_the_last_amendment_is_not_chosen_by_its_key(granted):
    two = [person(Role.COMMITTEE) for _ in range(2)]
    first = amend(granted, id=10**12, proposed_by=two[0], new_amount=Decimal(4000))

    assert first.pk < 10**12


def test_no_partner_is_erased_under_cover_of_carrying():
    story = Story(partners=[OrganisationFactory()]).prioritised()
    partner, two = story.action.partners.get(), [person(Role.COMMITTEE) for _ in range(2)]
    amended(story, two, new_carrier=partner)

    with refused_by("actions_partnership_while_the_file_is_written"):
        story.action.partners.clear()


# --- Evaluators, and the two of an event ----------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_evaluator_comes_back_once_their_opinion_has_counted():
    story = Story().evaluated()
    joins_the_carrier(story, story.evaluators[0])

    with refused_by("actions_belonging_behind_no_act"):
        away_and_back(story.evaluators[0], story.carrier, lambda: grant(story))


def test_an_event_names_those_of_its_own_decision():
    """Two decisions of one kind, both events by the two people of the first."""
    story = Story().evaluated()
    others = [person(Role.COMMITTEE) for _ in range(2)]
    for two in (story.members, others):
        decision = propose(story, "postpone", proposed_by=two[0])
        confirm(decision, two[1])
        tell(story.action, "postponed", *story.members)
        if two is story.members:
            by_sql(story.action, status="postponed")
            move(story.action, "evaluated", story.agent)

    by_sql(story.action, status="postponed")
    with refused_by("actions_actionevent_took_place"):
        at_commit()
