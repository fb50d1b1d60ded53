"""What the council has yet to vote, and what it voted: grants and increases (decision 32)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from actions.enums import ActionStatus, DecisionKind, Outcome
from actions.models import Action, AgendaItem, Amendment, CommitteeSession, Decision, Deliberation
from actors.models import User
from ess_portal.base.french import NO_BREAK, euros
from ess_portal.base.presence import present


@dataclass(frozen=True)
class Proposed:
    """A grant that waits for a deliberation, or an increase (`amendment`), in euros; `decided_on`
    is the day from which the council may have voted it.
    """

    action: Action
    amendment: Amendment | None
    amount: Decimal
    decided_on: date

    @property
    def code(self) -> str:
        """What names it in a form."""
        if self.amendment is None:
            return f"{self.action.reference}"
        return f"{self.action.reference}+{self.amendment.pk}"

    @property
    def label(self) -> str:
        """What it is called on a screen."""
        what = "" if self.amendment is None else "augmentation de "
        return f"{self.action}{NO_BREAK}: {what}{euros(self.amount)}"


def proposed_of(action: Action) -> list[Proposed]:
    """List what of an action's grant the council has yet to vote, the grant first."""
    return _proposed([action])


def proposed_in(session: CommitteeSession) -> list[Proposed]:
    """List what a session granted and the council has yet to vote, in the agenda's order."""
    waiting = Action.objects.proposed_to_council()
    items = list(
        session.items.filter(outcome__in=Outcome.GRANTING, action__in=waiting)
        .select_related("action")
        .order_by("position")
    )
    granted = {item.action_id for item in items if item.decision_id}
    increases = {item.amendment_id for item in items if item.amendment_id}
    return [
        one
        for one in _proposed([item.action for item in items])
        if (one.action.pk in granted if one.amendment is None else one.amendment.pk in increases)
    ]


def noted_in(session: CommitteeSession) -> list[str]:
    """Return number and day of what the council voted of what a session granted."""
    return numbers_of(session.items.filter(outcome__in=Outcome.GRANTING).with_deliberations())


def leaving_out_ties(proposed: Iterable[Proposed], user: User) -> list[Proposed]:
    """Leave out what concerns an action to which `user` is tied: another agent notes it."""
    proposed = list(proposed)
    if not user.has_ties:
        return proposed
    keys = {one.action.pk for one in proposed}
    tied = set(
        Action.objects.filter(pk__in=keys).order_by().tied_to(user).values_list("pk", flat=True)
    )
    return [one for one in proposed if one.action.pk not in tied]


def _proposed(actions: Iterable[Action]) -> list[Proposed]:
    waiting = {
        action.pk: action
        for action in actions
        if action.amount_proposed and action.status in ActionStatus.FUNDED
    }
    if not waiting:
        return []
    grants = {
        decision.action_id: decision
        for decision in Decision.objects.confirmed()
        .filter(action__in=waiting, kind=DecisionKind.PRIORITISE)
        .exclude(action__in=Deliberation.objects.filter(amendment=None).values("action"))
        .select_related("agenda_item__session")
    }
    changes = list(
        Amendment.objects.confirmed()
        .filter(action__in=waiting, new_amount__isnull=False)
        .order_by("pk")
    )
    voted = set(
        Deliberation.objects.filter(amendment__in=changes).values_list("amendment", flat=True)
    )
    found: list[Proposed] = []
    for key, action in waiting.items():
        own = [one for one in changes if one.action_id == key]
        if decision := grants.get(key):
            granted = _left_of(decision.amount or Decimal(0), own)
            found.append(Proposed(action, None, granted, _day_of(decision)))
        for number, one in enumerate(own, start=1):
            left = _left_of(present(one.new_amount), own[number:]) - one.old_amount
            if left > 0 and one.pk not in voted:
                found.append(Proposed(action, one, left, _confirmed_on(one)))
    return found


def _left_of(amount: Decimal, later: Iterable[Amendment]) -> Decimal:
    """What later decreases left of an amount: of an increase they may have taken everything."""
    return min([amount, *(present(one.new_amount) for one in later)])


def _confirmed_on(row: Decision | Amendment) -> date:
    return timezone.localtime(present(row.confirmed_at)).date()


def _day_of(decision: Decision) -> date:
    item = getattr(decision, "agenda_item", None)
    confirmed_on = _confirmed_on(decision)
    return confirmed_on if item is None else min(item.session.held_on, confirmed_on)


def numbers_of(items: Iterable[AgendaItem]) -> list[str]:
    """Return number and day of what the council voted of these points (in the loaded rows)."""
    found = [str(one).removeprefix("Délibération ") for item in items for one in voted_of(item)]
    return list(dict.fromkeys(found))


def voted_of(item: AgendaItem) -> list[Deliberation]:
    """Return what the council voted of a point that grants (in the loaded rows): one, or none."""
    if item.outcome not in Outcome.GRANTING or not (item.decision_id or item.amendment_id):
        return []
    return [one for one in item.action.deliberations.all() if one.amendment_id == item.amendment_id]
