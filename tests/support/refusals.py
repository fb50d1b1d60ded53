"""Try what the database must refuse, as the role of the web, and match refusals by their name.

A refusal is named after the constraint that makes it, or after the sentence of the trigger
(`ess_portal.base.triggers.REFUSE`): never after the words a person reads, which may change.
"""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from ess_portal.base.dated import ReadableDates
from ess_portal.base.refusals import Refused
from tests.plugins.database import as_owner


def execute(statement: str, *parameters: Any) -> list[tuple]:
    """Execute raw SQL; return the rows it gives, if any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def name_of_refusal(error: BaseException) -> str | None:
    """The name of the constraint that `error` says was violated, told in words or not."""
    if isinstance(error, Refused) and isinstance(error.__cause__, IntegrityError):
        error = error.__cause__
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


@contextlib.contextmanager
def refused_by(name: str | None) -> Iterator[None]:
    """What is inside must be refused by the constraint `name`, and by no other.

    A column's own NOT NULL has no name: None.
    """
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert name_of_refusal(caught.value) == name


def refusal_of(attempt: Callable[[], Any]) -> str | None:
    """The name by which `attempt` is refused, None when it gets through. Nothing of it stays."""
    try:
        with transaction.atomic():
            attempt()
            at_commit()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return name_of_refusal(error)
    return None


def at_commit() -> None:
    """Look now at what the end of the transaction would look at."""
    connection.check_constraints()


def by_sql(row: models.Model, **columns: Any) -> None:
    """Change columns of a row by raw SQL."""
    pairs = ", ".join(f"{column} = %s" for column in columns)
    table = row._meta.db_table
    execute(f"UPDATE {table} SET {pairs} WHERE id = %s", *columns.values(), row.pk)


def by_update(row: models.Model, **columns: Any) -> None:
    """Change columns of a row by `QuerySet.update`."""
    type(row).objects.filter(pk=row.pk).update(**columns)


def by_bulk_update(row: models.Model, **columns: Any) -> None:
    """Change columns of a row by `QuerySet.bulk_update`."""
    copy = type(row).objects.get(pk=row.pk)
    for column, value in columns.items():
        setattr(copy, column, value)
    type(row).objects.bulk_update([copy], list(columns))


WAYS = (by_sql, by_update, by_bulk_update)


def refused_every_way(name: str | None, row: models.Model, **columns: Any) -> None:
    """Changing these columns is refused by `name`, whichever way they are written."""
    for change in WAYS:
        with refused_by(name):
            change(row, **columns)


def delete(row: models.Model) -> None:
    """Delete a row by raw SQL: without Django's own protection, nor its cascades."""
    execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


# The one refusal that every trigger makes (tests/actions/guarantees/test_web_role.py tries it).
OF_EVERY_GUARANTEE = "base_guarantee_sees_the_present"


@dataclass(frozen=True)
class Holder:
    """A constraint or a trigger of a model."""

    model: type[models.Model]
    thing: models.BaseConstraint | pgtrigger.Trigger

    @property
    def names(self) -> set[str]:
        """The names by which it refuses."""
        if isinstance(self.thing, pgtrigger.Trigger):
            return set(re.findall(r"REFUSE (\w+)", self.thing.func))
        return {self.thing.name}

    def drop(self) -> None:
        """Take it away, as the owner of the table could (and rolled back with the test)."""
        with as_owner():
            # A table with deferred checks to come can't be altered.
            connection.check_constraints()
            if isinstance(self.thing, pgtrigger.Trigger):
                name = self.thing.get_pgid(self.model)
                execute(f"DROP TRIGGER {name} ON {self.model._meta.db_table}")
            else:
                with connection.schema_editor() as editor:
                    editor.remove_constraint(self.model, self.thing)

    def put_back(self) -> None:
        """Give a constraint back, after a test that no rollback undoes."""
        with as_owner(), connection.schema_editor() as editor:
            editor.add_constraint(self.model, self.thing)

    def __str__(self):
        return f"{self.model._meta.label}: {self.thing.name}"


def holders(app_label: str) -> list[Holder]:
    """Every constraint and trigger of an app's models."""
    return [
        Holder(model, thing)
        for model in apps.get_app_config(app_label).get_models()
        for thing in (*model._meta.constraints, *getattr(model._meta, "triggers", ()))
    ]


def names_held_by(app_label: str) -> set[str]:
    """Every name by which an app's constraints and triggers refuse, but for dates that Python
    can't read: `tests/test_dates.py` tries those of every table. Nor where nobody but the database
    writes: `tests/base/test_web_role.py` tries.
    """
    return set().union(
        *(
            holder.names
            for holder in holders(app_label)
            if not isinstance(holder.thing, ReadableDates)
            and not getattr(holder.model, "kept_by_database", False)
        )
    )


def holder_of(name: str) -> Holder:
    """The constraint or trigger that refuses by this name: exactly one does."""
    app_label, _, _ = name.partition("_")
    [found] = [holder for holder in holders(app_label) if name in holder.names]
    return found


def refusal(step, *args, **options) -> list[str]:
    """The sentences by which a step is refused."""
    with pytest.raises(Refused) as refused:
        step(*args, **options)
    return refused.value.reasons
