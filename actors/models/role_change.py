"""Who gave which role to whom, who took it back, and when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from actors.enums import Role
from actors.models.user import User
from actors.querysets import RoleChangeQuerySet
from ess_portal.base import french
from ess_portal.base.dated import dated
from ess_portal.base.french import NO_BREAK
from ess_portal.base.triggers import append_only


class RoleChange(models.Model):
    """One role given or taken back, for ever. Written by `actors.services.roles`."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="role_changes", verbose_name="personne"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_given = models.BooleanField("donné", default=True)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    was_invited = models.BooleanField("sur invitation acceptée", default=False)

    objects = RoleChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "changement de rôle"
        verbose_name_plural = "changements de rôles"
        ordering = ("at", "pk")
        constraints = (
            dated("actors_rolechange", instants=("at",)),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="actors_rolechange_known_role",
                violation_error_message="Choisissez un rôle dans la liste.",
            ),
        )
        triggers = (
            append_only("actors_rolechange_append_only", "Qui a donné un rôle ne se modifie pas."),
        )

    def __str__(self):
        return self.sentence

    @property
    def sentence(self) -> str:
        """What was done, in French: « Évaluateur : donné par Ana le 3 mars 2026. »"""
        what = "donné" if self.is_given else "retiré"
        how = ", qui avait invité cette personne," if self.was_invited else ""
        day = french.long_date(self.at)
        return f"{self.get_role_display()}{NO_BREAK}: {what} par {self.by}{how} le {day}."
