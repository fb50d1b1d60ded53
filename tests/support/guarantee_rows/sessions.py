"""What must not be done to a session, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from actions.models import (
    AgendaItem,
    AgendaRemoval,
    ChallengeEnvelope,
    CommitteeSession,
    Decision,
    EnvelopeVote,
    ItemRecusal,
    SessionMember,
)
from actors.enums import Role
from actors.models import Membership
from tests.support.factories import ChallengeFactory, Story, person
from tests.support.refusals import by_sql, delete
from tests.support.sessions import HeldSession

A_DAY = "2026-03-01T08:00:00Z"


@dataclass(frozen=True)
class SessionAttempt:
    """Something that must not be done to a session which reached `state`."""

    state: str
    act: Callable[[HeldSession], object]
    behind: tuple[str, ...] = ()

    def story(self) -> HeldSession:
        """A session in that state; a closed one grants 4,000 € to its only action."""
        sitting = HeldSession()
        for step in STEPS[: STEPS.index(self.state) + 1]:
            REACHED[step](sitting)
        return sitting


REACHED = {
    "preparing": lambda sitting: sitting,
    "sitting": lambda sitting: sitting.opened(),
    "closed": lambda sitting: (
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000),
        sitting.close(),
    ),
    # Seconded by raw SQL: through the service, that publishes.
    "seconded": lambda sitting: by_sql(sitting.items[0], seconded_by_id=sitting.second.pk),
    "published": lambda sitting: (
        by_sql(sitting.items[0], seconded_by_id=None),
        sitting.confirm(sitting.second),
    ),
}
STEPS = list(REACHED)


def session(**columns) -> Callable[[HeldSession], None]:
    """Change columns of the session."""
    return lambda sitting: by_sql(sitting.session, **columns)


def item(**columns) -> Callable[[HeldSession], None]:
    """Change columns of the first item."""
    return lambda sitting: by_sql(sitting.items[0], **columns)


def member(**columns) -> Callable[[HeldSession], None]:
    """Change columns of the first member."""
    return lambda sitting: by_sql(sitting.session.members.first(), **columns)


def envelope(sitting: HeldSession, **columns) -> ChallengeEnvelope:
    """Write the envelope of a challenge."""
    columns = {"challenge": ChallengeFactory(), "amount": Decimal(1000)} | columns
    return ChallengeEnvelope.objects.create(session=sitting.session, **columns)


def vote(sitting: HeldSession, **columns) -> EnvelopeVote:
    """Write a unanimous vote on the envelope."""
    said = {"amount": Decimal(90_000), "recorded_by": sitting.agent}
    said |= {"votes_for": 3, "votes_against": 0, "abstentions": 0}
    return EnvelopeVote.objects.create(session=sitting.session, **said | columns)


def leave(sitting: HeldSession, of: SessionMember | None = None) -> ItemRecusal:
    """Have the third voter step aside from the first item."""
    return ItemRecusal.objects.create(
        item=sitting.items[0],
        member=of or sitting.members[sitting.third],
        declared_by=sitting.third,
        reason="Un lien.",
    )


def note_removal(sitting: HeldSession, action, *, by=None, is_sent=True) -> AgendaRemoval:
    """Write that a point was taken off an agenda that was sent, unless told otherwise."""
    if is_sent:
        by_sql(sitting.session, agenda_sent_at=A_DAY)
    columns = {"action": action, "by": by or sitting.agent}
    return AgendaRemoval.objects.create(session=sitting.session, **columns)


def take_off(sitting: HeldSession, **columns) -> AgendaRemoval:
    """Take the first point off, and note it."""
    action = sitting.items[0].action
    sitting.items[0].delete()
    return note_removal(sitting, action, **columns)


def take_off_by_a_member_of_its_carrier(sitting: HeldSession) -> AgendaRemoval:
    """The same, by an agent who is of the carrier."""
    agent = person(Role.AGENT)
    Membership.objects.create(user=agent, organisation=sitting.stories[0].carrier)
    return take_off(sitting, by=agent)


def add(sitting: HeldSession, action, **columns) -> AgendaItem:
    """Write an item."""
    columns = {"position": 9} | columns
    return AgendaItem.objects.create(session=sitting.session, action=action, **columns)


def rewritten(sitting: HeldSession) -> None:
    """Take a point off that somebody stepped aside from, and put it back with its key."""
    [point] = sitting.items
    leave(sitting)
    delete(point)
    AgendaItem.objects.create(
        pk=point.pk, session=sitting.session, action=point.action, position=point.position
    )


def on_another_agenda(sitting: HeldSession) -> None:
    other = HeldSession(stories=[Story().evaluated()])
    add(other, sitting.stories[0].action)


def at_the_same_rank(sitting: HeldSession) -> None:
    add(sitting, Story().evaluated().action, position=1)
    connection.check_constraints()


def published(sitting: HeldSession) -> None:
    """Free the actions, and say that the session is published."""
    for point in sitting.items:
        by_sql(point, is_open=False)
    by_sql(sitting.session, state="published", published_at=A_DAY)


def decided_and_published(sitting: HeldSession, **columns) -> None:
    """The same, once each decision is confirmed by raw writes."""
    for point in sitting.items:
        said = {
            "kind": point.outcome,
            "amount": point.amount,
            "reason": point.reason,
            "public_reason": point.public_reason,
            "proposed_by": point.proposed_by,
        }
        decision = Decision.objects.create(action=point.action, **said | columns)
        by_sql(decision, confirmed_by_id=point.seconded_by_id, confirmed_at=A_DAY)
        by_sql(point, decision_id=decision.pk)
    published(sitting)


def above_the_envelope(sitting: HeldSession) -> None:
    """The envelope was voted down to less than what is granted, while it was held."""
    by_sql(sitting.session, state="sitting", closed_by_id=None, closed_at=None)
    vote(sitting, amount=Decimal(100))
    by_sql(sitting.session, state="closed", closed_by_id=sitting.chair.pk, closed_at=A_DAY)
    decided_and_published(sitting)


ON_SESSIONS: dict[str, SessionAttempt] = {
    # --- Session
    "actions_committeesession_known_state": SessionAttempt(
        "preparing",
        session(state="lost"),
        behind=("actions_committeesession_goes_step_by_step",),
    ),
    "actions_committeesession_quorum_of_two": SessionAttempt("preparing", session(quorum=1)),
    "actions_committeesession_envelope_in_range": SessionAttempt("preparing", session(envelope=-1)),
    "actions_committeesession_closed_by_its_chair": SessionAttempt(
        "sitting",
        lambda sitting: by_sql(
            sitting.session, state="closed", closed_by_id=sitting.second.pk, closed_at=A_DAY
        ),
    ),
    "actions_committeesession_publication_is_dated": SessionAttempt(
        "sitting", session(published_at=A_DAY)
    ),
    "actions_committeesession_starts_in_preparation": SessionAttempt(
        "preparing",
        lambda sitting: CommitteeSession.objects.create(
            state="sitting", programme=sitting.session.programme, **sitting.content.columns
        ),
    ),
    "actions_committeesession_is_kept": SessionAttempt("published", session(place="Ailleurs")),
    "actions_committeesession_goes_step_by_step": SessionAttempt(
        "closed", session(state="preparing", closed_by_id=None, closed_at=None)
    ),
    "actions_committeesession_key_is_kept": SessionAttempt("closed", session(id=-1)),
    "actions_committeesession_is_settled_before": SessionAttempt("sitting", session(envelope=1)),
    "actions_committeesession_frees_its_actions": SessionAttempt(
        "preparing", session(state="cancelled")
    ),
    "actions_committeesession_published_together": SessionAttempt("seconded", published),
    "actions_committeesession_within_its_envelope": SessionAttempt("seconded", above_the_envelope),
    # --- Envelopes
    "actions_challengeenvelope_once": SessionAttempt(
        "preparing", lambda sitting: (envelope(sitting), envelope(sitting))
    ),
    "actions_challengeenvelope_in_range": SessionAttempt(
        "preparing", lambda sitting: envelope(sitting, amount=Decimal(-1))
    ),
    "actions_challengeenvelope_written_in_time": SessionAttempt("sitting", envelope),
    "actions_envelopevote_in_range": SessionAttempt(
        "sitting", lambda sitting: vote(sitting, amount=Decimal(-1))
    ),
    "actions_envelopevote_append_only": SessionAttempt(
        "sitting", lambda sitting: by_sql(vote(sitting), votes_for=0)
    ),
    "actions_envelopevote_written_in_time": SessionAttempt("closed", vote),
    # --- Members
    "actions_sessionmember_once": SessionAttempt(
        "preparing",
        lambda sitting: SessionMember.objects.create(session=sitting.session, user=sitting.chair),
    ),
    "actions_sessionmember_known_attendance": SessionAttempt("sitting", member(attendance="late")),
    "actions_sessionmember_is_kept": SessionAttempt(
        "sitting", lambda sitting: by_sql(leave(sitting).member, user_id=sitting.agent.pk)
    ),
    "actions_sessionmember_written_in_time": SessionAttempt("closed", member(attendance="absent")),
    # --- Agenda
    "actions_agendaitem_once_per_session": SessionAttempt(
        "preparing",
        lambda sitting: (item(is_open=False)(sitting), add(sitting, sitting.stories[0].action)),
    ),
    "actions_agendaitem_one_open_agenda": SessionAttempt("preparing", on_another_agenda),
    "actions_agendaitem_one_per_rank": SessionAttempt("preparing", at_the_same_rank),
    "actions_agendaitem_known_outcome": SessionAttempt("sitting", item(outcome="donate")),
    "actions_agendaitem_amount_is_granted": SessionAttempt(
        "sitting", item(outcome="postpone", amount=10)
    ),
    "actions_agendaitem_public_reason_of_a_grant": SessionAttempt(
        "sitting", item(outcome="postpone", public_reason="À tous.")
    ),
    "actions_agendaitem_votes_are_counted": SessionAttempt(
        "sitting", item(method="consent", votes_for=3)
    ),
    "actions_agendaitem_seconded_by_another": SessionAttempt(
        "closed", lambda sitting: by_sql(sitting.items[0], seconded_by_id=sitting.chair.pk)
    ),
    "actions_agendaitem_keeps_its_place": SessionAttempt(
        "sitting",
        lambda sitting: by_sql(sitting.items[0], action_id=Story().evaluated().action.pk),
    ),
    "actions_agendaitem_written_in_time": SessionAttempt("closed", item(amount=9000)),
    "actions_agendaitem_with_recusals_is_kept": SessionAttempt("sitting", rewritten),
    "actions_agendaitem_of_a_decidable_action": SessionAttempt(
        "preparing", lambda sitting: add(sitting, Story().submitted().action)
    ),
    "actions_agendaremoval_append_only": SessionAttempt(
        "preparing", lambda sitting: delete(take_off(sitting))
    ),
    "actions_agendaremoval_of_a_point_that_is_off": SessionAttempt(
        "preparing", lambda sitting: note_removal(sitting, sitting.items[0].action)
    ),
    "actions_agendaremoval_noted_by_who_keeps_it": SessionAttempt(
        "preparing", lambda sitting: take_off(sitting, by=sitting.third)
    ),
    "actions_agendaremoval_written_in_time": SessionAttempt(
        "preparing", lambda sitting: take_off(sitting, is_sent=False)
    ),
    # --- Stepping aside
    "actions_itemrecusal_once": SessionAttempt(
        "sitting", lambda sitting: (leave(sitting), leave(sitting))
    ),
    "actions_itemrecusal_is_kept": SessionAttempt(
        "sitting", lambda sitting: delete(leave(sitting))
    ),
    "actions_itemrecusal_declared_in_time": SessionAttempt("closed", leave),
}


def stranger(sitting: HeldSession) -> SessionMember:
    """A member of another session."""
    other = HeldSession(stories=[Story().evaluated()])
    return other.members[other.chair]


# More ways to the same refusals: NULL where a value is asked, other states, other people.
ALSO_REFUSED: list[tuple[str, SessionAttempt]] = [
    (name, SessionAttempt(state, act))
    for name, state, act in (
        ("actions_committeesession_closed_by_its_chair", "sitting", session(state="closed")),
        ("actions_committeesession_keeps_its_chair", "closed", session(closed_by_id=None)),
        ("actions_committeesession_is_kept", "published", session(state="sitting")),
        ("actions_committeesession_is_kept", "published", lambda s: delete(s.session)),
        ("actions_committeesession_is_kept", "preparing", lambda s: delete(s.session)),
        ("actions_committeesession_goes_step_by_step", "preparing", session(state="published")),
        ("actions_committeesession_is_settled_before", "sitting", session(quorum=3)),
        ("actions_committeesession_is_settled_before", "closed", session(budget_line="65748")),
        ("actions_agendaitem_amount_is_granted", "sitting", item(outcome="prioritise", amount=0)),
        ("actions_agendaitem_written_in_time", "closed", item(outcome="postpone", amount=None)),
        ("actions_agendaitem_written_in_time", "closed", item(amount_before=1)),
        ("actions_agendaitem_written_in_time", "closed", item(public_reason="Un autre.")),
        ("actions_agendaitem_written_in_time", "published", item(public_reason="Un autre.")),
        ("actions_agendaitem_written_in_time", "closed", lambda s: delete(s.items[0])),
        ("actions_agendaitem_written_in_time", "published", item(is_open=True)),
        ("actions_agendaitem_written_in_time", "published", item(seconded_by_id=None)),
        (
            "actions_agendaremoval_noted_by_who_keeps_it",
            "preparing",
            take_off_by_a_member_of_its_carrier,
        ),
        (
            "actions_agendaremoval_written_in_time",
            "published",
            lambda s: note_removal(s, Story().evaluated().action, is_sent=False),
        ),
        ("actions_sessionmember_written_in_time", "published", member(votes=False)),
        ("actions_itemrecusal_declared_in_time", "sitting", lambda s: leave(s, stranger(s))),
    )
]
