"""Who belongs where."""

from django.db import models

from actors.enums import MembershipRole
from actors.models.membership_guarantees import MEMBERSHIP_CONSTRAINTS, MEMBERSHIP_TRIGGERS
from actors.models.organisation import Organisation
from actors.models.user import User
from actors.querysets import MembershipQuerySet
from ess_portal.base.dated import dated


class Membership(models.Model):
    """A person's place in an organisation. Written by `actors.services.belonging`."""

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

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "adhésion à une structure"
        verbose_name_plural = "adhésions aux structures"
        ordering = ("organisation", "user")
        constraints = (
            *MEMBERSHIP_CONSTRAINTS,
            dated("actors_membership", instants=("created_at",)),
        )
        triggers = MEMBERSHIP_TRIGGERS

    def __str__(self):
        return f"{self.user} – {self.organisation}"
