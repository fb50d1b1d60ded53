"""A refusal announced, or a correction asked for, some days ago: only the owner may age them."""

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from actions.models import Action, CorrectionRequest, RefusalNotice
from tests.plugins.database import as_owner
from tests.support.refusals import execute, holder_of


def announced_days_ago(action: Action, days: int) -> None:
    """Have the refusals of `action` be announced so many days ago."""
    _age(
        action.refusal_notices.all(),
        holder_of("actions_refusalnotice_is_kept").thing.get_pgid(RefusalNotice),
        announced_at=timezone.now() - timedelta(days=days),
    )


def asked_days_ago(action: Action, days: int) -> None:
    """Have what is asked of the carrier be asked so many days ago; the date is that much nearer."""
    asked = action.correction_requests.get()
    _age(
        action.correction_requests.all(),
        holder_of("actions_correctionrequest_is_kept").thing.get_pgid(CorrectionRequest),
        requested_at=asked.requested_at - timedelta(days=days),
        due_on=asked.due_on - timedelta(days=days),
    )


def _age(rows: QuerySet, trigger: str, **columns) -> None:
    table = rows.model._meta.db_table
    with as_owner():
        connection.check_constraints()
        execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        rows.update(**columns)
        connection.check_constraints()
        execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
