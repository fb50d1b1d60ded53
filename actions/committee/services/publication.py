"""Publish a session: every decision is confirmed, or none is."""

from dataclasses import dataclass

from django.utils import timezone

from actions.committee.queries.budgets import overspending
from actions.committee.queries.confirmation import confirmable, may_confirm
from actions.committee.services.decisions import propose_decision
from actions.committee.services.increases import increase
from actions.committee.services.session_row import locked
from actions.enums import Outcome, SessionState
from actions.models import Action, AgendaItem, CommitteeSession
from actions.workflow import apply_transition
from actors.models import User
from ess_portal.base.presence import present
from ess_portal.base.refusals import Refused, refusals_in_words, require

NOTHING_TO_CONFIRM = (
    "Vous ne pouvez confirmer aucun de ces points : il faut un membre présent ayant droit de vote, "
    "autre que celui qui porte la décision, sans lien avec l’action et qui ne l’a pas évaluée."
)


@dataclass(frozen=True)
class Confirmation:
    """What one member's confirmation led to: the publication, or the items still to confirm."""

    session: CommitteeSession
    waiting: tuple[AgendaItem, ...]

    @property
    def is_published(self) -> bool:
        """Whether everything is now decided and public."""
        return self.session.state == SessionState.PUBLISHED


@refusals_in_words()
def confirm_session(*, session: CommitteeSession, by: User) -> Confirmation:
    """Confirm, as a second member, all that `by` may confirm; publish once nothing waits.

    A member who is bound to one action confirms the others; a third one then confirms that one.
    Publishing takes every action through the workflow, writes the mails and frees the agenda, in
    one transaction. Raises `Refused`, and publishes nothing, when `by` may confirm
    nothing or one single decision no longer holds.
    """
    session = locked(session)
    require(
        session.state == SessionState.CLOSED,
        "Cette séance n’attend pas d’être confirmée.",
    )
    _lock_actions(session)
    items = list(session.items.for_list().order_by("position"))
    _second(session, items, by)
    waiting = tuple(item for item in items if item.is_decided and item.seconded_by_id is None)
    if not waiting:
        _publish(session, items)
    return Confirmation(session, waiting)


def _lock_actions(session: CommitteeSession) -> None:
    # All of them before the people of any: a merger takes them in that order too.
    rows = Action.objects.filter(agenda_items__session=session).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _second(session: CommitteeSession, items: list[AgendaItem], by: User) -> None:
    require(may_confirm(session, items, by), NOTHING_TO_CONFIRM)
    for item in confirmable(session, items, by):
        item.seconded_by = by
        item.save(update_fields=["seconded_by"])


def _publish(session: CommitteeSession, items: list[AgendaItem]) -> None:
    reasons = overspending(session, items)
    if reasons:
        raise Refused(reasons)
    for item in items:
        try:
            _decide(item)
        except Refused as refused:
            reasons += [f"Point {item.position} : {reason}" for reason in refused.reasons]
    if reasons:
        raise Refused(reasons)
    session.items.update(is_open=False)
    session.state, session.published_at = SessionState.PUBLISHED, timezone.now()
    session.save(update_fields=["state", "published_at"])


def _decide(item: AgendaItem) -> None:
    if not item.is_decided:
        return
    if item.outcome == Outcome.INCREASE:
        item.amendment = increase(item)
        item.save(update_fields=["amendment"])
        return
    item.decision = propose_decision(
        action=item.action,
        kind=item.outcome,
        by=present(item.proposed_by),
        reason=item.reason,
        public_reason=item.public_reason,
        amount=item.amount,
        item=item,
    )
    item.save(update_fields=["decision"])
    apply_transition(
        item.action, item.outcome, by=present(item.seconded_by), decision=item.decision
    )
