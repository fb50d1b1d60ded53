"""A person's word that they belong to an organisation, which an agent confirms or refuses."""

from django.db import models
from django.db.models import Q

from actors.enums import ClaimState
from actors.models.organisation import Organisation
from actors.models.user import User
from actors.querysets import MembershipClaimQuerySet
from ess_portal.base.dated import dated


class MembershipClaim(models.Model):
    """A claim of membership. Written by `actors.services.claims`."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="membership_claims", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="membership_claims", verbose_name="structure"
    )
    message = models.TextField(
        "votre place dans la structure",
        max_length=1000,
        help_text="Par exemple : présidente depuis 2023, salarié chargé des projets.",
    )
    proof = models.TextField(
        "comment le vérifier",
        max_length=1000,
        blank=True,
        help_text="Facultatif : la page du site qui vous nomme, une personne de la structure à "
        "joindre. N’écrivez rien de confidentiel.",
    )
    state = models.CharField("état", max_length=20, choices=ClaimState, default=ClaimState.PENDING)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    reason = models.TextField("motif", max_length=1000, blank=True)

    objects = MembershipClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ("-created_at", "-pk")
        constraints = (
            dated(
                "actors_membershipclaim",
                instants=(
                    "created_at",
                    "decided_at",
                ),
            ),
            models.UniqueConstraint(
                fields=("user", "organisation"),
                condition=Q(state=ClaimState.PENDING),
                name="actors_membershipclaim_one_at_a_time",
                violation_error_message="Votre demande est déjà reçue.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values),
                name="actors_membershipclaim_known_state",
                violation_error_message="Cet état n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.PENDING, decided_at=None)
                | (~Q(state=ClaimState.PENDING) & Q(decided_at__isnull=False)),
                name="actors_membershipclaim_decided_has_date",
                violation_error_message="Une demande décidée porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REFUSED) | ~Q(reason=""),
                name="actors_membershipclaim_refused_has_reason",
                violation_error_message="Un refus dit son motif.",
            ),
        )

    def __str__(self):
        return f"{self.user} – {self.organisation}"

    @property
    def is_pending(self) -> bool:
        """Whether it awaits an agent."""
        return self.state == ClaimState.PENDING
