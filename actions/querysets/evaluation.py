"""Reads of evaluations."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from actions.enums import ActionStatus, Round
from actors.enums import Role
from actors.models import MembershipClaim, User

if TYPE_CHECKING:
    from actions.models import Evaluation


DAYS_BEFORE_DUE = 3
"""From how many days before its date an evaluation that isn't sent is reminded of."""


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    """Words for evaluations."""

    def of_evaluator(self, user: User) -> Self:
        """Evaluations assigned to `user` from which they didn't recuse themselves."""
        recused = user.recusals.filter(action=OuterRef("action"))
        return self.filter(~Exists(recused), evaluator=user)

    def taking_part(self) -> Self:
        """Initial evaluations of people who didn't recuse themselves."""
        return self.filter(round=Round.INITIAL).exclude(action__recusals__user=F("evaluator"))

    def count_for(self, field: str, outer: str = "pk") -> Coalesce:
        """How many of these have in `field` what each outer row has in `outer`: an expression."""
        counted = self.filter(**{field: OuterRef(outer)}).order_by().values(field)
        return Coalesce(Subquery(counted.annotate(n=Count("*")).values("n")), 0)

    def open(self) -> Self:
        """Initial evaluations that can still be written."""
        return self.filter(round=Round.INITIAL, action__status=ActionStatus.IN_EVALUATION)

    def to_send(self) -> Self:
        """Evaluations not sent yet."""
        return self.filter(sent_at__isnull=True)

    def to_remind(self, last_day: date) -> Self:
        """Open evaluations due from today to `last_day`, unsent, without a late reminder.

        Only of people who may still write them: nobody who has joined the carrier or a partner
        since, lost the role, or closed their account.
        """
        waiting = self.taking_part().open().to_send().not_reminded_lately()
        able = waiting.filter(
            due_on__range=(timezone.localdate(), last_day),
            evaluator__is_active=True,
            evaluator__groups__name=Role.EVALUATOR,
        )
        asking = MembershipClaim.objects.pending().filter(
            Q(organisation=OuterRef("action__carrier"))
            | Q(organisation__partnered_actions=OuterRef("action")),
            user=OuterRef("evaluator"),
        )
        return (
            able.exclude(Exists(asking))
            .exclude(action__carrier__memberships__user=F("evaluator"))
            .exclude(action__partners__memberships__user=F("evaluator"))
            .exclude(action__co_editors__user=F("evaluator"))
        )

    def not_reminded_lately(self) -> Self:
        """Those of which no reminder left within the days before their date."""
        early = F("due_on") - timedelta(days=DAYS_BEFORE_DUE)
        return self.filter(Q(reminded_at__isnull=True) | Q(reminded_at__date__lt=early))

    def late(self) -> Self:
        """Evaluations that are awaited although their date is past."""
        return self.taking_part().open().to_send().filter(due_on__lt=timezone.localdate())

    def sent(self) -> Self:
        """Evaluations that were sent and not taken back."""
        return self.filter(sent_at__isnull=False)

    def next_to_write(self) -> "Evaluation | None":
        """The one to write first, or None: fewest sent evaluations, then soonest due."""
        sent_beside = self.model.objects.counted().count_for("action", "action")
        unsent = self.open().to_send().annotate(sent_beside=sent_beside)
        return unsent.order_by("sent_beside", "due_on", "pk").first()

    def in_queue_order(self) -> Self:
        """What can be written first, unsent before sent, soonest due first."""
        return self.annotate(
            is_closed=Case(
                When(action__status=ActionStatus.IN_EVALUATION, then=Value(False)),
                default=Value(True),
            ),
            was_sent=Case(When(sent_at__isnull=True, then=Value(False)), default=Value(True)),
        ).order_by("is_closed", "was_sent", "due_on", "pk")

    def counted(self) -> Self:
        """Sent initial evaluations of people who didn't recuse themselves: what the gate reads."""
        return self.taking_part().sent()
