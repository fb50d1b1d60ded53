"""ess_portal/base/web_role.py: what the web's role is given, and what is taken from it."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from ess_portal.base.web_role import excessive_rights, grant_web_role, read_only_tables
from tests.plugins.database import as_owner

pytestmark = pytest.mark.django_db


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_is_left_to_take_away():
    with as_owner():
        assert excessive_rights(connection, settings.WEB_DATABASE_ROLE) == []


def test_granting_again_takes_away_what_was_given_in_between():
    web = settings.WEB_DATABASE_ROLE
    with as_owner():
        execute(f"GRANT TRUNCATE, TRIGGER ON django_content_type TO {web}")
        execute(f"GRANT UPDATE ON base_publishedversion TO {web}")
        execute(f"GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO {web}")
        assert excessive_rights(connection, web) == [
            "may create temporary tables",
            "has TRIGGER on django_content_type",
            "has TRUNCATE on django_content_type",
            "has UPDATE on base_publishedversion",
        ]

        grant_web_role(connection, web)

        assert excessive_rights(connection, web) == []


@pytest.mark.parametrize("table", read_only_tables())
@pytest.mark.parametrize("statement", ["INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}"])
def test_what_the_database_keeps_by_itself_is_read_only(table, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        execute(statement.format(table))
    execute(f"SELECT count(*) FROM {table}")


def test_an_unknown_role_is_told():
    with as_owner():
        assert excessive_rights(connection, "nobody_here") == [
            "the role nobody_here does not exist"
        ]


def test_the_command_says_what_it_did():
    output = StringIO()
    with as_owner():
        call_command("grant_web_role", stdout=output)
    assert "may use the rows of every table, and nothing else" in output.getvalue()


def test_one_role_for_both_is_allowed_and_told(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "USER", settings.WEB_DATABASE_ROLE)
    output = StringIO()

    call_command("grant_web_role", stdout=output)

    assert "nothing to grant" in output.getvalue()
