"""A session is closed while somebody writes who is there, by hand."""

import pytest

from actions.models import AgendaItem, CommitteeSession
from tests.support.guarantee_rows.deciding_sessions import VOTES, close_raw
from tests.support.guarantee_rows.sessions import leave
from tests.support.races import race
from tests.support.refusals import by_sql, delete, name_of_refusal
from tests.support.sessions import HeldSession
from tests.support.without import trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MEMBERS = "actions_sessionmember_written_in_time"
PRESENT = "actions_committeesession_decided_by_members_present"
RECUSALS = "actions_itemrecusal_declared_in_time"


def decided() -> HeldSession:
    """Three voices for the only action, one point to close."""
    sitting = HeldSession().opened()
    by_sql(sitting.items[0], outcome="prioritise", amount=4000, **VOTES)
    by_sql(sitting.items[0], proposed_by_id=sitting.second.pk)
    return sitting


def leaving(sitting: HeldSession):
    """Say that the third voter isn't there."""
    member = sitting.members[sitting.third]
    return lambda: by_sql(member, attendance="absent")


def closing(sitting: HeldSession):
    return lambda: close_raw(sitting)


def test_a_closing_waits_for_who_leaves_and_sees_it():
    sitting = decided()

    first, second, waited = race(leaving(sitting), closing(sitting))

    assert (first, name_of_refusal(second), waited) == (None, PRESENT, True)
    assert CommitteeSession.objects.get().state == "sitting"


def test_without_the_lock_more_voices_than_voters_are_closed():
    sitting = decided()

    with trigger_without(MEMBERS, "FOR SHARE"):
        assert race(leaving(sitting), closing(sitting)) == (None, None, False)


def test_who_leaves_while_it_is_closed_comes_too_late():
    sitting = decided()

    first, second, waited = race(closing(sitting), leaving(sitting))

    assert (first, name_of_refusal(second), waited) == (None, MEMBERS, True)


def write_again(sitting: HeldSession):
    """Take the point off, and put it back with its key."""
    [item] = sitting.items

    def act():
        delete(item)
        AgendaItem.objects.create(
            pk=item.pk, session_id=item.session_id, action_id=item.action_id, position=1
        )

    return act


def test_a_point_isnt_written_again_while_somebody_steps_aside():
    sitting = HeldSession().opened()

    first, second, waited = race(lambda: leave(sitting).pk is not None, write_again(sitting))

    assert (first, name_of_refusal(second), waited) == (
        True,
        "actions_agendaitem_with_recusals_is_kept",
        True,
    )


def test_without_the_lock_the_point_is_written_again():
    sitting = HeldSession().opened()

    with trigger_without(RECUSALS, "FOR KEY SHARE OF i, m"):
        first, second, waited = race(lambda: leave(sitting).pk is not None, write_again(sitting))

    assert (first, second, waited) == (True, None, False)
