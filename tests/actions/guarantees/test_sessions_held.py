"""Guarantee 14: a session stays what it was when it was held: its people, its points, its votes."""

import pytest

from actions.models import AgendaItem, CommitteeSession, EnvelopeVote, ItemRecusal, SessionMember
from tests.support.factories import Story
from tests.support.guarantee_rows.deciding_sessions import close_raw
from tests.support.guarantee_rows.sessions import decided_and_published, leave, vote
from tests.support.refusals import (
    at_commit,
    by_sql,
    delete,
    execute,
    holder_of,
    refused_by,
)
from tests.support.sessions import HeldSession, closed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

A_MEMBER = "actions_sessionmember_is_kept"
PRESENT = "actions_committeesession_decided_by_members_present"


def insert_member(key: int, session: int, user: int) -> None:
    execute(
        "INSERT INTO actions_sessionmember (id, session_id, user_id, votes, attendance)"
        " VALUES (%s, %s, %s, true, 'present')",
        key,
        session,
        user,
    )


# --- Who sits ------------------------------------------------------------------------------------


def test_a_recusal_doesnt_go_to_somebody_else():
    sitting = HeldSession().opened()
    member = leave(sitting).member

    with refused_by(A_MEMBER):
        by_sql(member, user_id=sitting.agent.pk)
    with refused_by(A_MEMBER):
        by_sql(member, id=member.pk + 1000)
    with refused_by(A_MEMBER):
        by_sql(member, session_id=HeldSession(stories=[]).session.pk)
    with refused_by(A_MEMBER):
        delete(member)
        insert_member(member.pk, sitting.session.pk, sitting.agent.pk)

    assert SessionMember.objects.get(pk=member.pk).user == sitting.third


def test_a_member_without_recusal_leaves_a_session_that_is_prepared():
    sitting = HeldSession()

    delete(sitting.members[sitting.third])
    at_commit()

    assert set(sitting.members) == {sitting.chair, sitting.second}


def test_no_member_is_written_before_their_session():
    """The foreign key is looked at when the transaction ends: the trigger looks at once."""
    sitting = HeldSession(stories=[])

    with refused_by("actions_sessionmember_written_in_time"):
        insert_member(1_000_000, sitting.session.pk + 1000, sitting.agent.pk)


def test_no_vote_is_written_before_its_session():
    sitting = HeldSession(stories=[])
    sitting.session.pk += 1000

    with refused_by("actions_envelopevote_written_in_time"):
        vote(sitting)


# --- The points ----------------------------------------------------------------------------------


def test_a_point_with_a_recusal_isnt_written_again_without_it():
    sitting = HeldSession().opened()
    recusal = leave(sitting)
    item = sitting.items[0]

    with refused_by("actions_agendaitem_with_recusals_is_kept"):
        delete(item)
        AgendaItem.objects.create(
            pk=item.pk, session=sitting.session, action=item.action, position=item.position
        )

    assert ItemRecusal.objects.get() == recusal


def test_a_point_nobody_left_is_taken_off():
    sitting = HeldSession()

    delete(sitting.items[0])
    at_commit()

    assert sitting.items == []


# --- The keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", ["prepared", "closed"])
def test_a_session_keeps_its_key(steps):
    sitting = HeldSession() if steps == "prepared" else closed()

    with refused_by("actions_committeesession_key_is_kept"):
        by_sql(sitting.session, id=-1)


def test_a_closed_session_isnt_reopened_by_an_exchange_of_keys():
    sitting, other = closed(), HeldSession(stories=[Story().evaluated()]).opened()

    with refused_by("actions_committeesession_key_is_kept"):
        execute(
            "UPDATE actions_committeesession SET id = CASE id WHEN %s THEN -1 ELSE id END",
            sitting.session.pk,
        )
        by_sql(other.session, id=sitting.session.pk)

    assert CommitteeSession.objects.get(pk=sitting.session.pk).state == "closed"


# --- Who decides ---------------------------------------------------------------------------------


def seconded_by_who_left() -> HeldSession:
    """The second member confirms while it is held, then steps aside: raw writes."""
    sitting = HeldSession().opened()
    item = sitting.items[0]
    by_sql(item, outcome="prioritise", amount=4000, method="consent")
    by_sql(item, proposed_by_id=sitting.chair.pk)
    by_sql(item, seconded_by_id=sitting.third.pk)
    leave(sitting)
    return sitting


def test_a_session_isnt_closed_over_a_confirmation_by_who_left():
    sitting = seconded_by_who_left()

    with refused_by(PRESENT):
        close_raw(sitting)

    by_sql(sitting.items[0], seconded_by_id=None)
    close_raw(sitting)
    assert CommitteeSession.objects.get().state == "closed"


@pytest.mark.parametrize("gone", ["second", "third"])
def test_neither_of_the_two_people_was_absent(gone):
    """Should the closing not look, the publication does."""
    sitting = HeldSession().opened()
    item = sitting.items[0]
    by_sql(item, outcome="prioritise", amount=4000, reason="Un motif.", method="consent")
    by_sql(item, proposed_by_id=sitting.second.pk)
    by_sql(item, seconded_by_id=sitting.third.pk)
    by_sql(sitting.members[getattr(sitting, gone)], attendance="absent")
    with refused_by(PRESENT):
        close_raw(sitting)
    holder_of(PRESENT).drop()
    close_raw(sitting)

    with refused_by("actions_committeesession_published_together"):
        decided_and_published(sitting)


@pytest.mark.parametrize("attendance", ["expected", "absent", "excused"])
def test_a_chair_who_isnt_there_doesnt_close(attendance):
    sitting = HeldSession().opened()
    by_sql(sitting.members[sitting.chair], attendance=attendance)

    with refused_by("actions_committeesession_closed_by_a_member"):
        close_raw(sitting)


# --- The votes on the envelope -------------------------------------------------------------------


@pytest.mark.parametrize("votes", [(1, 0, 0), (2, 0, 0), (2, 1, 1), (0, 0, 0)])
def test_a_vote_on_the_envelope_counts_all_who_vote(votes):
    """Three are there."""
    sitting = HeldSession().opened()
    said = dict(zip(("votes_for", "votes_against", "abstentions"), votes, strict=True))
    with refused_by("actions_envelopevote_of_members_present"):
        vote(sitting, **said)


def test_nobody_votes_on_the_envelope_below_the_quorum():
    sitting = HeldSession().opened(present=[])
    by_sql(sitting.members[sitting.chair], attendance="present")
    with refused_by("actions_envelopevote_of_members_present"):
        vote(sitting, votes_for=1)


@pytest.mark.parametrize("key", [-1, 9_223_372_036_854_775_807])
def test_the_order_of_votes_isnt_chosen(key):
    sitting = HeldSession().opened()
    first = vote(sitting, amount=90_000)
    execute(
        "INSERT INTO actions_envelopevote (id, session_id, amount, votes_for, votes_against,"
        " abstentions, recorded_by_id, recorded_at) VALUES (%s, %s, 1000, 3, 0, 0, %s, now())",
        key,
        sitting.session.pk,
        sitting.agent.pk,
    )
    last = vote(sitting, amount=70_000)

    assert [int(row.amount) for row in EnvelopeVote.objects.order_by("pk")] == [
        90_000,
        1000,
        70_000,
    ]
    assert EnvelopeVote.objects.order_by("pk").last() == last
    assert EnvelopeVote.objects.order_by("pk").first() == first
