"""Close a session, or reopen it before it is published."""

from django.utils import timezone

from actions.committee.queries.budgets import overspending
from actions.committee.queries.quorum import Room, may_decide_on_item, missing_for, rooms_of
from actions.committee.services.conduct import NOT_SITTING
from actions.committee.services.session_row import locked, require
from actions.enums import SessionState
from actions.models import AgendaItem, CommitteeSession
from actions.rules import closes_session, reopens_session
from actions.workflow import TransitionRefused, refusals_in_words


@refusals_in_words()
def close_sitting(*, session: CommitteeSession, by) -> CommitteeSession:
    """Close the session: its chair carries every decision that nobody else carries.

    Raises `TransitionRefused` with what each point still lacks.
    """
    session = locked(session)
    require(closes_session(by, session), "Clore la séance revient à son président.")
    require(session.is_sitting, NOT_SITTING)
    items = list(session.items.for_list().order_by("position"))
    rooms = rooms_of(session, items)
    reasons = overspending(session, items)
    for item in items:
        room = rooms[item.pk]
        found = missing_for(item, room)
        if not found and item.is_decided:
            found = _carried_at_closing(item, room, by)
        reasons += [f"Point {item.position} : {sentence}" for sentence in found]
    if reasons:
        raise TransitionRefused(reasons)
    for item in items:
        item.save(update_fields=["proposed_by"])
    session.state = SessionState.CLOSED
    session.closed_at, session.closed_by = timezone.now(), by
    session.save(update_fields=["state", "closed_at", "closed_by"])
    return session


def _carried_at_closing(item: AgendaItem, room: Room, chair) -> list[str]:
    # Who carried it may have left since, or have lost their role.
    if item.proposed_by is not None and may_decide_on_item(item, room, item.proposed_by):
        return []
    if may_decide_on_item(item, room, chair):
        item.proposed_by = chair
        return []
    return [
        "le président ne peut pas porter cette décision (lien, évaluation ou déport) : "
        "un autre membre la porte, depuis la page du point."
    ]


@refusals_in_words()
def reopen_sitting(*, session: CommitteeSession, by) -> CommitteeSession:
    """Reopen a closed session that isn't published: what was confirmed is to be confirmed again.

    Raises `TransitionRefused` when `by` isn't its chair (nor an agent, once the chair has left the
    committee), or it isn't closed.
    """
    session = locked(session)
    require(reopens_session(by, session), "Rouvrir la séance revient à son président.")
    require(
        session.state == SessionState.CLOSED,
        "Cette séance n’attend pas d’être publiée.",
    )
    session.items.update(seconded_by=None)
    session.state = SessionState.SITTING
    session.closed_at = session.closed_by = None
    session.save(update_fields=["state", "closed_at", "closed_by"])
    return session
