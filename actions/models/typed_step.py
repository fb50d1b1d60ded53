"""What a carrier types in one step of the form, and which page typed it last."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import Step
from actions.models.action import Action
from actions.models.words_guarantees import TYPED_STEP_TRIGGERS
from ess_portal.base.dated import dated
from ess_portal.base.windows import KeptFromWindows


class TypedStep(KeptFromWindows):
    """One step of one file.

    `typed` holds what couldn't be read yet (an unfinished date, a wrong SIRET), as it was typed,
    so that nothing is lost; it is None once the whole step is in the file's columns.
    """

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="typed_steps", verbose_name="action"
    )
    step = models.CharField("étape", max_length=20, choices=Step)
    typed = models.JSONField("saisie à reprendre", null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistrée par"
    )
    saved_at = models.DateTimeField("enregistrée le", auto_now=True)

    class Meta:
        verbose_name = "étape du formulaire"
        verbose_name_plural = "étapes du formulaire"
        ordering = ("action_id", "pk")
        constraints = (
            dated("actions_typedstep", instants=("saved_at",)),
            models.UniqueConstraint(
                fields=("action", "step"),
                name="actions_typedstep_once_per_step",
                violation_error_message="Cette étape est déjà commencée.",
            ),
            models.CheckConstraint(
                condition=Q(step__in=Step.WRITTEN),
                name="actions_typedstep_known_step",
                violation_error_message="Cette étape n’existe pas.",
            ),
        )
        triggers = TYPED_STEP_TRIGGERS

    def __str__(self):
        return self.get_step_display()
