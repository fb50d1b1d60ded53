"""The agenda of a session: put actions on it, take them off, move them."""

from collections.abc import Iterable

from django.db.models import F, Max, QuerySet

from actions.committee.services.members_told import tell_of_agenda_change
from actions.committee.services.session_row import writable
from actions.enums import ActionStatus, SessionState
from actions.models import Action, AgendaItem, AgendaRemoval, CommitteeSession
from actions.rules import has_no_tie
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.refusals import Refused, refusals_in_words, require

LEFT_TO_SOMEBODY_ELSE = (
    "Vous êtes lié au porteur ou à un partenaire de cette action : une autre personne met le point "
    "à l’ordre du jour, le déplace ou le retire."
)

DECIDED_ALREADY = "Une suite est notée sur ce point : reportez-le plutôt, avec un motif."


@refusals_in_words()
def put_on_agenda(
    *, session: CommitteeSession, actions: Iterable[Action], by: User
) -> list[AgendaItem]:
    """Add actions to the agenda, in the committee's ranking: evaluated or postponed ones to decide
    on, those under way to grant them more.

    The members are told, if they know the agenda already.
    Raises `Refused`, and adds none, when `by` may not or is tied to one of them, the session is
    closed, or one of them is on another open agenda, can't be decided on, or awaits a decision
    outside any session.
    """
    session = writable(session, by)
    found = list(
        Action.objects.filter(pk__in=[action.pk for action in actions])
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    reasons = [
        f"{action.reference} : {LEFT_TO_SOMEBODY_ELSE}"
        for action in found
        if not has_no_tie(by, action)
    ] + [sentence for action in found for sentence in _reasons_against(action, session)]
    if reasons:
        raise Refused(reasons)
    last = session.items.aggregate(last=Max("position"))["last"] or 0
    ranked = list(
        Action.objects.filter(pk__in=[action.pk for action in found])
        .select_related("carrier")
        .ranked()
    )
    added = [
        AgendaItem.objects.create(session=session, action=action, position=position)
        for position, action in enumerate(ranked, last + 1)
    ]
    if ranked:
        tell_of_agenda_change(session, added=ranked)
    return added


def sessions_to_write(action: Action, user: User) -> QuerySet[CommitteeSession]:
    """Return the sessions on whose agenda `user` may put `action`, the next one first."""
    sessions = CommitteeSession.objects.filter(
        state__in=SessionState.WRITABLE, programme=action.programme_id
    )
    if not is_agent(user):
        sessions = sessions.filter(chair=user)
    return sessions.order_by("held_on", "starts_at", "pk")


def _reasons_against(action: Action, session: CommitteeSession) -> list[str]:
    if action.status not in (*ActionStatus.DECIDABLE, *ActionStatus.AMENDABLE):
        return [f"{action.reference} : elle n’est ni évaluée, ni en vivier, ni en cours."]
    if action.programme_id != session.programme_id:
        return [f"{action.reference} : elle relève d’un autre programme."]
    if action.decisions.pending().exists():
        return [f"{action.reference} : une décision hors séance attend déjà d’être confirmée."]
    if action.amendments.pending().exists():
        return [f"{action.reference} : un avenant attend déjà d’être confirmé."]
    item = action.agenda_items.open().select_related("session").first()
    if item is not None:
        return [f"{action.reference} : elle est à l’ordre du jour de la {_low(item.session)}."]
    return []


def _low(session: CommitteeSession) -> str:
    return str(session).lower()


@refusals_in_words()
def take_off_agenda(*, item: AgendaItem, by: User) -> None:
    """Take a point off the agenda: its action may go on another one.

    The members are told, if they know the agenda already, and the session keeps that it was on it.
    Raises `Refused` when `by` may not, the session is closed, somebody stepped aside for it or
    something became of it (the register keeps that: adjourn it instead, which asks for a reason).
    """
    session = writable(item.session, by)
    item = session.items.select_related("action__carrier").get(pk=item.pk)
    if reasons := reasons_to_stay(item, by):
        raise Refused(reasons)
    item.delete()
    session.items.filter(position__gt=item.position).update(position=F("position") - 1)
    # Documents say when what they tell of last changed: no row of the agenda does any more.
    session.save(update_fields=["saved_at"])
    if session.agenda_sent_at is not None:
        AgendaRemoval.objects.create(session=session, action=item.action, by=by)
    tell_of_agenda_change(session, taken_off=[item.action])


def reasons_to_stay(item: AgendaItem, by: User) -> list[str]:
    """Say why `by` doesn't take a point off: whose it is to do, or what the register keeps."""
    if not has_no_tie(by, item.action):
        return [LEFT_TO_SOMEBODY_ELSE]
    if item.recusals.exists():
        return ["Un déport est noté sur ce point : reportez-le plutôt à une autre séance."]
    return [DECIDED_ALREADY] if item.outcome else []


@refusals_in_words()
def move_item(*, item: AgendaItem, by: User, up: bool) -> AgendaItem:
    """Swap an item with the one before it (`up`) or after it; nothing at either end. Return it.

    Raises `Refused` when `by` may not or is tied to the action of either, or the session is closed.
    """
    session = writable(item.session, by)
    item = session.items.select_related("action").get(pk=item.pk)
    require(has_no_tie(by, item.action), LEFT_TO_SOMEBODY_ELSE)
    places = session.items.select_related("action")
    other = places.filter(position=item.position + (-1 if up else 1)).first()
    if other is not None:
        # Each takes the other's place: both move.
        require(has_no_tie(by, other.action), LEFT_TO_SOMEBODY_ELSE)
        item.position, other.position = other.position, item.position
        item.save(update_fields=["position"])
        other.save(update_fields=["position"])
    return item
