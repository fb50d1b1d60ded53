"""A decision: one person proposes it, another confirms it (rules.md, section 4)."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from actions.enums import DecisionKind
from actions.models.action import Action
from actions.models.decision_guarantees import DECISION_CONSTRAINTS, DECISION_TRIGGERS
from actions.querysets import DecisionQuerySet

OUTCOMES = {
    DecisionKind.PRIORITISE: "priorisée",
    DecisionKind.POSTPONE: "mise en vivier",
    DecisionKind.ANNOUNCE_REFUSAL: "refus annoncé",
    DecisionKind.APPEAL_UPHELD: "recours accepté",
    DecisionKind.REOPEN_EVALUATION: "évaluation rouverte",
}


class Decision(models.Model):
    """A decision on an action. Don't write it directly: call `actions.services`."""

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="decisions", verbose_name="action"
    )
    kind = models.CharField("décision", max_length=30, choices=DecisionKind)
    amount = models.DecimalField(
        "montant accordé",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le montant accordé doit dépasser 0 €.")],
    )
    reason = models.TextField("motif", max_length=4000, blank=True)
    appeal_on = models.DateField("date du recours", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="proposée par"
    )
    proposed_at = models.DateTimeField("proposée le", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confirmée par",
    )
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    cancelled_at = models.DateTimeField("retirée le", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "décision"
        ordering = ("-proposed_at", "-pk")
        constraints = DECISION_CONSTRAINTS
        indexes = (
            models.Index(
                fields=("-confirmed_at", "-id"),
                condition=Q(confirmed_at__isnull=False),
                name="actions_decision_latest",
            ),
        )
        triggers = DECISION_TRIGGERS

    def __str__(self):
        return f"{self.get_kind_display()} – {self.action}"

    @property
    def outcome(self) -> str:
        """What became of the action, once confirmed, as one tells it."""
        return OUTCOMES[self.kind]

    @property
    def is_pending(self) -> bool:
        """Whether it still waits for a second person."""
        return self.confirmed_at is None and self.cancelled_at is None
