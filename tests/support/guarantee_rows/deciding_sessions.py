"""What must not be done when a session decides, in the shape of `test_needed.py`'s rows."""

from actions.models import EnvelopeVote, ItemRecusal
from actors.enums import Role
from actors.models import Membership
from tests.support.factories import Story, grant_role, person
from tests.support.guarantee_rows.sessions import (
    SessionAttempt,
    add,
    decided_and_published,
    item,
    leave,
    member,
    published,
    session,
)
from tests.support.guarantee_steps import confirm, propose
from tests.support.refusals import at_commit, by_sql, execute, holder_of
from tests.support.sessions import HeldSession

A_DAY = "2026-03-01T08:00:00Z"
VOTES = {"method": "vote", "votes_for": 3, "votes_against": 0, "abstentions": 0}


def close_raw(sitting: HeldSession, **columns) -> None:
    """Close by raw SQL."""
    columns = {"closed_by_id": sitting.chair.pk, "closed_at": A_DAY} | columns
    by_sql(sitting.session, state="closed", **columns)


def vote_with_strangers(sitting: HeldSession) -> None:
    EnvelopeVote.objects.create(
        session=sitting.session,
        amount=90_000,
        votes_for=3,
        votes_against=0,
        abstentions=1,
        recorded_by=sitting.agent,
    )


def with_a_voter_of_elsewhere(sitting: HeldSession) -> None:
    """Somebody who isn't of the committee, noted as a voter who is there."""
    execute(
        "INSERT INTO actions_sessionmember (session_id, user_id, votes, attendance)"
        " VALUES (%s, %s, true, 'present')",
        sitting.session.pk,
        person().pk,
    )


def give_the_vote_to_an_observer(sitting: HeldSession) -> None:
    execute(
        "INSERT INTO actions_sessionmember (session_id, user_id, votes, attendance)"
        " VALUES (%s, %s, false, 'present')",
        sitting.session.pk,
        sitting.agent.pk,
    )
    execute("UPDATE actions_sessionmember SET votes = true WHERE user_id = %s", sitting.agent.pk)


def publish_for_another_reason(sitting: HeldSession) -> None:
    decided_and_published(sitting, reason="Un motif que personne n’a lu.")


def publish_another_public_reason(sitting: HeldSession) -> None:
    decided_and_published(sitting, public_reason="À tous, sans que personne l’ait lu.")


def publish_a_decision_of_no_point(sitting: HeldSession) -> None:
    """A point that decides nothing, beside the decision of another action."""
    other = Story().evaluated()
    decision = propose(other, "postpone", proposed_by=sitting.second)
    by_sql(sitting.session, state="sitting", closed_by_id=None, closed_at=None)
    by_sql(sitting.items[0], outcome="adjourn", amount=None, seconded_by_id=None)
    close_raw(sitting)
    by_sql(sitting.items[0], decision_id=decision.pk)
    published(sitting)


def carry_after_stepping_aside(sitting: HeldSession) -> None:
    leave(sitting)
    by_sql(sitting.items[0], proposed_by_id=sitting.third.pk)


def close_over_a_member_who_left(sitting: HeldSession) -> None:
    """They carried the decision, then stepped aside; or there are fewer of them than voices."""
    by_sql(sitting.items[0], outcome="prioritise", amount=4000, **VOTES)
    by_sql(sitting.items[0], proposed_by_id=sitting.second.pk)
    ItemRecusal.objects.create(
        item=sitting.items[0],
        member=sitting.members[sitting.second],
        declared_by=sitting.second,
        reason="Un lien.",
    )
    close_raw(sitting)


def close_with_too_many_voices(sitting: HeldSession) -> None:
    by_sql(sitting.items[0], outcome="prioritise", amount=4000, **VOTES)
    by_sql(sitting.items[0], proposed_by_id=sitting.second.pk)
    by_sql(sitting.members[sitting.third], attendance="absent")
    close_raw(sitting)


def close_over_an_envelope_of_the_absent(sitting: HeldSession) -> None:
    """Three voted a higher envelope; one of them wasn't there."""
    EnvelopeVote.objects.create(
        session=sitting.session,
        amount=90_000,
        votes_for=3,
        votes_against=0,
        abstentions=0,
        recorded_by=sitting.agent,
    )
    by_sql(sitting.members[sitting.third], attendance="absent")
    close_raw(sitting)


