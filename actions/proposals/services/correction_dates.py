"""While a correction is awaited: remind the carrier, or give more time (rules.md, section 4)."""

from datetime import date, timedelta

from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, CorrectionActKind
from actions.models import Action, CorrectionAct, CorrectionRequest
from actions.models.correction_guarantees import (
    MOST_DAYS_TO_CORRECT,
    NOT_LATER,
    TOO_FAR,
    TOO_LATE,
)
from actions.rules import LEFT_TO_ANOTHER_AGENT, must_leave_to_another_agent
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.dated import REMINDED_TODAY
from ess_portal.base.refusals import Refused, refusals_in_words

NO_REASON = "Dites pourquoi vous donnez plus de temps : le porteur lira ce motif."


@refusals_in_words()
def remind_carrier(*, action: Action, by: User) -> CorrectionAct:
    """Remind those who write the file of what is to be completed: a mail each, once a day.

    Raises `Refused` when a reminder left today already, the date is past or nothing is awaited any
    more, or `by` isn't an agent without interest.
    """
    asked = _awaited(action, by)
    today = timezone.localdate()
    if asked.acts.filter(kind=CorrectionActKind.REMINDED, at__date=today).exists():
        raise Refused([REMINDED_TODAY])
    act = _act(asked, CorrectionActKind.REMINDED, by)
    notifications.tell_writers_of(act)
    return act


@refusals_in_words()
def give_more_time(*, action: Action, due_on: date, reason: str, by: User) -> CorrectionAct:
    """Give the carrier until a later day, `due_on`, for a `reason` that they are told by mail.

    The authority's time stays suspended until then. Raises `Refused` when there is no reason, the
    day isn't later, or as `remind_carrier` does.
    """
    asked = _awaited(action, by)
    if due_on <= asked.due_on:
        raise Refused.about("due_on", NOT_LATER)
    if due_on > timezone.localdate() + timedelta(days=MOST_DAYS_TO_CORRECT):
        raise Refused.about("due_on", TOO_FAR)
    if not reason.strip():
        raise Refused.about("reason", NO_REASON)
    act = _act(asked, CorrectionActKind.EXTENDED, by, due_on=due_on, reason=reason.strip())
    asked.due_on = due_on
    asked.save(update_fields=["due_on"])
    notifications.tell_writers_of(act)
    return act


def _awaited(action: Action, by: User) -> CorrectionRequest:
    # The action first, as every transition locks it.
    action = Action.objects.select_for_update(of=("self",), no_key=True).get(pk=action.pk)
    if not is_agent(by):
        raise Refused(["Suivre un complément revient à un agent."])
    if must_leave_to_another_agent(by, action):
        raise Refused([LEFT_TO_ANOTHER_AGENT])
    asked = action.correction_requests.select_related("action").first()
    in_time = asked is not None and asked.answered_at is None and not asked.is_overdue()
    if asked is None or action.status != ActionStatus.IN_CORRECTION or not in_time:
        raise Refused([TOO_LATE])
    return asked


def _act(
    asked: CorrectionRequest,
    kind: CorrectionActKind,
    by: User,
    *,
    due_on: date | None = None,
    reason: str = "",
) -> CorrectionAct:
    return CorrectionAct.objects.create(
        asked=asked, kind=kind, at=timezone.now(), by=by, due_on=due_on, reason=reason
    )
