"""An organisation's word to somebody it wants as a member."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import models
from django.db.models import BaseConstraint, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from actors.enums import MembershipRole
from actors.models.organisation import Organisation
from actors.models.user import User
from actors.querysets import InvitationQuerySet
from ess_portal.base.dated import dated
from ess_portal.base.mailboxes import folded

INVITATION_DAYS = 14


def invitation_expiry():
    """Return when an invitation written now can no longer be accepted."""
    return timezone.now() + timedelta(days=INVITATION_DAYS)


def invitation_constraints(table: str, *, once_for: Sequence[str]) -> tuple[BaseConstraint, ...]:
    """Return what `table`, of invitations that somebody accepts, holds: legible moments, one that
    waits `once_for` the same columns, the address as accounts have it, one end.
    """
    return (
        dated(table, instants=("created_at", "expires_at", "accepted_at", "withdrawn_at")),
        models.UniqueConstraint(
            fields=once_for,
            condition=Q(accepted_at=None, withdrawn_at=None),
            name=f"{table}_one_at_a_time",
            violation_error_message="Cette personne est déjà invitée.",
        ),
        models.CheckConstraint(
            condition=Q(email=Lower("email")),
            name=f"{table}_lower_case_email",
            violation_error_message="L’adresse électronique s’écrit en minuscules.",
        ),
        models.CheckConstraint(
            condition=Q(accepted_at=None, accepted_by=None)
            | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
            name=f"{table}_accepted_or_withdrawn",
            violation_error_message="Une invitation est acceptée par quelqu’un, ou retirée.",
        ),
    )


class AnyInvitation(models.Model):
    """What invitations have in common: whom they are for, and what became of them.

    The link that is mailed opens nothing by itself: whoever follows it signs in, and only the
    account of the invited address finds the invitation.
    """

    uuid = models.UUIDField("clé", default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("adresse invitée", max_length=254)
    created_at = models.DateTimeField("envoyée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au", default=invitation_expiry)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    withdrawn_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        """Fold the address to the one form that its mailbox has, as accounts do."""
        super().clean()
        self.email = folded(self.email)

    @property
    def is_pending(self) -> bool:
        """Whether it can be accepted now."""
        return (
            self.accepted_at is None
            and self.withdrawn_at is None
            and self.expires_at > timezone.now()
        )


class Invitation(AnyInvitation):
    """An invitation to join an organisation. Written by `actors.services.invitations`."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="invitations", verbose_name="structure"
    )
    role = models.CharField(
        "rôle", max_length=20, choices=MembershipRole, default=MembershipRole.CONTRIBUTOR
    )
    invited_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="invitée par"
    )
    accepted_by = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="accepted_invitations",
        verbose_name="acceptée par",
    )

    objects = InvitationQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ("-created_at", "-pk")
        constraints = (
            *invitation_constraints("actors_invitation", once_for=("organisation", "email")),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="actors_invitation_known_role",
                violation_error_message="Choisissez un rôle dans la liste.",
            ),
        )

    def __str__(self):
        return f"{self.email} – {self.organisation}"

    def get_absolute_url(self) -> str:
        """Where the invited person accepts."""
        return reverse("actors:invitation", args=[self.uuid])
