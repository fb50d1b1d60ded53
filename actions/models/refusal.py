"""A refusal is announced first; the carrier has fifteen days to answer."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone

from actions.models.action import Action
from actions.models.refusal_guarantees import (
    DAYS_TO_REPLY,
    REFUSAL_CONSTRAINTS,
    REFUSAL_TRIGGERS,
)
from ess_portal.base.dated import dated


class RefusalNotice(models.Model):
    """An announced refusal, the carrier's reply and the answer given to it."""

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="refusal_notices", verbose_name="action"
    )
    reason = models.TextField("motif", max_length=4000, blank=True)
    announced_at = models.DateTimeField("annoncé le")
    reply = models.TextField("réponse du porteur", max_length=4000, blank=True)
    replied_at = models.DateTimeField("réponse reçue le", null=True, blank=True)
    answer = models.TextField("suite donnée à la réponse", max_length=4000, blank=True)
    settled_at = models.DateTimeField("réglé le", null=True, blank=True)

    class Meta:
        verbose_name = "refus annoncé"
        verbose_name_plural = "refus annoncés"
        ordering = ("-announced_at", "-pk")
        constraints = (
            *REFUSAL_CONSTRAINTS,
            dated(
                "actions_refusalnotice",
                instants=(
                    "announced_at",
                    "replied_at",
                    "settled_at",
                ),
            ),
        )
        triggers = REFUSAL_TRIGGERS

    def __str__(self):
        return f"Refus annoncé – {self.action}"

    @property
    def reply_until(self) -> date:
        """The last day (in Paris) on which the carrier may reply: the fifteenth after."""
        return timezone.localtime(self.announced_at).date() + timedelta(days=DAYS_TO_REPLY)

    @property
    def has_reply(self) -> bool:
        """Whether the carrier answered."""
        return self.replied_at is not None

    def delay_is_gone(self, at=None) -> bool:
        """Whether the fifteen days are over at the instant `at` (default: now)."""
        return timezone.localtime(at).date() > self.reply_until
