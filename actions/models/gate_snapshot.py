"""What the last closing of an evaluation gave, kept on the action: lists and ranking read it there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from actions.gate import CriterionOutcome, CriterionRule, GateOutcome
from challenges.models import Grid

NOT_EVALUATED = "L’évaluation n’est pas close : la commission ne peut pas encore décider."


class GateSnapshot(models.Model):
    """The grid that an action was bound to, and the gate's figures on it: all or none of them."""

    grid = models.ForeignKey(
        Grid,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="actions",
        verbose_name="grille",
    )
    gate_quorum_reached = models.PositiveSmallIntegerField(
        "évaluations complètes", null=True, blank=True, editable=False
    )
    gate_quorum_required = models.PositiveSmallIntegerField(
        "quorum", null=True, blank=True, editable=False
    )
    gate_points = models.PositiveSmallIntegerField("points", null=True, blank=True, editable=False)
    gate_max_points = models.PositiveSmallIntegerField(
        "maximum", null=True, blank=True, editable=False
    )
    gate_threshold = models.PositiveSmallIntegerField(
        "seuil", null=True, blank=True, editable=False
    )
    gate_floor_margin = models.SmallIntegerField(
        "marge au plancher", null=True, blank=True, editable=False
    )
    gate_community_interest = models.BooleanField(
        "intérêt communautaire", null=True, blank=True, editable=False
    )
    # In the programme's order of criteria; null where nobody had an opinion.
    gate_medians = ArrayField(
        models.PositiveSmallIntegerField(null=True),
        null=True,
        blank=True,
        editable=False,
        verbose_name="niveaux médians",
    )
    gate_closed_at = models.DateTimeField(
        "évaluation close le", null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True

    @property
    def gate_outcome(self) -> GateOutcome | None:
        """The result of the last closing, or None while the evaluation isn't closed."""
        if self.gate_closed_at is None:
            return None
        return GateOutcome(
            criteria=tuple(
                CriterionOutcome(rule=rule, median=median)
                for rule, median in zip(criterion_rules(self.grid), self.gate_medians, strict=True)
            ),
            quorum_reached=self.gate_quorum_reached,
            quorum_required=self.gate_quorum_required,
            threshold=self.gate_threshold,
        )

    def blockers(self) -> list[str]:
        """What keeps the action from being prioritised, in French sentences.

        The button, the form, the admin, the committee and the carrier's space all show these.
        """
        outcome = self.gate_outcome
        return [NOT_EVALUATED] if outcome is None else outcome.blockers


def criterion_rules(grid: Grid) -> list[CriterionRule]:
    """The criteria of a grid, in the programme's order, as the gate wants them."""
    return [
        CriterionRule(
            code=criterion.code,
            title=criterion.title,
            weight=criterion.weight,
            floor=criterion.floor,
        )
        for criterion in sorted(grid.criteria.all(), key=lambda criterion: criterion.position)
    ]
