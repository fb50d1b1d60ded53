"""What the council voted: a grant of the committee, or an increase of one (decision 32)."""

from django.conf import settings
from django.db import models

from actions.models.action import Action
from actions.models.amendment import Amendment
from actions.models.deliberation_guarantees import (
    DELIBERATION_CONSTRAINTS,
    DELIBERATION_TRIGGERS,
)
from actions.models.published import OF_AN_ACTION_MOVES_VERSION
from ess_portal.base.dated import dated
from ess_portal.base.french import long_date


class Deliberation(models.Model):
    """One grant, or one increase, that the council voted: noted once, never changed.

    Without an amendment it is the grant itself. Don't write it directly: call
    `actions.committee.services.deliberations`.
    """

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="deliberations", verbose_name="action"
    )
    amendment = models.ForeignKey(
        Amendment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliberations",
        verbose_name="avenant",
    )
    number = models.CharField("numéro", max_length=60)
    held_on = models.DateField("date")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,  # written with the session, before it had a row of its own
        related_name="+",
        verbose_name="notée par",
    )
    recorded_at = models.DateTimeField("notée le", auto_now_add=True)

    class Meta:
        verbose_name = "délibération"
        ordering = ("pk",)
        constraints = (
            *DELIBERATION_CONSTRAINTS,
            dated("actions_deliberation", dates=("held_on",), instants=("recorded_at",)),
        )
        triggers = (*DELIBERATION_TRIGGERS, OF_AN_ACTION_MOVES_VERSION)

    def __str__(self):
        return f"Délibération {self.number} du {long_date(self.held_on)}"
