"""The agglomeration's word to somebody whom it wants as an evaluator."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from actors.enums import EvaluatorKind
from actors.models.invitation import AnyInvitation
from actors.models.user import User
from actors.querysets import InvitationQuerySet
from ess_portal.base.dated import dated


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
            dated(
                "actors_evaluatorinvitation",
                instants=("created_at", "expires_at", "accepted_at", "withdrawn_at"),
            ),
            models.UniqueConstraint(
                fields=("email",),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="actors_evaluatorinvitation_one_at_a_time",
                violation_error_message="Cette personne est déjà invitée.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="actors_evaluatorinvitation_lower_case_email",
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=Q(evaluator_kind__in=["", *EvaluatorKind.values]),
                name="actors_evaluatorinvitation_known_kind",
                violation_error_message="Choisissez une sorte d’évaluateur dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="actors_evaluatorinvitation_accepted_or_withdrawn",
                violation_error_message="Une invitation est acceptée par quelqu’un, ou retirée.",
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