def noted_by_another_member(sitting: HeldSession) -> None:
    ItemRecusal.objects.create(
        item=sitting.items[0],
        member=sitting.members[sitting.third],
        declared_by=sitting.second,
        reason="Un lien.",
    )


def noted_by_a_tied_agent(sitting: HeldSession) -> None:
    agent = person(Role.AGENT)
    Membership.objects.create(user=agent, organisation=sitting.stories[0].carrier)
    ItemRecusal.objects.create(
        item=sitting.items[0],
        member=sitting.members[sitting.third],
        declared_by=agent,
        reason="Un lien.",
    )


def close_without_anybody_who_carries(sitting: HeldSession) -> None:
    by_sql(sitting.items[0], outcome="postpone", reason="Plus tard.")
    close_raw(sitting)


def close_by_an_observer(sitting: HeldSession) -> None:
    by_sql(sitting.members[sitting.chair], votes=False)
    close_raw(sitting)


def close_by_another_chair(sitting: HeldSession) -> None:
    close_raw(sitting, chair_id=sitting.second.pk, closed_by_id=sitting.second.pk)


def close_by_who_left_the_committee(sitting: HeldSession) -> None:
    sitting.chair.groups.clear()
    close_raw(sitting)


def carry_as_an_agent(sitting: HeldSession) -> None:
    by_sql(sitting.items[0], proposed_by_id=sitting.agent.pk)


def carry_as_another_member_of_the_committee(sitting: HeldSession) -> None:
    stranger = person()
    grant_role(stranger, Role.COMMITTEE)
    by_sql(sitting.items[0], proposed_by_id=stranger.pk)


def carry_while_absent(sitting: HeldSession) -> None:
    by_sql(sitting.members[sitting.second], attendance="excused")
    by_sql(sitting.items[0], proposed_by_id=sitting.second.pk)


def second_after_the_evaluation(sitting: HeldSession) -> None:
    """An evaluator of the action, who sits as well."""
    evaluator = sitting.stories[0].evaluators[0]
    grant_role(evaluator, Role.COMMITTEE)
    execute(
        "INSERT INTO actions_sessionmember (session_id, user_id, votes, attendance)"
        " VALUES (%s, %s, true, 'present')",
        sitting.session.pk,
        evaluator.pk,
    )
    by_sql(sitting.items[0], proposed_by_id=evaluator.pk)


def decide_before_it_is_published(sitting: HeldSession) -> None:
    """What a closed session decided, by the same people, and the session left as it is."""
    decision = propose(sitting.stories[0], amount=4000, proposed_by=sitting.items[0].proposed_by)
    confirm(decision, sitting.second)
    at_commit()


def put_on_beside_a_decision(sitting: HeldSession) -> None:
    other = Story().evaluated()
    propose(other, proposed_by=sitting.second)
    add(sitting, other.action)


def leave_a_decision_beside_it(sitting: HeldSession) -> None:
    """What a closed session decided, proposed a second time, and left to wait."""
    propose(sitting.stories[0], amount=4000, proposed_by=sitting.items[0].proposed_by)
    at_commit()


def decide_off_the_agenda(sitting: HeldSession) -> None:
    """The point is off the agenda for the time of a decision."""
    by_sql(sitting.items[0], is_open=False)
    propose(sitting.stories[0], proposed_by=sitting.second)


def confirm_by_somebody_else(sitting: HeldSession) -> None:
    """As the session decided, but nobody confirmed it there."""
    decision = propose(sitting.stories[0], amount=4000, proposed_by=sitting.items[0].proposed_by)
    confirm(decision, sitting.third)


def take_off_for_a_moment(sitting: HeldSession) -> None:
    by_sql(sitting.items[0], is_open=False)
    at_commit()


def propose_then_put_on_an_agenda(sitting: HeldSession) -> None:
    """Where the agenda could take what waits for a decision, the decision still isn't confirmed."""
    other = Story().evaluated()
    decision = propose(other, proposed_by=sitting.second)
    holder_of("actions_agendaitem_beside_no_decision").drop()
    add(sitting, other.action)
    confirm(decision, sitting.third)


