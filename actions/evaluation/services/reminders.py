"""Remind evaluators: of what is soon due, once; of anything that is awaited, when an agent asks."""

from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from actions.enums import AssignmentKind
from actions.evaluation.services import evaluators_told
from actions.evaluation.services.assignments import awaited
from actions.models import AssignmentAct, Evaluation
from actions.querysets.evaluation import DAYS_BEFORE_DUE
from actors.models import User
from ess_portal.base.dated import REMINDED_TODAY
from ess_portal.base.refusals import Refused, refusals_in_words


@transaction.atomic
def remind_evaluators() -> int:
    """Write one mail to each evaluator who has something to send soon; return how many mails.

    Listed are their open evaluations, unsent, due within `DAYS_BEFORE_DUE` days and of which no
    reminder left within these: running it again the same day writes nothing. What is late already
    is the agents' matter. The rows are locked, so two runs at once write no mail twice.
    """
    last_day = timezone.localdate() + timedelta(days=DAYS_BEFORE_DUE)
    due = Evaluation.objects.to_remind(last_day).values("pk")
    evaluations = list(
        Evaluation.objects.select_for_update(of=("self",))
        .filter(pk__in=due)
        .not_reminded_lately()
        .select_related("evaluator", "action__carrier")
        .order_by("evaluator", "due_on", "pk")
    )
    mails = 0
    for evaluator, theirs in groupby(evaluations, key=lambda one: one.evaluator):
        evaluators_told.remind_evaluator(evaluator, list(theirs))
        mails += 1
    Evaluation.objects.filter(pk__in=[one.pk for one in evaluations]).update(
        reminded_at=timezone.now()
    )
    return mails


@refusals_in_words()
def remind_by_hand(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Remind one evaluator of what is awaited from them, late or not: a mail, noted.

    Raises `Refused` when a reminder left today already, nothing is awaited any more, or `by` isn't
    an agent without interest.
    """
    evaluation = awaited(evaluation, by)
    last = evaluation.reminded_at
    if last is not None and timezone.localtime(last).date() == timezone.localdate():
        raise Refused([REMINDED_TODAY])
    evaluation.reminded_at = timezone.now()
    evaluation.save(update_fields=["reminded_at"])
    AssignmentAct.objects.create(
        action=evaluation.action,
        evaluator=evaluation.evaluator,
        kind=AssignmentKind.REMINDED,
        by=by,
    )
    evaluators_told.remind_by_hand(evaluation)
    return evaluation
