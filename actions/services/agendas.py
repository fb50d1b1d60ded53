"""Prepare a session of the committee: who sits, with what envelope, on which actions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Max

from actions.enums import ActionStatus, SessionState
from actions.models import Action, AgendaItem, ChallengeEnvelope, CommitteeSession, SessionMember
from actions.rules import keeps_session
from actions.workflow import TransitionRefused, refusals_in_words
from actors.rules import is_committee
from challenges.models import Programme

KEEPERS = "un agent ou le président de la séance"


@dataclass(frozen=True)
class SessionContent:
    """What preparing a session settles.

    `columns` are those of `CommitteeSession`; `envelopes` gives euros by challenge key;
    `voters` and `observers` are people, with and without a right to vote.
    """

    columns: Mapping[str, Any]
    envelopes: Mapping[int, Decimal] = field(default_factory=dict)
    voters: Collection = ()
    observers: Collection = ()


def locked(session: CommitteeSession) -> CommitteeSession:
    """Take the session's row: whatever else is written about it waits, or comes before."""
    return CommitteeSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


def require(holds, sentence: str) -> None:
    """Refuse with `sentence` unless it `holds`."""
    if not holds:
        raise TransitionRefused([sentence])


@refusals_in_words()
def create_session(*, by, content: SessionContent) -> CommitteeSession:
    """Make a session of the current programme, in preparation.

    Raises `TransitionRefused` when `by` is no agent nor the chair, no programme is current, or the
    content doesn't hold (the chair must be of the committee; two voters at least).
    """
    session = CommitteeSession(programme=Programme.objects.current(), **content.columns)
    require(
        session.programme_id is not None,
        "Aucun programme n’est en cours : la commission n’a rien à décider.",
    )
    require(keeps_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    _check(session, content)
    session.full_clean()
    session.save()
    _write_parts(session, content)
    return session


@refusals_in_words()
def edit_session(*, session: CommitteeSession, by, content: SessionContent) -> CommitteeSession:
    """Settle a session anew while it is prepared; then only date, place and chair.

    Raises `TransitionRefused` when `by` may not, or the session is closed.
    """
    session = locked(session)
    require(keeps_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    require(session.is_writable, "Cette séance est close : elle ne se modifie plus.")
    for name, value in content.columns.items():
        setattr(session, name, value)
    if session.state == SessionState.PREPARING:
        _check(session, content)
        _write_parts(session, content)
    elif not session.members.filter(user=session.chair, votes=True).exists():
        raise TransitionRefused(["Le président est choisi parmi les membres ayant droit de vote."])
    session.full_clean()
    session.save()
    return session


def _check(session: CommitteeSession, content: SessionContent) -> None:
    reasons = [
        f"{person} n’est pas membre de la commission : il ne peut ni présider ni voter."
        for person in {session.chair, *content.voters}
        if not is_committee(person)
    ]
    if len({session.chair, *content.voters}) < session.quorum:
        reasons.append(
            f"Il faut au moins {session.quorum} membres ayant droit de vote : c’est le quorum."
        )
    if sum(content.envelopes.values()) > session.envelope:
        reasons.append("Les enveloppes des défis dépassent ensemble celle de la séance.")
    if reasons:
        raise TransitionRefused(reasons)


def _write_parts(session: CommitteeSession, content: SessionContent) -> None:
    session.challenge_envelopes.all().delete()
    for challenge, amount in content.envelopes.items():
        ChallengeEnvelope.objects.create(session=session, challenge_id=challenge, amount=amount)
    rights = {person.pk: False for person in content.observers}
    rights |= {person.pk: True for person in (session.chair, *content.voters)}
    leaving = session.members.exclude(user__in=rights)
    if bound := leaving.filter(recusals__isnull=False).select_related("user").distinct():
        raise TransitionRefused(
            [
                f"{member} s’est déporté d’un point : le registre garde ce membre."
                for member in bound
            ]
        )
    leaving.delete()
    for person, votes in rights.items():
        SessionMember.objects.update_or_create(
            session=session, user_id=person, defaults={"votes": votes}
        )


@refusals_in_words()
def put_on_agenda(*, session: CommitteeSession, actions: Iterable[Action], by) -> list[AgendaItem]:
    """Add evaluated or postponed actions to the agenda, in the committee's ranking.

    Raises `TransitionRefused`, and adds none, when `by` may not, the session is closed, or one of
    them is on another open agenda, can't be decided on, or awaits a decision outside any session.
    """
    session = _writable(session, by)
    found = list(
        Action.objects.filter(pk__in=[action.pk for action in actions])
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    reasons = [sentence for action in found for sentence in _reasons_against(action, session)]
    if reasons:
        raise TransitionRefused(reasons)
    last = session.items.aggregate(last=Max("position"))["last"] or 0
    ranked = Action.objects.filter(pk__in=[action.pk for action in found]).ranked()
    return [
        AgendaItem.objects.create(session=session, action=action, position=position)
        for position, action in enumerate(ranked, last + 1)
    ]


def _reasons_against(action: Action, session: CommitteeSession) -> list[str]:
    if action.status not in ActionStatus.DECIDABLE:
        return [f"{action.reference} : elle n’est ni évaluée ni en vivier."]
    if action.programme_id != session.programme_id:
        return [f"{action.reference} : elle relève d’un autre programme."]
    if action.decisions.pending().exists():
        return [f"{action.reference} : une décision hors séance attend déjà d’être confirmée."]
    item = action.agenda_items.open().select_related("session").first()
    if item is not None:
        return [f"{action.reference} : elle est à l’ordre du jour de la {_low(item.session)}."]
    return []


def _low(session: CommitteeSession) -> str:
    return str(session).lower()


@refusals_in_words()
def take_off_agenda(*, item: AgendaItem, by) -> None:
    """Take a point off the agenda: its action may go on another one.

    Raises `TransitionRefused` when `by` may not, the session is closed, or somebody left the room
    for it (the register keeps that: adjourn it instead).
    """
    session = _writable(item.session, by)
    item = session.items.get(pk=item.pk)
    if item.recusals.exists():
        raise TransitionRefused(
            ["Un déport est noté sur ce point : reportez-le plutôt à une autre séance."]
        )
    item.delete()
    session.items.filter(position__gt=item.position).update(position=F("position") - 1)


@refusals_in_words()
def move_item(*, item: AgendaItem, by, up: bool) -> None:
    """Swap a point with the one before it (`up`) or after it; nothing at either end.

    Raises `TransitionRefused` when `by` may not, or the session is closed.
    """
    session = _writable(item.session, by)
    item = session.items.get(pk=item.pk)
    other = session.items.filter(position=item.position + (-1 if up else 1)).first()
    if other is not None:
        item.position, other.position = other.position, item.position
        item.save(update_fields=["position"])
        other.save(update_fields=["position"])


@refusals_in_words()
def cancel_session(*, session: CommitteeSession, by) -> None:
    """Give a session up: its actions may go on another agenda. What was noted is kept.

    Raises `TransitionRefused` when `by` may not, or the session is closed.
    """
    session = _writable(session, by)
    session.items.update(is_open=False)
    session.state = SessionState.CANCELLED
    session.save(update_fields=["state"])


def _writable(session: CommitteeSession, by) -> CommitteeSession:
    session = locked(session)
    require(keeps_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    require(
        session.is_writable,
        "Cette séance est close : son ordre du jour ne change plus.",
    )
    return session
