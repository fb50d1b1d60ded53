"""Drafts that nobody goes on with: reminded of, announced, then deleted."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus
from actions.models import Action

DAYS_TO_REMIND = 7
DAYS_KEPT = 90
DAYS_OF_NOTICE = 14


def _drafts(untouched_for: int, at: datetime) -> QuerySet[Action]:
    limit = at - timedelta(days=untouched_for)
    return (
        Action.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(status=ActionStatus.DRAFT, updated_at__lte=limit)
        .order_by("pk")
    )


@transaction.atomic
def remind_of_drafts(at: datetime | None = None) -> int:
    """Remind carriers, once, of each draft untouched for seven days; return how many drafts."""
    at = at or timezone.now()
    drafts = list(_drafts(DAYS_TO_REMIND, at).filter(draft_reminded_at=None))
    for draft in drafts:
        notifications.remind_of_draft(draft)
    _mark(drafts, draft_reminded_at=at)
    return len(drafts)


@transaction.atomic
def announce_deletions(at: datetime | None = None) -> int:
    """Tell carriers, two weeks before, which drafts will be deleted; return how many drafts."""
    at = at or timezone.now()
    drafts = list(_drafts(DAYS_KEPT - DAYS_OF_NOTICE, at).filter(deletion_announced_at=None))
    for draft in drafts:
        notifications.announce_deletion(draft, deletion_day(draft, at))
    _mark(drafts, deletion_announced_at=at)
    return len(drafts)


@transaction.atomic
def delete_old_drafts(at: datetime | None = None) -> int:
    """Delete drafts untouched for three months and announced two weeks before; return how many."""
    at = at or timezone.now()
    announced = at - timedelta(days=DAYS_OF_NOTICE)
    drafts = list(_drafts(DAYS_KEPT, at).filter(deletion_announced_at__lte=announced))
    for draft in drafts:
        draft.delete()
    return len(drafts)


def deletion_day(draft: Action, announced_at: datetime) -> date:
    """Return the day (in Paris) from which an announced draft may be deleted."""
    last = max(
        draft.updated_at + timedelta(days=DAYS_KEPT),
        announced_at + timedelta(days=DAYS_OF_NOTICE),
    )
    return timezone.localtime(last).date()


def _mark(drafts: list[Action], **columns: datetime) -> None:
    # Not through save(): a reminder isn't work on the draft, its last change stays.
    Action.objects.filter(pk__in=[draft.pk for draft in drafts]).update(**columns)
