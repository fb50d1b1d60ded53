"""Hold a session: who is there, who leaves the room, what the committee makes of each action."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.utils import timezone

from actions.committee.queries.budgets import overspending
from actions.committee.queries.quorum import Room, may_decide_on_item, missing_for, rooms_of
from actions.committee.services.session_row import KEEPERS, locked, require
from actions.enums import Attendance, Method, Outcome, SessionState, Transition
from actions.models import (
    AgendaItem,
    CommitteeSession,
    EnvelopeVote,
    ItemRecusal,
    SessionMember,
)
from actions.rules import is_disinterested, keeps_session
from actions.workflow import TransitionRefused, refusals_in_words, rule_for

NOT_SITTING = "La séance n’est pas ouverte."
LEFT_THE_ROOM = "Vous vous êtes déporté de ce point : une autre personne le note."
INTERESTED = (
    "Vous êtes lié à cette action, ou vous en êtes déporté : une autre personne note ce point."
)


@dataclass(frozen=True)
class ItemRecord:
    """What the session makes of one action, as noted: anything may still be missing.

    `amount` in euros, for `prioritise` only; the voices are counted for a vote only.
    """

    outcome: str = ""
    amount: Decimal | None = None
    reason: str = ""
    method: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None


class StaleItem(Exception):  # noqa: N818 - an answer to show, not a fault
    """The point was saved elsewhere since the screen was opened; nothing was written."""

    def __init__(self, item: AgendaItem):
        super().__init__("Ce point a été modifié ailleurs.")
        self.item = item


# --- The room -----------------------------------------------------------------------------------


@refusals_in_words()
def open_sitting(*, session: CommitteeSession, by) -> CommitteeSession:
    """Open the session. Raises `TransitionRefused` when `by` may not, or its agenda is empty."""
    session = locked(session)
    require(keeps_session(by, session), f"Ouvrir la séance revient à {KEEPERS}.")
    require(session.state == SessionState.PREPARING, "Cette séance a déjà été ouverte.")
    require(session.items.exists(), "L’ordre du jour est vide : ajoutez-y des actions.")
    session.state, session.opened_at = SessionState.SITTING, timezone.now()
    session.save(update_fields=["state", "opened_at"])
    return session


@refusals_in_words()
def note_attendance(*, session: CommitteeSession, by, attendance: Mapping[int, str]) -> None:
    """Note who came: `attendance` maps member keys to `Attendance`.

    Raises `TransitionRefused` when `by` may not, or the session isn't held.
    """
    session = _sitting(session, by)
    for member in session.members.filter(pk__in=attendance):
        member.attendance = Attendance(attendance[member.pk])
        member.save(update_fields=["attendance"])


@refusals_in_words()
def step_aside(*, item: AgendaItem, member: SessionMember, by, reason: str) -> ItemRecusal:
    """Note that a member leaves the room for a point: they neither vote on it nor carry it.

    Declared by the member, or noted by whoever keeps the session; said twice, the first stands and
    nothing changes. Raises `TransitionRefused` when it is neither, the session is closed, or no
    reason is given.
    """
    session = locked(item.session)
    require(
        member.user_id == by.pk or keeps_session(by, session),
        f"Un déport est déclaré par la personne, ou noté par {KEEPERS}.",
    )
    require(reason.strip(), "Dites pourquoi : quel lien avec l’action ou sa structure ?")
    item = session.items.get(pk=item.pk)
    recusal, has_just_left = ItemRecusal.objects.get_or_create(
        item=item, member=member, defaults={"declared_by": by, "reason": reason.strip()}
    )
    if has_just_left:
        # What they carried, voted on or consented to is to be noted again without them.
        _unsign(item)
    return recusal


def _unsign(item: AgendaItem) -> None:
    item.proposed_by = item.seconded_by = None
    item.votes_for = item.votes_against = item.abstentions = None
    if item.method == Method.CONSENT:
        item.method = ""
    item.version += 1
    item.save()


# --- A point ------------------------------------------------------------------------------------


def record_item(*, item: AgendaItem, by, version: int, record: ItemRecord) -> AgendaItem:
    """Note what the session makes of an action; called at each change, so parts may be missing.

    `version` is the one the screen was opened with. Whoever carried the decision no longer does
    once it changes. Raises `StaleItem` when it was saved elsewhere in the meantime, and
    `TransitionRefused` when the action can't have that outcome, the amounts go above an envelope,
    there are more voices than voters, `by` stepped aside or may not keep the session.
    """
    with refusals_in_words():
        return _record_item(item, by, version, record)


def _record_item(item, by, version, record) -> AgendaItem:
    session = _sitting(item.session, by)
    items = list(session.items.for_list().order_by("position"))
    (item,) = (other for other in items if other.pk == item.pk)
    require(not item.recusals.filter(member__user=by).exists(), LEFT_THE_ROOM)
    require(is_disinterested(by, item.action), INTERESTED)
    if item.version != version:
        raise StaleItem(item)
    before = {name: getattr(item, name) for name in asdict(record)}
    for name, value in asdict(record).items():
        setattr(item, name, value)
    if item.outcome != Outcome.PRIORITISE:
        item.amount = None
    if item.method != Method.VOTE:
        item.votes_for = item.votes_against = item.abstentions = None
    if (
        reasons := _outcome_refusals(item)
        + _voice_refusals(item, session)
        + overspending(session, items)
    ):
        raise TransitionRefused(reasons)
    if before != {name: getattr(item, name) for name in before}:
        item.proposed_by = None
    item.version += 1
    item.full_clean()
    item.save()
    return item


def _outcome_refusals(item: AgendaItem) -> list[str]:
    if not item.is_decided:
        return []
    transition = Transition(item.outcome)
    rule = rule_for(item.action, transition)
    if rule is None:
        return [
            f"L’action est à l’état « {item.action.get_status_display()} » : "
            f"« {transition.label} » n’est pas possible."
        ]
    return rule.blockers(item.action)


def _voice_refusals(item: AgendaItem, session: CommitteeSession) -> list[str]:
    voices = (item.votes_for or 0) + (item.votes_against or 0) + (item.abstentions or 0)
    if not voices:
        return []
    voters = len(rooms_of(session, [item])[item.pk].voters)
    if voices <= voters:
        return []
    return [f"Il y a {voices} voix pour {voters} votants présents : corrigez le décompte."]


@refusals_in_words()
def carry_item(*, item: AgendaItem, by) -> AgendaItem:
    """Have a voting member carry a decision in the place of the chair, who may not.

    Raises `TransitionRefused` when the point lacks something, or `by` may not decide on it.
    """
    session = locked(item.session)
    item = session.items.for_list().get(pk=item.pk)
    require(session.is_sitting, NOT_SITTING)
    room = rooms_of(session, [item])[item.pk]
    if reasons := missing_for(item, room) or _carrying_refusals(item, room, by):
        raise TransitionRefused(reasons)
    item.proposed_by = by
    item.version += 1
    item.save(update_fields=["proposed_by", "version"])
    return item


def _carrying_refusals(item: AgendaItem, room: Room, by) -> list[str]:
    if not item.is_decided:
        return ["Il n’y a rien à porter : ce point n’a pas de décision."]
    if may_decide_on_item(item, room, by):
        return []
    return [
        "Porter la décision revient à un membre présent, ayant droit de vote, sans lien avec "
        "l’action et qui ne l’a pas évaluée."
    ]


@refusals_in_words()
def vote_envelope(
    *, session: CommitteeSession, by, amount: Decimal, voices: tuple[int, int, int], challenge=None
) -> EnvelopeVote:
    """Record a vote on the envelope of the session, or of one challenge.

    `amount` in euros; `voices` are those for, against, and the abstentions of the voters present.
    Raises `TransitionRefused` when `by` may not, the session isn't held, the voices aren't those
    of the voters present, or the challenge has no envelope of its own.
    """
    session = _sitting(session, by)
    voters = sum(member.votes and member.is_present for member in session.members.all())
    if sum(voices) != voters or voters < session.quorum:
        raise TransitionRefused(
            [f"Le décompte fait {sum(voices)} voix pour {voters} votants présents."]
            if sum(voices) != voters
            else ["Le quorum n’est pas atteint : la commission ne peut pas voter."]
        )
    if challenge and not session.challenge_envelopes.filter(challenge=challenge).exists():
        raise TransitionRefused(["Ce défi n’a pas d’enveloppe à lui dans cette séance."])
    vote = EnvelopeVote(
        session=session,
        challenge=challenge,
        amount=amount,
        votes_for=voices[0],
        votes_against=voices[1],
        abstentions=voices[2],
        recorded_by=by,
    )
    vote.full_clean()
    vote.save()
    items = list(session.items.for_list())
    if reasons := overspending(session, items):
        raise TransitionRefused(reasons)
    return vote


def _sitting(session: CommitteeSession, by) -> CommitteeSession:
    session = locked(session)
    require(keeps_session(by, session), f"Tenir la séance revient à {KEEPERS}.")
    require(session.is_sitting, NOT_SITTING)
    return session
