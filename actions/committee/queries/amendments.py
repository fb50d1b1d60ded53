"""What the committee reads of an action's amendments."""

from typing import Any

from actions import rules
from actions.models import Action
from actors.models import User


def amendment_context(action: Action, user: User) -> dict[str, Any]:
    """What the committee reads of an action's amendments, and what `user` may do about them."""
    amendments = list(
        action.amendments.with_carriers().select_related("proposed_by", "confirmed_by")
    )
    pending = next((amendment for amendment in amendments if amendment.is_pending), None)
    may_act = pending is not None and rules.can_amend_towards(user, action, pending.new_carrier)
    return {
        "amendments": amendments,
        "pending_amendment": pending,
        "can_confirm_amendment": may_act
        and pending is not None
        and pending.proposed_by_id != user.pk,
        "can_cancel_amendment": may_act,
        "can_amend": pending is None and rules.may(user, "amend", action),
        "can_increase": pending is None and rules.may(user, "increase", action),
    }
