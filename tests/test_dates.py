"""PostgreSQL keeps infinity, the year 20000 and 24:00, Python can’t read them: none is taken."""

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from actors.models import User
from ess_portal.base.dated import ReadableDates
from tests.plugins.database import as_owner
from tests.support.factories import UserFactory
from tests.support.refusals import by_sql, execute, holder_of, refusal_of

pytestmark = pytest.mark.django_db

OURS = ("actions", "actors", "challenges", "base", "pages")
OUT_OF_REACH = ("infinity", "-infinity", "20000-01-01", "10000-01-01", "0044-03-15 BC")
READABLE = ("2026-11-27", "0001-01-02", "9999-12-30")
HOURS_OUT_OF_REACH = ("24:00",)
READABLE_HOURS = ("00:00", "18:30", "23:59:59.999999")


def dated_columns(*kinds: type[models.Field]) -> dict[str, list[str]]:
    """The columns of each of our tables that say a day, a moment or an hour: of `kinds` alone."""
    kinds = kinds or (models.DateField, models.TimeField)
    found = {}
    for model in apps.get_models():
        columns = [field.column for field in model._meta.local_fields if isinstance(field, kinds)]
        if model._meta.app_label in OURS and not model._meta.proxy and columns:
            found[model._meta.db_table] = columns
    return found


def constraints_of(table: str) -> dict[str, tuple[set[str], str]]:
    """The constraints on dates of a table, by name: their columns, and what they say."""
    rows = execute(
        """
        SELECT c.conname, array_agg(a.attname::text), pg_get_constraintdef(c.oid)
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.conrelid = %s::regclass AND c.convalidated
            AND c.conname IN (%s, %s) GROUP BY c.oid, c.conname
        """,
        table,
        f"{table}_is_dated",
        f"{table}_is_finite",
    )
    return {name: (set(columns), said) for name, columns, said in rows}


def test_every_date_of_every_table_is_one_that_python_reads():
    """A column that is missing here is named: add it to the `dated` of its model."""
    lacking = {
        f"{table}.{column}"
        for table, columns in dated_columns().items()
        for column in columns
        if not any(column in held for held, _ in constraints_of(table).values())
    }
    assert lacking == set()


def test_each_constraint_refuses_what_python_cannot_read():
    """Tried on a copy of the table's columns, since each row has guarantees besides."""
    got_through = []
    hours = dated_columns(models.TimeField)
    for table, columns in dated_columns().items():
        for name, (held, said) in constraints_of(table).items():
            with as_owner():
                names = ", ".join(held)
                execute(f"CREATE TEMP TABLE tried ON COMMIT DROP AS SELECT {names} FROM {table}")
                execute(f"ALTER TABLE tried ADD CONSTRAINT {name} {said}")
                for column in held & set(columns):
                    is_hour = column in hours.get(table, ())
                    got_through += [
                        f"{table}.{column}: {value}"
                        for value in (HOURS_OUT_OF_REACH if is_hour else OUT_OF_REACH)
                        if refusal_of(lambda c=column, v=value: put(c, v)) != name
                    ]
                    assert [
                        refusal_of(lambda c=column, v=value: put(c, v))
                        for value in (None, *(READABLE_HOURS if is_hour else READABLE))
                    ] == [None] * 4, (table, column)
                execute("DROP TABLE tried")
    assert got_through == []


def put(column: str, value: str | None) -> None:
    execute(f"INSERT INTO tried ({column}) VALUES (%s)", value)


@pytest.mark.parametrize("value", OUT_OF_REACH)
def test_the_web_writes_none_by_any_way(value):
    user = UserFactory()

    def attempt():
        by_sql(user, date_joined=value)

    assert refusal_of(attempt) == "actors_user_is_dated"

    holder_of("actors_user_is_dated").drop()

    assert refusal_of(attempt) is None


def test_a_form_asks_the_database_nothing_of_them(django_assert_num_queries):
    user = UserFactory()
    constraints = [one for one in User._meta.constraints if isinstance(one, ReadableDates)]

    with django_assert_num_queries(0):
        for constraint in constraints:
            constraint.validate(User, user)

    assert [one.name for one in constraints] == ["actors_user_is_dated"]
    assert user.date_joined <= timezone.now()
