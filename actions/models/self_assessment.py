"""What the carrier thinks of its own action."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from actions.models.action import Action
from actions.models.file_guarantees import written_with_the_file


class SelfAssessment(models.Model):
    """How the carrier sees the action on one criterion, on the evaluators' own scale."""

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="self_assessments", verbose_name="action"
    )
    # A code rather than a key: the grid is bound at admission, maybe in a later version.
    criterion_code = models.SlugField("critère", max_length=40)
    level = models.PositiveSmallIntegerField("niveau", validators=[MaxValueValidator(3)])
    reason = models.TextField("explication", max_length=2000, blank=True)

    class Meta:
        verbose_name = "auto-évaluation"
        verbose_name_plural = "auto-évaluations"
        ordering = ("action_id", "criterion_code")
        triggers = (written_with_the_file("actions_selfassessment"),)
        constraints = (
            models.UniqueConstraint(
                fields=("action", "criterion_code"),
                name="actions_selfassessment_once_per_criterion",
                violation_error_message="Ce critère a déjà son auto-évaluation.",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=0, level__lte=3),
                name="actions_selfassessment_level_in_range",
                violation_error_message="Le niveau va de 0 à 3.",
            ),
        )

    def __str__(self):
        return f"{self.criterion_code} : {self.level}"
