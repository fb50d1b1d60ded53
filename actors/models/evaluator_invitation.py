"""The agglomeration's word to somebody whom it wants as an evaluator."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from actors.enums import EvaluatorKind
from actors.models.invitation import AnyInvitation, invitation_constraints
from actors.models.user import User
from actors.querysets import InvitationQuerySet


class EvaluatorInvitation(AnyInvitation):
    """An invitation to evaluate. Written by `actors.services.evaluators`.

    Whoever declines one withdraws it: `withdrawn_by` says who.
    """

    evaluator_kind = models.CharField(
        "évalue en tant que", max_length=20, choices=EvaluatorKind, blank=True
    )
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="invitée par"
    )
    accepted_by = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="acceptée par",
    )
    withdrawn_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="retirée par"
    )

    objects = InvitationQuerySet["EvaluatorInvitation"].as_manager()

    class Meta:
        verbose_name = "invitation à évaluer"
        verbose_name_plural = "invitations à évaluer"
        ordering = ("-created_at", "-pk")
        constraints = (
            *invitation_constraints("actors_evaluatorinvitation", once_for=("email",)),
            models.CheckConstraint(
                condition=Q(evaluator_kind__in=["", *EvaluatorKind.values]),
                name="actors_evaluatorinvitation_known_kind",
                violation_error_message="Choisissez une sorte d’évaluateur dans la liste.",
            ),
        )

    def __str__(self):
        return self.email

    def get_absolute_url(self) -> str:
        """Where the invited person answers."""
        return reverse("actors:evaluator_invitation", args=[self.uuid])

    @property
    def was_declined(self) -> bool:
        """Whether the invited person said no."""
        return self.withdrawn_by is not None and self.withdrawn_by.email == self.email

    @property
    def state(self) -> str:
        """What became of it, in French."""
        if self.accepted_at:
            return "acceptée"
        if self.withdrawn_at:
            return "déclinée" if self.was_declined else "retirée"
        return "en attente" if self.is_pending else "expirée"
