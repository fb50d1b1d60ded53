"""What somebody types in answer to an announced refusal, before they send it."""

from django.conf import settings
from django.db import models

from actions.models.refusal import RefusalNotice
from ess_portal.base.dated import dated
from ess_portal.base.windows import KeptFromWindows


class TypedReply(KeptFromWindows):
    """One person's draft, which nobody else reads.

    It goes when a reply is given, by whomever, or the refusal is settled.
    """

    notice = models.ForeignKey(
        RefusalNotice, models.CASCADE, related_name="typed_replies", verbose_name="refus annoncé"
    )
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="enregistrée par"
    )
    text = models.TextField("réponse commencée", max_length=4000, blank=True)
    saved_at = models.DateTimeField("enregistrée le", auto_now=True)

    class Meta:
        verbose_name = "réponse commencée"
        verbose_name_plural = "réponses commencées"
        ordering = ("notice", "pk")
        constraints = (
            dated("actions_typedreply", instants=("saved_at",)),
            models.UniqueConstraint(
                fields=("notice", "saved_by"),
                name="actions_typedreply_once_per_person",
                violation_error_message="Cette réponse est déjà commencée.",
            ),
        )

    def __str__(self):
        return f"Réponse commencée – {self.notice}"
