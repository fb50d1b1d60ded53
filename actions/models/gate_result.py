"""What each closing of an evaluation gave, for ever."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from actions.models.action import Action
from ess_portal.base.triggers import Guarantee, append_only


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
        ordering = ("action", "closed_at", "pk")
        triggers = (
            append_only(
                "actions_gateresult_append_only", "Un résultat d’évaluation ne se modifie pas."
            ),
            Guarantee(
                name="true_to_the_rows",
                operation=pgtrigger.Insert,
                declare=[("gate", "record")],
                func="""
                    -- Whoever is saving a score is waited for, and then waits for the closing.
                    PERFORM 1 FROM actions_action
                    WHERE id = NEW.action_id AND status = 'in_evaluation' FOR NO KEY UPDATE;
                    IF NOT FOUND THEN
                        REFUSE actions_gateresult_written_by_a_closing
                            'Un résultat ne s’écrit qu’en clôturant l’évaluation.';
                    END IF;
                    SELECT * INTO gate FROM actions_gate(NEW.action_id);
                    IF ROW(NEW.quorum_reached, NEW.quorum_required, NEW.points, NEW.max_points,
                           NEW.threshold, NEW.floor_margin, NEW.community_interest, NEW.medians)
                        IS DISTINCT FROM
                       ROW(gate.quorum_reached, gate.quorum_required, gate.points, gate.max_points,
                           gate.threshold, gate.floor_margin, gate.community_interest, gate.medians)
                    THEN
                        REFUSE actions_gateresult_true_to_the_rows
                            'Le résultat ne correspond pas aux évaluations rendues.';
                    END IF;
                    NEW.closed_at := now();
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self):
        return f"{self.action} : {self.points}/{self.max_points}"
