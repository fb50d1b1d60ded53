"""Remind evaluators of what is soon due, once."""

from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from actions import notifications
from actions.models import Evaluation

DAYS_BEFORE_DUE = 3
"""From how many days before its date an evaluation that isn't sent is reminded of."""


@transaction.atomic
def remind_evaluators() -> int:
    """Write one mail to each evaluator who has something to send soon; return how many mails.

    Listed are their open evaluations, unsent, due within `DAYS_BEFORE_DUE` days and never
    reminded of: running it again the same day writes nothing. What is late already is the
    agents' matter. The rows are locked, so two runs at once write no mail twice.
    """
    last_day = timezone.localdate() + timedelta(days=DAYS_BEFORE_DUE)
    due = Evaluation.objects.to_remind(last_day).values("pk")
    evaluations = list(
        Evaluation.objects.select_for_update(of=("self",))
        .filter(pk__in=due, reminded_at__isnull=True)
        .select_related("evaluator", "action__carrier")
        .order_by("evaluator", "due_on", "pk")
    )
    mails = 0
    for evaluator, theirs in groupby(evaluations, key=lambda one: one.evaluator):
        notifications.remind_evaluator(evaluator, list(theirs))
        mails += 1
    Evaluation.objects.filter(pk__in=[one.pk for one in evaluations]).update(
        reminded_at=timezone.now()
    )
    return mails
