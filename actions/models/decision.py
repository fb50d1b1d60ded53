"""A decision: one person proposes it, another confirms it (rules.md, section 4)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from actions.enums import DecisionKind
from actions.models.action import Action
from actions.models.carrier_guarantees import DECISION_CARRIER_TRIGGERS
from actions.models.correction_answer_guarantees import APPEAL_DATED
from actions.models.decision_guarantees import DECISION_CONSTRAINTS, DECISION_TRIGGERS
from actions.models.taken_by_two import TakenByTwo, renamed
from actions.querysets import DecisionQuerySet
from ess_portal.base.dated import dated

OUTCOMES = {
    DecisionKind.PRIORITISE: "priorisée",
    DecisionKind.POSTPONE: "mise en vivier",
    DecisionKind.ANNOUNCE_REFUSAL: "refus annoncé",
    DecisionKind.APPEAL_UPHELD: "recours accepté",
    DecisionKind.REOPEN_EVALUATION: "évaluation rouverte",
}


class Decision(TakenByTwo):
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
    # Published with the decision: see `TransitionNote.public_text`.
    public_reason = models.TextField(
        "part publique du motif", max_length=1000, blank=True, default="", db_default=""
    )
    appeal_on = models.DateField("date du recours", null=True, blank=True)
    proposed_by = renamed("proposed_by", "proposée par")
    proposed_at = renamed("proposed_at", "proposée le")
    confirmed_by = renamed("confirmed_by", "confirmée par")
    confirmed_at = renamed("confirmed_at", "confirmée le")
    cancelled_at = renamed("cancelled_at", "retirée le")

    objects = DecisionQuerySet.as_manager()

    class Meta(TakenByTwo.Meta):
        verbose_name = "décision"
        constraints = (
            *DECISION_CONSTRAINTS,
            dated(
                "actions_decision",
                dates=("appeal_on",),
                instants=(
                    "proposed_at",
                    "confirmed_at",
                    "cancelled_at",
                ),
            ),
        )
        indexes = (
            models.Index(
                fields=("-confirmed_at", "-id"),
                condition=Q(confirmed_at__isnull=False),
                name="actions_decision_latest",
            ),
        )
        triggers = (*DECISION_TRIGGERS, *DECISION_CARRIER_TRIGGERS, APPEAL_DATED)

    def __str__(self):
        return f"{self.get_kind_display()} – {self.action}"

    @property
    def outcome(self) -> str:
        """What became of the action, once confirmed, as one tells it."""
        return OUTCOMES[self.kind]
