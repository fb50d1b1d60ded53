"""Age what the database dated by itself, so that it bears the instant of the story.

`now()` is the instant at which the transaction began, and the whole past is lived in one
transaction: what bears that instant, or a later one, was dated by the database a moment ago. Each
such column is kept by a guarantee. That guarantee alone is switched off, for the one statement that
ages the column, behind a savepoint: whatever fails, it is on again. Only the owner of the tables
can do that (docs/decisions/0003).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Replace

from actions.demonstration.clock import require_demonstration
from actions.models import (
    Action,
    AgendaRemoval,
    Amendment,
    AssignmentAct,
    CorrectionAct,
    CorrectionRequest,
    Decision,
    Deliberation,
    EnvelopeVote,
    GateResult,
    RefusalNotice,
)
from actors.models import Organisation
from challenges.models import Grid
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import require


@dataclass(frozen=True)
class Aged:
    """A column that the database dates, and the guarantee that keeps it."""

    model: type[models.Model]
    column: str
    kept_by: str

    @property
    def table(self) -> str:
        """The table, quoted."""
        return _table_of(self.model)


AGED = (
    Aged(Grid, "bound_at", "bound_is_immutable"),
    Aged(GateResult, "closed_at", "append_only"),
    Aged(Action, "gate_closed_at", "d_snapshot_is_true"),
    Aged(Decision, "confirmed_at", "by_two_independent_people"),
    Aged(Action, "started_at", "f_start_is_dated"),
    Aged(Amendment, "confirmed_at", "by_two_independent_people"),
    Aged(Organisation, "merged_at", "merged_into_a_confirmed_one"),
    Aged(CorrectionRequest, "requested_at", "asked_once"),
    Aged(CorrectionAct, "at", "is_kept"),
    Aged(AssignmentAct, "at", "append_only"),
    Aged(AgendaRemoval, "at", "append_only"),
    Aged(EnvelopeVote, "recorded_at", "append_only"),
    Aged(RefusalNotice, "announced_at", "heard_once"),
    Aged(Deliberation, "recorded_at", "append_only"),
)
NOT_THE_OWNER = (
    "Le passé de la démonstration se charge avec le rôle propriétaire des tables "
    "(DATABASE_OWNER_URL)."
)
REFERENCE = Aged(Action, "reference", "b_reference_is_next")
# In the time of Paris, as the trigger that gives references counts years.
YEAR = "to_char(submitted_at AT TIME ZONE 'Europe/Paris', 'YYYY')"
MISPLACED = f"reference LIKE 'ESS-%' AND split_part(reference, '-', 2) <> {YEAR}"


def require_owner() -> None:
    """Raise `Refused` unless `DEMO=1`, as the owner of the tables, in a transaction."""
    require_demonstration()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class"
            " WHERE oid = ANY(%s::regclass[])",
            [[one.model._meta.db_table for one in AGED]],
        )
        (owns,) = cursor.fetchone()
    require(owns, NOT_THE_OWNER)
    require(connection.in_atomic_block, "Le passé se charge en une seule transaction.")


def age(instant: datetime) -> None:
    """Give `instant` to whatever the database dated since the last time, in this transaction.

    A reference that isn't of its year in the story becomes the next one of that year, in the mails
    that tell of it too. Raises what the database refuses; nothing is aged then.
    """
    fresh, misplaced = _what_the_database_wrote()
    for one in fresh:
        with unguarded(one.model, one.kept_by) as cursor:
            cursor.execute(
                f"UPDATE {one.table} SET {one.column} = %s WHERE {one.column} >= now()",  # noqa: S608
                [instant],
            )
    for key, reference, year in misplaced:
        _move_reference(key, reference, year)


def _what_the_database_wrote() -> tuple[list[Aged], list[tuple[int, str, str]]]:
    """Return the columns that bear an instant of this transaction, and the misplaced references:
    the action's key, the reference it has, the year it needs.
    """
    dated = [f"EXISTS (SELECT FROM {one.table} WHERE {one.column} >= now())" for one in AGED]
    misplaced = (
        f"SELECT jsonb_agg(jsonb_build_array(id, reference, {YEAR})) "  # noqa: S608 - our names
        f"FROM {REFERENCE.table} WHERE {MISPLACED}"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(dated)}, ({misplaced})::text")
        *found, moving = cursor.fetchone()
    aged = [one for one, is_dated in zip(AGED, found, strict=True) if is_dated]
    return aged, json.loads(moving or "[]")


def _move_reference(key: int, reference: str, year: str) -> None:
    others = Action.objects.filter(reference__startswith=f"ESS-{year}-")
    taken = others.values_list("reference", flat=True)
    last = max((int(other.rpartition("-")[2]) for other in taken), default=0)
    moved = f"ESS-{year}-{last + 1:04d}"
    with unguarded(REFERENCE.model, REFERENCE.kept_by):
        Action.objects.filter(pk=key).update(reference=moved)
    topic = Action.objects.values_list("uuid", flat=True).get(pk=key)
    OutgoingMail.objects.filter(topic=str(topic)).update(
        **{text: Replace(text, Value(reference), Value(moved)) for text in ("subject", "body")}
    )


@contextmanager
def unguarded(model: type[models.Model], guarantee: str) -> Iterator[Any]:
    """Switch off one `guarantee` of `model`, for what is inside, and give a cursor.

    The savepoint switches it on again if what is inside fails. Raises `Refused` unless `DEMO=1`,
    and what a deferred check refuses of what was written before, or inside.
    """
    require_demonstration()
    (found,) = (one for one in model._meta.triggers if one.name == guarantee)
    table, trigger = _table_of(model), connection.ops.quote_name(found.get_pgid(model))
    with transaction.atomic(), connection.cursor() as cursor:
        # A table with a deferred check still to be done can't be altered: do it now.
        connection.check_constraints()
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield cursor
        connection.check_constraints()
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def _table_of(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
