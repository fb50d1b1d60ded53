"""What the database holds about anything that one person proposes and another confirms."""

from django.db import models
from django.db.models import F, Q


def one_pending(table: str, sentence: str) -> models.UniqueConstraint:
    """Return the constraint that no two of an action wait for a second person."""
    return models.UniqueConstraint(
        fields=("action",),
        condition=Q(confirmed_at__isnull=True, cancelled_at__isnull=True),
        name=f"{table}_one_pending",
        violation_error_message=sentence,
    )


def confirmed_by_another(table: str, sentence: str) -> models.CheckConstraint:
    """Return the constraint that the one who proposed isn't the one who confirms."""
    return models.CheckConstraint(
        condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
        | (
            Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
            & ~Q(confirmed_by=F("proposed_by"))
            & Q(cancelled_at__isnull=True)
        ),
        name=f"{table}_confirmed_by_another",
        violation_error_message=sentence,
    )
