"""Who asks for a place is bound as who has one: they don't stop asking for the time of an act."""

from collections.abc import Callable

import pytest

from actions.models import Action
from actors.enums import Role
from actors.models import MembershipClaim, Organisation, User
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_rows.interests import send_whole
from tests.support.guarantee_steps import amend, confirm, grant, hand_back
from tests.support.organisations import provisional
from tests.support.refusals import at_commit, by_sql, delete, refused_by

# Each story is another transaction than what is tried on it.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NO_MERGER = "actions_merger_beside_no_interest"
AWAY = "actions_amendment_away_from_the_deciders"


def asks(user: User, organisation: Organisation) -> MembershipClaim:
    return MembershipClaim.objects.create(
        user=user, organisation=organisation, message="Trésorière."
    )


def amended_towards(story: Story, other: Organisation) -> None:
    """By two people who have nothing to do with either."""
    two = [person(Role.COMMITTEE) for _ in range(2)]
    confirm(amend(story, proposed_by=two[0], new_amount=None, new_carrier=other), two[1])
    by_sql(story.action, carrier_id=other.pk)


def instructed() -> tuple[Story, User, Callable]:
    story, agent = Story().submitted(), person(Role.AGENT)
    return story, agent, lambda: hand_back(story, agent)


def decided() -> tuple[Story, User, Callable]:
    story = Story().evaluated()
    return story, story.members[0], lambda: grant(story)


def evaluated() -> tuple[Story, User, Callable]:
    story = Story().in_evaluation()
    return story, story.evaluators[0], lambda: send_whole(story)


@pytest.mark.parametrize("start", [instructed, decided, evaluated])
def test_a_claim_does_not_go_round_by_a_merger(start):
    """To an organisation made for it, which is then found to be the one that they had asked."""
    story, user, act = start()
    claim = asks(user, story.carrier)

    with refused_by(NO_MERGER):
        aside = provisional()
        by_sql(claim, organisation_id=aside.pk)
        act()
        at_commit()
        by_sql(aside, merged_into_id=story.carrier.pk)


@pytest.mark.parametrize("start", [instructed, decided, evaluated])
def test_nor_is_it_dropped_and_made_again(start):
    story, user, act = start()
    claim = asks(user, story.carrier)

    with refused_by("actions_asking_behind_no_act"):
        delete(claim)
        act()
        at_commit()
        asks(user, story.carrier)


def test_a_partner_is_not_away_for_an_act_of_who_asks_there():
    story, agent = Story(partners=[OrganisationFactory()]).submitted(), person(Role.AGENT)
    partner = story.action.partners.get()
    asks(agent, partner)

    with refused_by("actions_partnership_behind_no_act"):
        story.action.partners.clear()
        hand_back(story, agent)
        at_commit()
        story.action.partners.add(partner)


@pytest.mark.parametrize("how", ["claim dropped", "claim refused", "place left"])
def test_who_granted_is_not_away_for_an_amendment(how):
    story, other = Story().prioritised(), OrganisationFactory()
    decider = story.members[0]
    if how == "place left":
        place = other.memberships.create(user=decider, role="contributor")
    else:
        place = asks(decider, other)

    with refused_by(AWAY):
        if how == "claim refused":
            by_sql(place, state="refused", decided_at="2026-01-01T00:00:00Z", reason="Non.")
        else:
            delete(place)
        amended_towards(story, other)


def test_nor_is_the_place_of_who_granted_in_a_twin_merged_meanwhile():
    story, other, twin = Story().prioritised(), OrganisationFactory(), provisional()
    twin.memberships.create(user=story.members[0], role="contributor")
    two = [person(Role.COMMITTEE) for _ in range(2)]

    with refused_by("actions_action_carried_away_from_the_deciders"):
        confirm(amend(story, proposed_by=two[0], new_amount=None, new_carrier=other), two[1])
        by_sql(twin, merged_into_id=other.pk)
        by_sql(story.action, carrier_id=other.pk)


def test_a_merger_binds_nobody_who_decided_by_a_claim():
    story, twin = Story().prioritised(), provisional()
    asks(story.members[0], twin)

    with refused_by(NO_MERGER):
        by_sql(twin, merged_into_id=story.carrier.pk)


def test_a_new_action_has_a_new_key():
    """Made again with its key, a draft would keep its lines, and lose a co-carrier who wrote it."""
    old = Story().action
    new = Action(
        pk=old.pk + 1000, programme=old.programme, title="Autre", created_by=old.created_by
    )
    new.save(force_insert=True)
    assert Action.objects.get(title="Autre").pk == old.pk + 1
