"""A refusal announced some days ago: the database dates it, and only its owner may age it."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from actions.models import Action, RefusalNotice
from tests.plugins.database import as_owner
from tests.support.refusals import execute, holder_of


def announced_days_ago(action: Action, days: int) -> None:
    """Have the refusals of `action` be announced so many days ago."""
    name = holder_of("actions_refusalnotice_is_kept").thing.get_pgid(RefusalNotice)
    with as_owner():
        connection.check_constraints()
        execute(f"ALTER TABLE actions_refusalnotice DISABLE TRIGGER {name}")
        action.refusal_notices.update(announced_at=timezone.now() - timedelta(days=days))
        connection.check_constraints()
        execute(f"ALTER TABLE actions_refusalnotice ENABLE TRIGGER {name}")
