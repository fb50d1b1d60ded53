"""The register of accesses: who signed in or was refused, who took something away.

Append-only for a year (`access_record_guarantees`), then erased by `purge_expired`.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from ess_portal.base.access_record_guarantees import DAYS_KEPT
from ess_portal.base.models import AccessKind, AccessRecord

# Who asks for the same thing again at once adds nothing that a later question would be about.
MINUTE = timedelta(minutes=1)


def note(kind: AccessKind, person: int | None, subject: str = "") -> None:
    """Write that the account `person` (None: unknown) did `kind`, about `subject`.

    The same again within a minute is the same line.
    """
    # PostgreSQL keeps no zero byte: an address that holds one is still told.
    line = {"kind": kind, "person": person, "subject": subject.replace("\0", "\ufffd")[:200]}
    if not AccessRecord.objects.filter(**line, at__gt=timezone.now() - MINUTE).exists():
        AccessRecord.objects.create(**line)


def delete_old_access_records(at: datetime | None = None) -> int:
    """Delete the lines of more than a year before `at`; return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_KEPT)
    deleted, _ = AccessRecord.objects.filter(at__lt=limit).delete()
    return deleted
