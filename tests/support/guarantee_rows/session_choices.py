"""What a session must not choose, in the shape of `test_needed.py`'s rows."""

from challenges.enums import ProgrammeState
from tests.support.factories import ProgrammeFactory, Story
from tests.support.guarantee_rows.deciding_sessions import VOTES, close_raw
from tests.support.guarantee_rows.increases import IncreaseAttempt, proposed
from tests.support.guarantee_rows.sessions import SessionAttempt, add, vote
from tests.support.guarantee_steps import propose
from tests.support.refusals import at_commit, by_sql
from tests.support.sessions import HeldSession


def other_programme():
    """One that is prepared beside the current one."""
    return ProgrammeFactory(code="autre", state=ProgrammeState.PREPARATION)


def closing(**columns):
    """Close over a point that says so, which the chair carries."""

    def act(sitting: HeldSession) -> None:
        said = {"outcome": "prioritise", "amount": 4000, "proposed_by_id": sitting.chair.pk}
        by_sql(sitting.items[0], **said | VOTES | columns)
        close_raw(sitting)

    return act


def close_without_a_quorum(sitting: HeldSession) -> None:
    """One of the two who decide stepped aside, the third isn't there."""
    by_sql(sitting.members[sitting.third], attendance="absent")
    sitting.step_aside(sitting.items[0], sitting.second)
    closing(votes_for=1)(sitting)


def tie_to_a_decision_of_elsewhere(sitting: HeldSession) -> None:
    """A decision that waits on another action, while the session is prepared."""
    other = propose(Story().evaluated(), "postpone", proposed_by=sitting.second)
    by_sql(sitting.items[0], decision_id=other.pk)
    at_commit()


def add_of_another_programme(sitting: HeldSession) -> None:
    by_sql(sitting.session, programme_id=other_programme().pk)
    add(sitting, Story().evaluated().action)


class EmptyAgenda(SessionAttempt):
    """A session on whose agenda nothing is yet."""

    def story(self) -> HeldSession:
        return HeldSession(stories=[])


def vote_as(person_of):
    """Write a vote on the envelope that somebody noted."""
    return lambda sitting: vote(sitting, recorded_by=person_of(sitting))


ON_SESSION_CHOICES = {
    "actions_agendaitem_leads_to_what_is_published": SessionAttempt(
        "preparing", tie_to_a_decision_of_elsewhere
    ),
    "actions_agendaitem_written_of_its_programme": EmptyAgenda(
        "preparing", add_of_another_programme
    ),
    "actions_committeesession_keeps_its_programme": SessionAttempt(
        "preparing", lambda s: by_sql(s.session, programme_id=other_programme().pk)
    ),
    "actions_committeesession_decided_in_its_state": SessionAttempt(
        "sitting", closing(outcome="increase", reason="Davantage.")
    ),
    "actions_committeesession_decided_by_a_quorum": SessionAttempt(
        "sitting", close_without_a_quorum
    ),
    "actions_committeesession_decided_by_a_majority": SessionAttempt(
        "sitting", closing(votes_for=0, votes_against=3)
    ),
    "actions_envelopevote_recorded_by_who_keeps_it": SessionAttempt(
        "sitting", vote_as(lambda s: s.third)
    ),
    "actions_amendment_raised_alone": IncreaseAttempt(
        lambda sitting: proposed(sitting, new_ends_on="2035-01-01")
    ),
}
MAJORITY = "actions_committeesession_decided_by_a_majority"
IN_ITS_STATE = "actions_committeesession_decided_in_its_state"
# A comparison with NULL, every way not to have decided, and what no longer fits.
ALSO_ON_SESSION_CHOICES: list[tuple[str, SessionAttempt]] = [
    (name, SessionAttempt("sitting", act))
    for name, act in (
        (MAJORITY, closing(votes_for=None)),
        (MAJORITY, closing(abstentions=None)),
        (MAJORITY, closing(votes_for=1, votes_against=1, abstentions=1)),
        (MAJORITY, closing(votes_for=2)),
        (MAJORITY, closing(method="", votes_for=None, votes_against=None, abstentions=None)),
        (IN_ITS_STATE, closing(outcome="keep", amount=None)),
    )
]
