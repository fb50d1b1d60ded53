"""The two roles and the database: who owns, and who only uses."""

from pathlib import Path

from ops.embedded.errors import EmbeddedDatabaseError
from ops.embedded.places import DATABASE, OWNER_ROLE, WEB_ROLE
from ops.embedded.server import connect


def ensure_roles_and_database(folder: Path) -> None:
    """Two roles and a database; what the first role creates the second may use, not alter."""
    import psycopg  # noqa: PLC0415

    try:
        _make_roles_and_database(folder)
    except psycopg.Error as error:
        raise EmbeddedDatabaseError(str(error)) from error


def _make_roles_and_database(folder: Path) -> None:
    from psycopg import sql  # noqa: PLC0415

    names = {
        "owner": sql.Identifier(OWNER_ROLE),
        "web": sql.Identifier(WEB_ROLE),
        "database": sql.Identifier(DATABASE),
    }
    with connect(folder, "postgres") as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if OWNER_ROLE not in roles:
            connection.execute(sql.SQL("CREATE ROLE {owner} LOGIN CREATEDB").format(**names))
        if WEB_ROLE not in roles:
            connection.execute(sql.SQL("CREATE ROLE {web} LOGIN").format(**names))
            # The tests connect as the owner, then SET ROLE to the web's: see tests/plugins.
            connection.execute(
                sql.SQL("GRANT {web} TO {owner} WITH INHERIT FALSE, SET TRUE").format(**names)
            )
        if DATABASE not in databases:
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
    if DATABASE in databases:
        return
    with connect(folder, DATABASE) as connection:
        for statement in (
            # A temporary table would be found before the real one by an unqualified name in a
            # trigger: the web's role may not make any.
            "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
            " GRANT USAGE ON SEQUENCES TO {web}",
        ):
            connection.execute(sql.SQL(statement).format(**names))