ON_DECIDING_SESSIONS: dict[str, SessionAttempt] = {
    "actions_sessionmember_written_with_the_role": SessionAttempt(
        "sitting", with_a_voter_of_elsewhere
    ),
    "actions_itemrecusal_by_somebody_without_interest": SessionAttempt(
        "sitting", noted_by_a_tied_agent
    ),
    "actions_decision_not_beside_a_session": SessionAttempt(
        "sitting", lambda sitting: propose(sitting.stories[0], proposed_by=sitting.second)
    ),
    "actions_decision_beside_no_session_to_the_end": SessionAttempt(
        "seconded", decide_before_it_is_published
    ),
    "actions_agendaitem_beside_no_decision": SessionAttempt("preparing", put_on_beside_a_decision),
    "actions_agendaitem_starts_open": SessionAttempt(
        "preparing", lambda sitting: add(sitting, Story().evaluated().action, is_open=False)
    ),
    "actions_agendaitem_open_while_its_session_is": SessionAttempt(
        "sitting", take_off_for_a_moment
    ),
    "actions_itemrecusal_noted_by_who_keeps_the_session": SessionAttempt(
        "sitting", noted_by_another_member
    ),
    "actions_committeesession_envelope_voted_by_members_present": SessionAttempt(
        "sitting", close_over_an_envelope_of_the_absent
    ),
    "actions_committeesession_keeps_its_chair": SessionAttempt(
        "closed", lambda sitting: by_sql(sitting.session, opened_at=A_DAY)
    ),
    "actions_committeesession_closed_by_a_member": SessionAttempt("sitting", close_by_an_observer),
    "actions_committeesession_decided_by_members_present": SessionAttempt(
        "sitting", close_over_a_member_who_left
    ),
    "actions_envelopevote_of_members_present": SessionAttempt("sitting", vote_with_strangers),
    "actions_agendaitem_votes_of_members_present": SessionAttempt(
        "sitting", item(method="vote", votes_for=4)
    ),
    "actions_agendaitem_by_a_member_present": SessionAttempt("sitting", carry_after_stepping_aside),
}
BY_A_MEMBER = "actions_agendaitem_by_a_member_present"
ALSO_ON_DECIDING_SESSIONS: list[tuple[str, SessionAttempt]] = [
    (name, SessionAttempt(state, act))
    for name, state, act in (
        ("actions_committeesession_keeps_its_chair", "closed", session(closed_at=A_DAY)),
        ("actions_committeesession_keeps_its_chair", "closed", session(held_on="2026-01-01")),
        ("actions_committeesession_keeps_its_chair", "sitting", session(opened_at=None)),
        (
            "actions_committeesession_keeps_its_chair",
            "closed",
            lambda s: by_sql(s.session, chair_id=s.second.pk, closed_by_id=s.second.pk),
        ),
        ("actions_committeesession_closed_by_a_member", "sitting", close_by_another_chair),
        ("actions_committeesession_closed_by_a_member", "sitting", close_by_who_left_the_committee),
        (
            "actions_committeesession_decided_by_members_present",
            "sitting",
            close_with_too_many_voices,
        ),
        (
            "actions_committeesession_decided_by_members_present",
            "sitting",
            close_without_anybody_who_carries,
        ),
        (
            "actions_sessionmember_written_with_the_role",
            "sitting",
            give_the_vote_to_an_observer,
        ),
        ("actions_committeesession_published_together", "seconded", publish_for_another_reason),
        ("actions_committeesession_published_together", "seconded", publish_another_public_reason),
        ("actions_committeesession_published_together", "seconded", publish_a_decision_of_no_point),
        ("actions_decision_not_beside_a_session", "preparing", propose_then_put_on_an_agenda),
        ("actions_decision_not_beside_a_session", "sitting", decide_off_the_agenda),
        ("actions_decision_not_beside_a_session", "closed", confirm_by_somebody_else),
        ("actions_decision_beside_no_session_to_the_end", "closed", leave_a_decision_beside_it),
        ("actions_agendaitem_open_while_its_session_is", "closed", take_off_for_a_moment),
        (BY_A_MEMBER, "sitting", carry_as_an_agent),
        (BY_A_MEMBER, "sitting", carry_as_another_member_of_the_committee),
        (BY_A_MEMBER, "sitting", carry_while_absent),
        (BY_A_MEMBER, "sitting", second_after_the_evaluation),
        (
            BY_A_MEMBER,
            "closed",
            lambda s: by_sql(s.items[0], seconded_by_id=s.agent.pk),
        ),
        (
            "actions_agendaitem_votes_of_members_present",
            "sitting",
            item(method="vote", votes_for=1, votes_against=2, abstentions=1),
        ),
        ("actions_sessionmember_written_in_time", "closed", member(votes=False)),
    )
]
