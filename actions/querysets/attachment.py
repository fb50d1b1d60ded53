"""Reads of what is attached to a file."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Sum
from django.utils import timezone

from actions.enums import ScanState

if TYPE_CHECKING:
    from actions.models import Attachment


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Words for what is attached to a file."""

    def to_scan(self, at: datetime | None = None) -> Self:
        """Those that the antivirus should look at, at the instant `at` (default: now)."""
        waiting = self.filter(scan__in=ScanState.WAITING)
        return waiting.filter(scan_after__lte=at or timezone.now()).order_by("scan_after", "pk")

    def total_size(self) -> int:
        """Their bytes together."""
        return self.aggregate(total=Sum("size"))["total"] or 0
