"""What an agent asks a carrier to complete."""

from django.conf import settings
from django.db import models

from actions.enums import Step
from actions.models.action import Action
from actions.models.correction_guarantees import correction_triggers
from ess_portal.base.dated import dated

# The parts of the file an agent may point at: field of the form → words of the carrier.
# They are the parts that versions of the file keep and compare.
CORRECTABLE_FIELDS = {
    "carrier": "Structure porteuse",
    "title": "Titre",
    "summary": "Résumé",
    "description": "Description",
    "starts_on": "Début prévu",
    "ends_on": "Fin prévue",
    "measure": "Mesure du programme",
    "communes": "Communes",
    "sectors": "Filières",
    "partners": "Structures partenaires",
    "jobs_created": "Emplois créés",
    "jobs_kept": "Emplois maintenus",
    "total_cost": "Dépenses et coût total",
    "funding_asked": "Financement demandé",
    "own_resources": "Ressources propres",
    "other_funding": "Autres financements",
    "self_assessments": "Auto-évaluation",
    "attachments": "Pièces jointes",
}
# Where the carrier corrects them.
FIELD_STEPS = {
    Step.ORGANISATION: ("carrier",),
    Step.ACTION: ("title", "summary", "description", "starts_on", "ends_on"),
    Step.MEASURE: ("measure", "communes", "sectors"),
    Step.MEANS: (
        "partners",
        "jobs_created",
        "jobs_kept",
        "total_cost",
        "funding_asked",
        "own_resources",
        "other_funding",
    ),
    Step.CRITERIA: ("self_assessments",),
    Step.SENDING: ("attachments",),
}


def step_of(field: str) -> Step:
    """Return the step of the form where `field` is corrected."""
    return next(step for step, fields in FIELD_STEPS.items() if field in fields)


class CorrectionRequest(models.Model):
    """A list of parts to correct, with a date. Answered when the carrier sends again."""

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="correction_requests", verbose_name="action"
    )
    fields = models.JSONField("parties à compléter")
    message = models.TextField("message", max_length=4000, blank=True)
    due_on = models.DateField("à rendre avant le")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandé par"
    )
    requested_at = models.DateTimeField("demandé le", auto_now_add=True)
    answered_at = models.DateTimeField("complété le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de complément"
        verbose_name_plural = "demandes de complément"
        ordering = ("-requested_at", "-pk")
        constraints = (
            dated(
                "actions_correctionrequest",
                dates=("due_on",),
                instants=(
                    "requested_at",
                    "answered_at",
                ),
            ),
        )
        triggers = correction_triggers(CORRECTABLE_FIELDS)

    def __str__(self):
        return f"{self.action} : {', '.join(self.field_labels)}"

    def welcomes(self, field: str) -> bool:
        """Whether the carrier may change this part without saying why: it was asked for, or is a
        file that helps to understand.
        """
        return field in self.fields or field == "attachments"

    @property
    def field_labels(self) -> list[str]:
        """The parts to correct, in the carrier's words."""
        return [CORRECTABLE_FIELDS.get(field, field) for field in self.fields]
