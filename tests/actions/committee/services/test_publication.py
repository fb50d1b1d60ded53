"""A session is published whole, or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.services.conduct import reopen_session
from actions.enums import SessionState
from actions.models import Decision
from actions.workflow import apply_transition
from actors.enums import Role
from challenges.models import Programme
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.factories import Story, fresh, person
from tests.support.refusals import refusal
from tests.support.sessions import HeldSession, closed

pytestmark = pytest.mark.django_db

NOTHING_TO_CONFIRM = (
    "Vous ne pouvez confirmer aucun de ces points : il faut un membre présent ayant droit de vote, "
    "autre que celui qui porte la décision, sans lien avec l’action et qui ne l’a pas évaluée."
)


def test_every_decision_is_published_at_once():
    sitting = HeldSession(actions=4).opened()
    first, second, third, fourth = sitting.items
    sitting.record(first, outcome="prioritise", amount=4000)
    sitting.record(second, outcome="postpone", reason="À mûrir.")
    sitting.record(third, outcome="announce_refusal", reason="Hors sujet.")
    sitting.record(fourth, outcome="adjourn")
    sitting.close()
    assert Decision.objects.count() == 0
    mails = OutgoingMail.objects.count()

    confirmation = sitting.confirm(sitting.second)

    sitting.refresh()
    assert (confirmation.is_published, confirmation.waiting) == (True, ())
    assert sitting.session.state == SessionState.PUBLISHED
    assert [story.action.status for story in sitting.stories] == [
        "prioritised",
        "postponed",
        "refusal_announced",
        "evaluated",
    ]
    assert sitting.stories[0].action.amount_granted == Decimal(4000)
    assert [(item.is_open, item.decision and item.decision.kind) for item in sitting.items] == [
        (False, "prioritise"),
        (False, "postpone"),
        (False, "announce_refusal"),
        (False, None),
    ]
    # One mail for each of the three carriers, none for what is adjourned.
    told = OutgoingMail.objects.order_by("pk")[mails:]
    assert [mail.recipient for mail in told] == [s.manager.email for s in sitting.stories[:3]]


def test_nothing_is_published_when_one_decision_no_longer_holds():
    sitting = closed(actions=2)
    withdrawn = sitting.stories[1]
    apply_transition(withdrawn.action, "withdraw", by=fresh(withdrawn.manager))
    mails = OutgoingMail.objects.count()

    reasons = refusal(sitting.confirm, sitting.second)

    sitting.refresh()
    assert reasons == [
        "Point 2 : L’action est à l’état « Retirée » : « Prioriser » n’est pas possible."
    ]
    assert sitting.session.state == SessionState.CLOSED
    assert sitting.stories[0].action.status == "evaluated"
    assert [item.seconded_by for item in sitting.items] == [None, None]
    assert (Decision.objects.count(), OutgoingMail.objects.count()) == (0, mails)

    # The chair reopens, says that the item is moot, and all goes on.
    sitting.session = reopen_session(session=sitting.session, by=fresh(sitting.chair))
    sitting.record(sitting.items[1], outcome="moot")
    assert sitting.close().confirm(sitting.second).is_published
    assert [story.action.status for story in sitting.stories] == ["evaluated", "withdrawn"]
    assert [story.action.status for story in sitting.refresh().stories] == [
        "prioritised",
        "withdrawn",
    ]


@pytest.mark.parametrize("who", ["chair", "agent", "stranger"])
@starts_from(sitting="closed")
def test_only_another_voter_confirms(who, sitting):
    people = {"chair": sitting.chair, "agent": sitting.agent, "stranger": person(Role.COMMITTEE)}
    assert refusal(sitting.confirm, people[who]) == [NOTHING_TO_CONFIRM]


@starts_from(sitting="prepared")
def test_an_absent_member_confirms_nothing(sitting):
    sitting.opened(present=[sitting.chair, sitting.second])
    sitting.record(sitting.items[0], outcome="prioritise", amount=4000, votes_for=2)
    sitting.close()
    assert len(refusal(sitting.confirm, sitting.third)) == 1
    assert sitting.confirm(sitting.second).is_published


@starts_from(sitting="open on two actions")
def test_who_is_bound_to_one_action_confirms_the_others_and_a_third_one_that_one(sitting):
    sitting.step_aside(sitting.items[1], sitting.second)
    first, second = sitting.items
    sitting.record(first, outcome="prioritise", amount=4000)
    sitting.record(second, outcome="prioritise", amount=4000, votes_for=2)
    sitting.close()

    confirmation = sitting.confirm(sitting.second)
    assert [item.position for item in confirmation.waiting] == [2]
    assert [s.action.status for s in sitting.refresh().stories] == ["evaluated", "evaluated"]

    assert sitting.confirm(sitting.third).is_published
    assert [item.seconded_by for item in sitting.items] == [sitting.second, sitting.third]


@starts_from(sitting="open on two actions")
def test_a_chair_who_left_the_room_lets_another_carry_the_decision(sitting):
    sitting.step_aside(sitting.items[1], sitting.chair)
    first, second = sitting.items
    sitting.record(first, outcome="prioritise", amount=4000)
    sitting.record(second, outcome="prioritise", amount=4000, votes_for=2)
    assert refusal(sitting.close) == [
        "Point 2 : le président ne peut pas porter cette décision (lien, évaluation ou déport) : "
        "un autre membre la porte, depuis la page du point."
    ]
    sitting.carry(second, sitting.second)
    sitting.close()
    assert not sitting.confirm(sitting.second).is_published
    assert sitting.confirm(sitting.third).is_published
    assert [(item.proposed_by, item.seconded_by) for item in sitting.items] == [
        (sitting.chair, sitting.second),
        (sitting.second, sitting.third),
    ]


@starts_from(sitting="closed")
def test_somebody_who_joined_the_carrier_since_the_closing_confirms_nothing(sitting):
    sitting.second.memberships.create(organisation=sitting.stories[0].carrier, role="contributor")
    assert refusal(sitting.confirm, sitting.second) == [NOTHING_TO_CONFIRM]
    assert sitting.confirm(sitting.third).is_published


@starts_from(sitting="prepared")
def test_a_session_of_adjournments_takes_a_second_member_too(sitting):
    sitting.opened()
    sitting.record(sitting.items[0], outcome="adjourn")
    sitting.close()
    assert len(refusal(sitting.confirm, sitting.chair)) == 1
    assert sitting.confirm(sitting.second).is_published
    assert sitting.refresh().stories[0].action.status == "evaluated"


@starts_from(sitting="closed")
def test_a_publication_does_not_wait_for_the_council(sitting):
    Programme.objects.update(requires_deliberation=True)
    assert sitting.confirm(sitting.second).is_published
    (story,) = sitting.refresh().stories
    assert (story.action.status, story.action.is_proposed_to_council) == ("prioritised", True)


@starts_from(sitting="closed")
def test_a_session_is_published_once(sitting):
    sitting.confirm(sitting.second)
    assert refusal(sitting.confirm, sitting.third) == [
        "Cette séance n’attend pas d’être confirmée."
    ]


def test_a_refusal_of_a_session_leaves_fifteen_days_to_answer():
    sitting = HeldSession(stories=[Story().evaluated((0, 2, 2, 2))]).opened()
    sitting.record(sitting.items[0], outcome="announce_refusal", reason="Sans gouvernance.")
    sitting.close().confirm(sitting.second)
    sitting.refresh()
    (notice,) = sitting.stories[0].action.refusal_notices.all()
    published = timezone.localdate(sitting.session.published_at)
    assert (notice.reason, notice.reply_until) == (
        "Sans gouvernance.",
        published + timedelta(days=15),
    )
