"""Prepare a session of the committee: who sits, with what envelope; give it up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from actions.committee.queries.settled import settled_in
from actions.committee.services.members_told import (
    convoke,
    tell_of_agenda,
    tell_of_cancellation,
    tell_of_changes,
    tell_who_leaves,
)
from actions.committee.services.session_row import KEEPERS, NOT_WRITABLE, locked, writable
from actions.enums import Outcome, SessionState
from actions.models import Action, ChallengeEnvelope, CommitteeSession, SessionMember
from actions.rules import can_keep_session
from actors.models import User
from actors.rules import is_committee
from challenges.models import Programme
from ess_portal.base.calendar import far_off, is_far_off
from ess_portal.base.french import NO_BREAK, long_date
from ess_portal.base.refusals import Refused, refusals_in_words, require

LEFT_TO_SOMEBODY_ELSE = (
    "Vous êtes lié au porteur ou à un partenaire d’une action de cette séance : une autre personne "
    "annule la séance."
)
DECIDED_IN_IT = (
    "Une suite est notée pour un point au moins ({}) : reportez-le d’abord à une autre séance, "
    "avec un motif, ou menez la séance à son terme."
)


@dataclass(frozen=True)
class SessionContent:
    """What preparing a session settles.

    `columns` are those of `CommitteeSession`; `envelopes` gives euros by challenge key;
    `voters` and `observers` are people, with and without a right to vote.
    """

    columns: Mapping[str, Any]
    envelopes: Mapping[int, Decimal] = field(default_factory=dict)
    voters: Collection[User] = ()
    observers: Collection[User] = ()


@refusals_in_words()
def create_session(*, by: User, content: SessionContent) -> CommitteeSession:
    """Make a session of the current programme, in preparation, and tell its members.

    Raises `Refused` when `by` is no agent nor the chair, no programme is current, or the
    content doesn't hold (the chair must be of the committee; two voters at least).
    """
    session = CommitteeSession(programme=Programme.objects.current(), **content.columns)
    require(
        session.programme_id is not None,
        "Aucun programme n’est en cours : la commission n’a rien à décider.",
    )
    require(can_keep_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    _check_day(session)
    _check(session, content)
    session.full_clean()
    session.save()
    _write_parts(session, content)
    convoke(session, _people_of(session))
    return session


class StaleSession(Exception):  # noqa: N818 - an answer to show, not a fault
    """It was settled otherwise since the page was shown; nothing was written."""

    def __init__(self, session: CommitteeSession):
        super().__init__(str(session))
        self.session = session


def edit_session(
    *, session: CommitteeSession, by: User, content: SessionContent, shown: str | None = None
) -> CommitteeSession:
    """Settle a session anew while it is prepared; then only date, place and chair.

    `shown` is the fingerprint of what the page showed (`settled_in`), None where there is no page.
    Members are told of another date, hour, place or chair; who joins or leaves them is told too.
    Raises `StaleSession` when it was settled otherwise since, than `content` says as well, and
    `Refused` when `by` may not, or the session is closed.
    """
    with refusals_in_words():
        return _edit_session(session, by, content, shown)


def _edit_session(
    session: CommitteeSession, by: User, content: SessionContent, shown: str | None
) -> CommitteeSession:
    session = locked(session)
    said_before, sat_before = _said_of(session), _people_of(session)
    require(can_keep_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    require(session.is_writable, "Cette séance est close : elle ne se modifie plus.")
    # Sent twice, a form finds its own work.
    if shown not in (None, settled_in(session)) and not _is_settled_so(session, content):
        raise StaleSession(session)
    for name, value in content.columns.items():
        setattr(session, name, value)
    _check_day(session)
    if session.state == SessionState.PREPARING:
        _check(session, content)
        _write_parts(session, content)
    elif not session.members.filter(user=session.chair, votes=True).exists():
        raise Refused(["Le président est choisi parmi les membres ayant droit de vote."])
    session.full_clean()
    session.save()
    _tell_of_edition(session, said_before, sat_before)
    return session


def _is_settled_so(session: CommitteeSession, content: SessionContent) -> bool:
    if any(getattr(session, name) != value for name, value in content.columns.items()):
        return False
    if session.state != SessionState.PREPARING:
        return True
    envelopes = dict(session.challenge_envelopes.values_list("challenge", "amount"))
    members = dict(session.members.values_list("user", "votes"))
    return envelopes == content.envelopes and members == _rights(session, content)


def _check_day(session: CommitteeSession) -> None:
    # Calendars count the hours of a session in UTC, which the ends of time don't leave room for.
    if is_far_off(session.held_on):
        raise Refused.about("held_on", far_off())


def _people_of(session: CommitteeSession) -> set[int]:
    return set(session.members.order_by().values_list("user", flat=True))


def _said_of(session: CommitteeSession) -> dict[str, str]:
    return {
        "Date": f"{long_date(session.held_on, 'l j F Y')} à "
        f"{session.starts_at:%H}{NO_BREAK}h{NO_BREAK}{session.starts_at:%M}",
        "Lieu": session.place,
        "Présidence": str(session.chair),
    }


def _tell_of_edition(
    session: CommitteeSession, said_before: Mapping[str, str], sat_before: set[int]
) -> None:
    said, sit = _said_of(session), _people_of(session)
    changes = [
        f"{label}{NO_BREAK}: {said[label]}, au lieu de {before}"
        for label, before in said_before.items()
        if said[label] != before
    ]
    if not changes and sit == sat_before:
        return
    session.calendar_edition += 1
    session.save(update_fields=["calendar_edition", "saved_at"])
    convoke(session, sit - sat_before)
    tell_who_leaves(session, User.objects.filter(pk__in=sat_before - sit).order_by("pk"))
    if changes:
        tell_of_changes(session, sit & sat_before, changes)


@refusals_in_words()
def send_agenda(*, session: CommitteeSession, by: User) -> CommitteeSession:
    """Write the agenda to the members, once: what then changes in it is told by itself.

    Raises `Refused` when `by` may not, it is empty or was sent, or the session isn't prepared any
    more.
    """
    session = locked(session)
    require(can_keep_session(by, session), f"Envoyer l’ordre du jour revient à {KEEPERS}.")
    require(session.state == SessionState.PREPARING, "Cette séance a déjà été ouverte.")
    require(session.items.exists(), "L’ordre du jour est vide : ajoutez-y des actions.")
    require(
        session.agenda_sent_at is None,
        "L’ordre du jour est déjà envoyé : ce qui y change est écrit aux membres.",
    )
    session.agenda_sent_at = timezone.now()
    session.save(update_fields=["agenda_sent_at", "saved_at"])
    tell_of_agenda(session)
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
        raise Refused(reasons)


def _rights(session: CommitteeSession, content: SessionContent) -> dict[int, bool]:
    rights = {person.pk: False for person in content.observers}
    return rights | {person.pk: True for person in (session.chair, *content.voters)}


def _write_parts(session: CommitteeSession, content: SessionContent) -> None:
    session.challenge_envelopes.all().delete()
    for challenge, amount in content.envelopes.items():
        ChallengeEnvelope.objects.create(session=session, challenge_id=challenge, amount=amount)
    rights = _rights(session, content)
    leaving = session.members.exclude(user__in=rights)
    if bound := leaving.filter(recusals__isnull=False).select_related("user").distinct():
        raise Refused(
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
def cancel_session(*, session: CommitteeSession, by: User) -> None:
    """Give a session up: its actions may go on another agenda. What was noted is kept, and the
    members are told.

    Raises `Refused` when `by` may not or is tied to one of its actions, the session is closed, or
    something is decided in it.
    """
    session = writable(session, by)
    if reasons := reasons_to_keep(session, by):
        raise Refused(reasons)
    session.items.update(is_open=False)
    session.state = SessionState.CANCELLED
    session.calendar_edition += 1
    session.save(update_fields=["state", "calendar_edition", "saved_at"])
    tell_of_cancellation(session)


def reasons_to_keep(session: CommitteeSession, by: User) -> list[str]:
    """Say why `by` doesn't give a session up: it is over, is somebody else's to cancel, or what
    became of a point would go with it.
    """
    if not session.is_writable:
        return [NOT_WRITABLE]
    if Action.objects.tied_to(by).filter(agenda_items__session=session).exists():
        return [LEFT_TO_SOMEBODY_ELSE]
    decided = session.items.filter(outcome__in=Outcome.DECISIONS).order_by("position")
    positions = ", ".join(str(item.position) for item in decided)
    return [DECIDED_IN_IT.format(positions)] if positions else []
