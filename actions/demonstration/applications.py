"""The applications of the demonstration, taken through the real workflow."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.demonstration.contents import key_of
from actions.demonstration.walks import Walk
from actions.enums import ActionStatus
from actions.models import Action
from actors.models import User

S = ActionStatus
_EVALUATED = ("write", "send", "admit", "evaluate_all", "close")
# How far each status of the file asks to go when it is lived in one instant; each step leads to
# the next.
PATHS: dict[str, tuple[str, ...]] = {
    S.DRAFT: ("write",),
    S.SUBMITTED: ("write", "send"),
    S.IN_CORRECTION: ("write", "send", "ask_correction"),
    S.WITHDRAWN: ("write", "send", "withdraw"),
    S.IN_EVALUATION: ("write", "send", "admit", "evaluate_some"),
    S.EVALUATED: _EVALUATED,
    S.POSTPONED: (*_EVALUATED, "postpone"),
    S.PRIORITISED: (*_EVALUATED, "prioritise"),
    S.IN_PROGRESS: (*_EVALUATED, "prioritise", "start"),
    S.COMPLETED: (*_EVALUATED, "prioritise", "start", "complete"),
    S.ABANDONED: (*_EVALUATED, "prioritise", "abandon"),
    S.REFUSAL_ANNOUNCED: (*_EVALUATED, "announce_refusal"),
    S.DECLINED: (*_EVALUATED, "announce_refusal", "reply", "confirm_refusal"),
}


@transaction.atomic
def load_proposal(row: Mapping[str, Any], carrier: User, people: Mapping[str, User]) -> bool:
    """Take one row to its status, all of it now; return False when its action is there already."""
    if Action.objects.filter(uuid=key_of(row)).exists():
        return False
    walk = Walk(row, carrier, people, today=timezone.localdate())
    for step in PATHS[row["status"]]:
        getattr(walk, step)()
    return True
