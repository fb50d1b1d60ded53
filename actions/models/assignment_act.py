"""What agents do about an evaluation that was asked for: remind, give another date, take it off."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import AssignmentKind
from actions.models.action import Action
from actions.models.assignment_act_guarantees import (
    ASSIGNMENT_ACT_CONSTRAINTS,
    ASSIGNMENT_ACT_TRIGGERS,
)
from ess_portal.base.dated import dated


class AssignmentAct(models.Model):
    """One act, for ever. It names the evaluator and not the evaluation, which may be taken off.

    `due_on` is the new date, or the successor's.
    """

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="assignment_acts", verbose_name="action"
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="évaluateur"
    )
    kind = models.CharField("acte", max_length=20, choices=AssignmentKind)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    due_on = models.DateField("à rendre au plus tard le", null=True, blank=True)
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confiée à",
    )

    class Meta:
        verbose_name = "suivi d’une évaluation"
        verbose_name_plural = "suivi des évaluations"
        ordering = ("action_id", "at", "pk")
        constraints = (
            *ASSIGNMENT_ACT_CONSTRAINTS,
            dated("actions_assignmentact", dates=("due_on",), instants=("at",)),
        )
        triggers = ASSIGNMENT_ACT_TRIGGERS

    def __str__(self):
        return f"{self.get_kind_display()} – {self.evaluator}"
