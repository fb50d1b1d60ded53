"""Reads of what is counted in advance."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from actions.querysets.visibility import seen_by_role
from actors.models import User, Visitor

if TYPE_CHECKING:
    from actions.models import QueuedEvaluation, Tally

_Summary = TypeVar("_Summary", bound=models.Model)
IS_CLOSED = Q(is_closed=True)


def counts_seen_by(user: Visitor, *, brief: bool) -> Q:
    """Which counts are of actions that `user` may see by their roles alone, as a condition."""
    return seen_by_role(user, brief=brief, closed=IS_CLOSED)


class SummaryQuerySet(models.QuerySet[_Summary]):
    """Words for what is counted in advance."""

    def seen_by(self, user: Visitor, *, brief: bool = True) -> Self:
        """What is counted of actions that `user` may see by their roles alone; what they see as a
        carrier or an evaluator comes on top (`ActionQuerySet.seen_besides`).
        """
        return self.filter(counts_seen_by(user, brief=brief))


class TallyQuerySet(models.QuerySet["Tally"]):
    """Words for what is counted of one action."""

    def unshared(self) -> Self:
        """Those of actions in evaluation given to fewer people than their grid's quorum, those that
        were filed first, first: read in one index.
        """
        return self.filter(unshared_since__isnull=False).order_by("unshared_since", "action")


class QueuedQuerySet(models.QuerySet["QueuedEvaluation"]):
    """Words for places in queues of evaluations."""

    def of_evaluator(self, user: User) -> Self:
        """Those of `user`, in the order of their queue: read in one index."""
        queued = self.filter(evaluator=user.pk)
        return queued.order_by("is_closed", "was_sent", "due_on", "evaluation")

    def open(self) -> Self:
        """Initial ones that can still be written."""
        return self.filter(is_initial=True, is_closed=False)

    def late(self) -> Self:
        """Those that are awaited although their date is past."""
        return self.open().filter(was_sent=False, due_on__lt=timezone.localdate())

    def progress(self) -> dict[str, int]:
        """How many were `asked` for, and how many of them were `sent`."""
        sent = Count("pk", filter=Q(was_sent=True))
        return self.order_by().aggregate(asked=Count("pk"), sent=sent)
