"""What one person proposes and another confirms, or takes back (rules.md, section 4)."""

import copy

from django.conf import settings
from django.db import models
from django.utils import timezone


class TakenByTwo(models.Model):
    """A row that waits for a second person. Settled, it stays as it is; only its reason may be
    emptied later, by retention.
    """

    reason = models.TextField("motif", max_length=4000, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="proposé par"
    )
    proposed_at = models.DateTimeField("proposé le", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confirmé par",
    )
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    cancelled_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-proposed_at", "-pk")

    @property
    def is_pending(self) -> bool:
        """Whether it still waits for a second person."""
        return self.confirmed_at is None and self.cancelled_at is None

    def confirm(self, by) -> None:
        """Write that `by` confirms it now."""
        self.confirmed_by, self.confirmed_at = by, timezone.now()
        self.save(update_fields=["confirmed_by", "confirmed_at"])

    def cancel(self) -> None:
        """Write that it is taken back now."""
        self.cancelled_at = timezone.now()
        self.save(update_fields=["cancelled_at"])


def renamed(field: str, verbose_name: str) -> models.Field:
    """Return that column of `TakenByTwo` under another name: in French, « décision » is feminine."""
    # A copy is what Django gives each heir; the second attribute is the one that migrations read.
    column = copy.deepcopy(TakenByTwo._meta.get_field(field))
    column.verbose_name = column._verbose_name = verbose_name  # noqa: SLF001
    return column
