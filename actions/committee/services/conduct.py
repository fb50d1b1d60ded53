"""Hold a session: open it, who is there, who steps aside, votes on the envelope; close it."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils import timezone

from actions.committee.queries.budgets import overspending
from actions.committee.queries.quorum import (
    EligibleVoters,
    eligible_voters_of,
    may_decide_on_item,
    missing_for,
)
from actions.committee.services.members_told import tell_of_opening
from actions.committee.services.session_row import KEEPERS, NOT_IN_SESSION, in_session, locked
from actions.enums import Attendance, Method, SessionState
from actions.models import (
    AgendaItem,
    CommitteeSession,
    EnvelopeVote,
    ItemRecusal,
    SessionMember,
)
from actions.rules import (
    can_close_session,
    can_keep_session,
    can_reopen_session,
    has_neither_link_nor_recusal,
)
from actors.models import User
from challenges.models import Challenge
from ess_portal.base.french import plural
from ess_portal.base.refusals import Refused, refusals_in_words, require


@refusals_in_words()
def open_session(*, session: CommitteeSession, by: User) -> CommitteeSession:
    """Open the session, now, and tell its members what is on the agenda.

    Raises `Refused` when `by` may not, or its agenda is empty.
    """
    session = locked(session)
    require(can_keep_session(by, session), f"Ouvrir la séance revient à {KEEPERS}.")
    require(session.state == SessionState.PREPARING, "Cette séance a déjà été ouverte.")
    require(session.items.exists(), "L’ordre du jour est vide : ajoutez-y des actions.")
    session.state, session.opened_at = SessionState.SITTING, timezone.now()
    session.agenda_sent_at = session.agenda_sent_at or session.opened_at
    session.save(update_fields=["state", "opened_at", "agenda_sent_at"])
    tell_of_opening(session)
    return session


@refusals_in_words()
def note_attendance(*, session: CommitteeSession, by: User, attendance: Mapping[int, str]) -> None:
    """Note who came: `attendance` maps member keys to `Attendance`.

    Raises `Refused` when `by` may not, or the session isn't held.
    """
    session = in_session(session, by)
    for member in session.members.filter(pk__in=attendance):
        member.attendance = Attendance(attendance[member.pk])
        member.save(update_fields=["attendance"])


@refusals_in_words()
def step_aside(*, item: AgendaItem, member: SessionMember, by: User, reason: str) -> ItemRecusal:
    """Note that a member steps aside from an item: they neither vote on it nor sponsor it.

    Declared by the member, or noted by whoever keeps the session; said twice, the first stands and
    nothing changes. Raises `Refused` when it is neither, the session is closed, or no
    reason is given.
    """
    session = locked(item.session)
    require(
        member.user_id == by.pk or can_keep_session(by, session),
        f"Un déport est déclaré par la personne, ou noté par {KEEPERS}.",
    )
    require(reason.strip(), "Dites pourquoi : quel lien avec l’action ou sa structure ?")
    item = session.items.get(pk=item.pk)
    require(
        member.user_id == by.pk or has_neither_link_nor_recusal(by, item.action),
        "Vous êtes lié à cette action, ou déporté : une autre personne note ce déport.",
    )
    recusal, has_just_left = ItemRecusal.objects.get_or_create(
        item=item, member=member, defaults={"declared_by": by, "reason": reason.strip()}
    )
    if has_just_left:
        # What they sponsored, voted on or consented to is to be noted again without them.
        _unsign(item)
    return recusal


def _unsign(item: AgendaItem) -> None:
    item.proposed_by = item.seconded_by = None
    item.votes_for = item.votes_against = item.abstentions = None
    if item.method == Method.CONSENT:
        item.method = ""
    item.version += 1
    item.save()


@refusals_in_words()
def vote_envelope(
    *,
    session: CommitteeSession,
    by: User,
    amount: Decimal,
    votes: tuple[int, int, int],
    challenge: Challenge | None = None,
) -> EnvelopeVote:
    """Record a vote on the envelope of the session, or of one challenge.

    `amount` in euros; `votes` are those for, against, and the abstentions of the voters present.
    Raises `Refused` when `by` may not, the session isn't held, the votes aren't those
    of the voters present, or the challenge has no envelope of its own.
    """
    session = in_session(session, by)
    voters = sum(member.votes and member.is_present for member in session.members.all())
    if sum(votes) != voters or voters < session.quorum:
        raise Refused(
            [
                f"Le décompte fait {sum(votes)} voix pour {voters} "
                f"votant{plural(voters)} présent{plural(voters)}."
            ]
            if sum(votes) != voters
            else ["Le quorum n’est pas atteint : la commission ne peut pas voter."]
        )
    if challenge and not session.challenge_envelopes.filter(challenge=challenge).exists():
        raise Refused(["Ce défi n’a pas d’enveloppe à lui dans cette séance."])
    vote = EnvelopeVote(
        session=session,
        challenge=challenge,
        amount=amount,
        votes_for=votes[0],
        votes_against=votes[1],
        abstentions=votes[2],
        recorded_by=by,
    )
    vote.full_clean()
    vote.save()
    items = list(session.items.for_list())
    if reasons := overspending(session, items):
        raise Refused(reasons)
    return vote


@refusals_in_words()
def close_session(*, session: CommitteeSession, by: User) -> CommitteeSession:
    """Close the session: its chair carries every decision that nobody else carries.

    Raises `Refused` with what each item still lacks, or when the chair isn't noted present.
    """
    session = locked(session)
    require(can_close_session(by, session), "Clore la séance revient à son président.")
    require(session.is_in_session, NOT_IN_SESSION)
    items = list(session.items.for_list().order_by("position"))
    by_item = eligible_voters_of(session, items)
    reasons = _absence_of_chair(session, by) + _votes_of_the_absent(session)
    reasons += overspending(session, items)
    for item in items:
        eligible = by_item[item.pk]
        found = missing_for(item, eligible)
        if not found and item.is_decided:
            found = _sponsored_at_closing(item, eligible, by)
        reasons += [f"Point {item.position} : {sentence}" for sentence in found]
    if reasons:
        raise Refused(reasons)
    for item in items:
        item.save(update_fields=["proposed_by"])
    session.state = SessionState.CLOSED
    session.closed_at, session.closed_by = timezone.now(), by
    session.save(update_fields=["state", "closed_at", "closed_by"])
    return session


def _absence_of_chair(session: CommitteeSession, chair: User) -> list[str]:
    if session.members.filter(user=chair, attendance=Attendance.PRESENT).exists():
        return []
    return [
        "Vous n’êtes pas noté présent : notez votre présence, ou choisissez un autre président "
        "parmi les membres présents."
    ]


def _votes_of_the_absent(session: CommitteeSession) -> list[str]:
    counted = {
        vote.challenge: vote
        for vote in session.envelope_votes.select_related("challenge")
        if vote.is_adopted
    }
    voters = session.members.filter(votes=True, attendance=Attendance.PRESENT).count()
    return [
        f"Enveloppe ({challenge or 'séance'}) : le vote compte {vote.votes_cast} voix pour "
        f"{voters} votant{plural(voters)} présent{plural(voters)}. Corrigez les présences, ou "
        "faites voter de nouveau."
        for challenge, vote in counted.items()
        if vote.votes_cast > voters
    ]


def _sponsored_at_closing(item: AgendaItem, eligible: EligibleVoters, chair: User) -> list[str]:
    # Who carried it may have left since, or have lost their role.
    if item.proposed_by is not None and may_decide_on_item(item, eligible, item.proposed_by):
        return []
    if may_decide_on_item(item, eligible, chair):
        item.proposed_by = chair
        return []
    return [
        "le président ne peut pas porter cette décision (lien, évaluation ou déport) : "
        "un autre membre la porte, depuis la page du point."
    ]


@refusals_in_words()
def reopen_session(*, session: CommitteeSession, by: User) -> CommitteeSession:
    """Reopen a closed session that isn't published: what was confirmed is to be confirmed again.

    Raises `Refused` when `by` isn't its chair (nor an agent, once the chair has left the
    committee), or it isn't closed.
    """
    session = locked(session)
    require(can_reopen_session(by, session), "Rouvrir la séance revient à son président.")
    require(
        session.state == SessionState.CLOSED,
        "Cette séance n’attend pas d’être publiée.",
    )
    session.items.update(seconded_by=None)
    session.state = SessionState.SITTING
    session.closed_at = session.closed_by = None
    session.save(update_fields=["state", "closed_at", "closed_by"])
    return session
