"""What would switch a guarantee off doesn't get through as the role the web connects with.

Most of it is tried on a connection signed in as that role: `RESET ROLE` doesn't help there.
"""

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import errors

from actions.models import Action, ActionEvent
from tests.plugins.database import logged_in_as_web
from tests.support.factories import Story
from tests.support.guarantee_steps import granted_columns
from tests.support.refusals import holders

OWNER = settings.DATABASES["default"]["USER"]
A_TRIGGER = next(h for h in holders("actions") if h.thing.name == "d_snapshot_is_true")
TRIGGER_NAME = A_TRIGGER.thing.get_pgid(A_TRIGGER.model)
CONSTRAINT = "actions_action_granted_is_of_community_interest"

FORBIDDEN = [
    "ALTER TABLE actions_action DISABLE TRIGGER ALL",
    "ALTER TABLE actions_action DISABLE TRIGGER USER",
    f"ALTER TABLE actions_action DISABLE TRIGGER {TRIGGER_NAME}",
    f"DROP TRIGGER {TRIGGER_NAME} ON actions_action",
    f"ALTER TABLE actions_action DROP CONSTRAINT {CONSTRAINT}",
    "ALTER TABLE actions_action ALTER COLUMN status DROP NOT NULL",
    "ALTER TABLE actions_action ADD COLUMN more integer",
    "ALTER TABLE actions_action RENAME TO other",
    f"ALTER TABLE actions_action OWNER TO {settings.WEB_DATABASE_ROLE}",
    "DROP TABLE actions_action",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "TRUNCATE actions_action CASCADE",
    "TRUNCATE actions_actionevent",
    "TRUNCATE actions_gateresult",
    "TRUNCATE actions_sentevaluation",
    "CREATE TEMPORARY TABLE actions_evaluation (id bigint)",
    "CREATE TABLE other (id bigint)",
    "CREATE SCHEMA other",
    f"CREATE OR REPLACE FUNCTION {TRIGGER_NAME}() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION actions_is_linked(target bigint, person bigint) RETURNS boolean "
    "LANGUAGE sql AS 'SELECT false'",
    'CREATE FUNCTION public.num_nonnulls(VARIADIC "any") RETURNS integer LANGUAGE sql '
    "AS 'SELECT 0'",
    f"ALTER FUNCTION {TRIGGER_NAME}() SET search_path = pg_temp",
    f"DROP FUNCTION {TRIGGER_NAME}() CASCADE",
    f"CREATE TRIGGER zz BEFORE UPDATE ON actions_action EXECUTE FUNCTION {TRIGGER_NAME}()",
    "CREATE RULE nothing AS ON DELETE TO actions_actionevent DO INSTEAD NOTHING",
    "DELETE FROM pg_trigger",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('actions', '0003', now())",
    f"SET ROLE {OWNER}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    f"GRANT {OWNER} TO {settings.WEB_DATABASE_ROLE}",
    f"ALTER ROLE {settings.WEB_DATABASE_ROLE} SUPERUSER",
]


@pytest.mark.django_db
def test_nothing_that_would_switch_a_guarantee_off_is_permitted():
    with logged_in_as_web() as web:
        got_through = []
        for statement in FORBIDDEN:
            try:
                web.execute(statement)
            except errors.InsufficientPrivilege:
                continue
            got_through.append(statement)

    assert got_through == []


@pytest.mark.django_db
def test_the_isolation_is_said_by_the_connection():
    """Neither the server, nor the database, nor a role's own setting says it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setting, source FROM pg_settings WHERE name = 'default_transaction_isolation'"
        )
        assert cursor.fetchone() == ("read committed", "client")


@pytest.mark.django_db(transaction=True)
def test_a_table_is_locked_and_nothing_of_it_changes():
    """What the right to update brings with it: others wait, and no longer than they wish."""
    Story()
    with logged_in_as_web() as web, logged_in_as_web() as other:
        web.execute("BEGIN")
        web.execute("LOCK TABLE actions_action")
        other.execute("SET lock_timeout = '50ms'")

        with pytest.raises(errors.LockNotAvailable):
            other.execute("SELECT 1 FROM actions_action")
        with pytest.raises(errors.InsufficientPrivilege):
            web.execute("LOCK TABLE django_migrations")

        web.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM actions_action").fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_signed_in_as_the_web_the_guarantees_hold():
    """Real rows, a real session, and every switch that a session may turn."""
    story = Story().scored()
    columns = granted_columns(story)
    forged = {"status": "evaluated", "gate_points": 12, "gate_community_interest": True}
    with logged_in_as_web() as web:
        for preparation in (
            "RESET ROLE",
            "SET pgtrigger.ignore = '{actions_action,d_snapshot_is_true}'",
            "SET search_path = pg_catalog, pg_temp",
            "SET client_min_messages = error",
            "SET check_function_bodies = off",
            "SET row_security = off",
        ):
            web.execute(preparation)
        refusals = [
            refusal(web, "UPDATE public.actions_action SET " + assignments(columns), columns),
            refusal(web, "UPDATE public.actions_action SET " + assignments(forged), forged),
            refusal(web, "DELETE FROM public.actions_action", {}),
            refusal(web, "DELETE FROM public.actions_actionevent", {}),
            refusal(web, "UPDATE public.actions_criterionscore SET level = 3", {}),
        ]

    assert refusals == [
        "actions_action_status_pair_is_in_the_table",
        "actions_action_snapshot_is_true",
        "actions_action_only_drafts_are_deleted",
        "actions_actionevent_append_only",
        "actions_criterionscore_sent_is_kept",
    ]
    assert Action.objects.get().status == "in_evaluation"
    assert ActionEvent.objects.count() == 2


def assignments(columns: dict) -> str:
    return ", ".join(f"{column} = %({column})s" for column in columns)


def refusal(web: psycopg.Connection, statement: str, parameters: dict) -> str | None:
    """The name by which a statement is refused."""
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        web.execute(statement, parameters)
    return caught.value.diag.constraint_name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_stale_sight_is_refused(isolation):
    """In another isolation level a trigger would judge by the rows of the transaction's start.

    Somebody could begin, wait for a score to change, and close on the score of before.
    """
    Story().scored()
    with logged_in_as_web() as web:
        web.execute(f"BEGIN ISOLATION LEVEL {isolation}")

        assert (
            refusal(web, "UPDATE actions_action SET status = 'evaluated'", {})
            == "base_guarantee_sees_the_present"
        )
