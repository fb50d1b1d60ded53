"""When the authority's silence takes its meaning, as the database counts it for lists.

The same dates as `actions.models.receipt.silent_until`, which explains them: a test compares both.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, Func, Max, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least, TruncDate
from django.utils import timezone

from actions.enums import ActionStatus
from challenges.enums import SilenceMeaning
from challenges.models import MONTHS_OF_SILENCE

if TYPE_CHECKING:
    from actions.models import CorrectionRequest

TERMS = "programme__receipt_terms"
DAY = models.DateField()


def silence_means() -> Coalesce:
    """What silence means for an action: the terms of its programme, or those by default."""
    return Coalesce(F(f"{TERMS}__silence_means"), Value(SilenceMeaning.REJECTION.value))


def silent_until() -> Case:
    """The day when silence takes its meaning; NULL where an answer was given, or none is due."""
    accepts = Q(**{f"{TERMS}__silence_means": SilenceMeaning.ACCEPTANCE})
    unanswered = Q(status__in=ActionStatus.UNANSWERED, submitted_at__isnull=False)
    return Case(
        When(unanswered & accepts & Exists(_corrections(answered_at=None)), then=Value(None)),
        When(unanswered & accepts, then=_months_after(Greatest(_received_on(), _last_answer()))),
        When(unanswered, then=_months_after(_received_on(), _suspended())),
        output_field=DAY,
    )


def is_suspended() -> Exists:
    """Whether the time doesn't run today: a piece is awaited, and its date isn't past."""
    return Exists(_corrections(answered_at=None, due_on__gte=timezone.localdate()))


def _corrections(**conditions: Any) -> "models.QuerySet[CorrectionRequest]":
    requests = apps.get_model("actions", "CorrectionRequest").objects.order_by()
    return requests.filter(action=OuterRef("pk"), **conditions)


def _received_on() -> Coalesce:
    return Coalesce("received_on_paper", TruncDate("submitted_at"))


def _last_answer() -> Subquery:
    answers = _corrections().values("action").annotate(last=Max(TruncDate("answered_at")))
    return Subquery(answers.values("last"))


def _suspended() -> Coalesce:
    # LEAST leaves NULL out: without an answer, until the date that was given.
    ended = Least("due_on", TruncDate("answered_at"), output_field=DAY)
    length = Greatest(ended - TruncDate("requested_at"), Value(timedelta()))
    lengths = _corrections().values("action").annotate(total=Sum(length))
    return Coalesce(Subquery(lengths.values("total")), Value(timedelta()))


def _months_after(day: Func, more: Coalesce | None = None) -> Cast:
    months = Func(
        Coalesce(F(f"{TERMS}__months_of_silence"), Value(MONTHS_OF_SILENCE)),
        template="make_interval(months => %(expressions)s)",
        output_field=models.DurationField(),
    )
    moment = day + months if more is None else day + months + more
    return Cast(moment, DAY)
