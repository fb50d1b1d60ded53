"""`manage.py recount`: compares what is counted in advance with the rows, and makes it anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from actions.models import (
    ActionCount,
    ActionTotal,
    CommuneTotal,
    FilingCount,
    InvolvedCount,
    QueuedEvaluation,
    Tally,
    WaitingCount,
)

COUNTED = (
    Tally,
    QueuedEvaluation,
    ActionTotal,
    FilingCount,
    WaitingCount,
    CommuneTotal,
    ActionCount,
    InvolvedCount,
)


class Command(BaseCommand):
    """Counts everything again from the rows, as the owner of the tables (decision 37)."""

    help = (
        "Makes what is counted in advance anew, and says which tables were wrong. With --check, "
        "changes nothing, and fails if any was."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="compare, and change nothing")

    @transaction.atomic
    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        """Raises `CommandError` when `check` finds a difference."""
        wrong = [model._meta.db_table for model in recounted()]
        if check:
            transaction.set_rollback(True)
        if check and wrong:
            raise CommandError(f"Wrong: {', '.join(wrong)}. `manage.py recount` counts again.")
        self.stdout.write(f"Counted again. Wrong before: {', '.join(wrong) or 'nothing'}.")


def recounted() -> list[type]:
    """Count everything again, and return what wasn't right before."""
    before = {model: _content(model) for model in COUNTED}
    with connection.cursor() as cursor:
        cursor.execute("SELECT actions_recount()")
    return [model for model in COUNTED if before[model] != _content(model)]


def _content(model: Any) -> set[tuple[Any, ...]]:
    """Every row, but for the key that it was given."""
    columns = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
    rows = model.objects.values_list(*columns)
    return {tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in rows}
