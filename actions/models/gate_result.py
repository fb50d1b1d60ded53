"""What each closing of an evaluation gave, for ever."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from actions.models.action import Action
from actions.models.gate_result_guarantees import GATE_RESULT_TRIGGERS
from ess_portal.base.dated import dated


class GateResult(models.Model):
    """The gate's figures at one closing. The database checks them against the rows."""

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="gate_results", verbose_name="action"
    )
    closed_at = models.DateTimeField("évaluation close le")
    quorum_reached = models.PositiveSmallIntegerField("évaluations complètes")
    quorum_required = models.PositiveSmallIntegerField("quorum")
    points = models.PositiveSmallIntegerField("points")
    max_points = models.PositiveSmallIntegerField("maximum")
    threshold = models.PositiveSmallIntegerField("seuil")
    floor_margin = models.SmallIntegerField("marge au plancher")
    community_interest = models.BooleanField("intérêt communautaire")
    # In the programme's order of criteria; null where nobody had an opinion.
    medians = ArrayField(
        models.PositiveSmallIntegerField(null=True), verbose_name="niveaux médians"
    )

    class Meta:
        verbose_name = "résultat d’évaluation"
        verbose_name_plural = "résultats d’évaluation"
        ordering = ("action_id", "closed_at", "pk")
        constraints = (dated("actions_gateresult", instants=("closed_at",)),)
        triggers = GATE_RESULT_TRIGGERS

    def __str__(self):
        return f"{self.action} : {self.points}/{self.max_points}"
