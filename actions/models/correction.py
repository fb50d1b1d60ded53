"""What an agent asks a carrier to complete."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import CorrectionActKind, Step
from actions.models.action import Action
from actions.models.correction_answer_guarantees import ANSWER_TRIGGERS
from actions.models.correction_guarantees import (
    CORRECTION_ACT_CONSTRAINTS,
    CORRECTION_ACT_TRIGGERS,
    correction_triggers,
)
from ess_portal.base.dated import dated
from ess_portal.base.french import listed, long_date

DAYS_TO_CORRECT = 15
"""How many days a carrier has to complete a file, unless the agent gives another date."""

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
    due_on = models.DateField("à rendre au plus tard le")
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
        triggers = (*correction_triggers(CORRECTABLE_FIELDS), *ANSWER_TRIGGERS)

    def __str__(self):
        return f"{self.action} : {', '.join(self.field_labels)}"

    def is_overdue(self) -> bool:
        """Whether its date is past, in Paris, and the carrier sent nothing."""
        return self.answered_at is None and self.due_on < timezone.localdate()

    def was_reminded_today(self) -> bool:
        """Whether the carrier was reminded today, in Paris: once a day is enough."""
        today = timezone.localdate()
        return any(
            act.kind == CorrectionActKind.REMINDED and timezone.localdate(act.at) == today
            for act in self.acts.all()
        )

    @property
    def incompleteness(self) -> str:
        """Why a file that wasn't completed is refused, in words that its carrier reads."""
        return (
            f"Le dossier est incomplet. Complément demandé et non reçu au {long_date(self.due_on)} : "
            f"{listed(self.field_labels).lower()}."
        )

    def welcomes(self, field: str) -> bool:
        """Whether the carrier may change this part without saying why: it was asked for, or is a
        file that helps to understand.
        """
        return field in self.fields or field == "attachments"

    @property
    def field_labels(self) -> list[str]:
        """The parts to correct, in the carrier's words."""
        return [CORRECTABLE_FIELDS.get(field, field) for field in self.fields]


class CorrectionAct(models.Model):
    """What an agent did about a correction that is awaited, for ever: remind, or give more time.

    `due_on` is the new date, and the request's own from then on; `reason` is told to the carrier.
    """

    asked = models.ForeignKey(
        CorrectionRequest,
        models.PROTECT,
        related_name="acts",
        verbose_name="demande de complément",
    )
    kind = models.CharField("acte", max_length=20, choices=CorrectionActKind)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    due_on = models.DateField("à rendre au plus tard le", null=True, blank=True)
    reason = models.TextField("motif", max_length=4000, blank=True)

    class Meta:
        verbose_name = "suivi d’un complément"
        verbose_name_plural = "suivi des compléments"
        ordering = ("at", "pk")
        constraints = (
            *CORRECTION_ACT_CONSTRAINTS,
            dated("actions_correctionact", dates=("due_on",), instants=("at",)),
        )
        triggers = CORRECTION_ACT_TRIGGERS

    def __str__(self):
        return f"{self.get_kind_display()} – {self.asked.action}"
