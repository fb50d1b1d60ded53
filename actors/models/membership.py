"""Who belongs where."""

from django.db import models
from django.db.models import Q

from actors.enums import MembershipRole
from actors.models.organisation import Organisation
from actors.models.user import User


class Membership(models.Model):
    """A person's place in an organisation."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="memberships", verbose_name="structure"
    )
    role = models.CharField(
        "rôle", max_length=20, choices=MembershipRole, default=MembershipRole.CONTRIBUTOR
    )
    created_at = models.DateTimeField("depuis le", auto_now_add=True)

    class Meta:
        verbose_name = "adhésion à une structure"
        verbose_name_plural = "adhésions aux structures"
        ordering = ("organisation", "user")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organisation"),
                name="actors_membership_once_per_organisation",
                violation_error_message="Cette personne est déjà membre de la structure.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=MembershipRole.values),
                name="actors_membership_known_role",
                violation_error_message="Choisissez un rôle dans la liste.",
            ),
        )

    def __str__(self):
        return f"{self.user} – {self.organisation}"
