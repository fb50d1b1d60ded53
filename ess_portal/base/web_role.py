"""What the web's database role may do: use the rows, never the structure (rules.md, section 5).

A dump holds none of it but the rights on tables: after a restore, `grant_web_role` again. With the
right to update rows comes `LOCK TABLE`, which can't be taken away alone: it stops others, no longer
than their `lock_timeout`, and changes nothing (docs/operations.md).
"""

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

WRITING_RIGHTS = ("INSERT", "UPDATE", "DELETE")
ROW_RIGHTS = ", ".join(("SELECT", *WRITING_RIGHTS))
# What none of these rights lets through would let a trigger be switched off or deceived.
FORBIDDEN_TABLE_RIGHTS = ("TRUNCATE", "TRIGGER", "REFERENCES")


def read_only_tables() -> list[str]:
    """Where only the owner's commands write, and functions that act in the owner's name."""
    kept = [one for one in apps.get_models() if getattr(one, "kept_by_database", False)]
    return ["django_migrations", *(model._meta.db_table for model in kept)]


def grant_web_role(connection: BaseDatabaseWrapper, role: str) -> None:
    """Gives `role` the rows of what the connected owner has in `public`, and nothing else.

    Idempotent. What the owner makes later is granted in advance (default privileges).
    """
    web = connection.ops.quote_name(role)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        database = connection.ops.quote_name(cursor.fetchone()[0])
        statements = [
            # A temporary table would be found before the real one by an unqualified name in a
            # trigger, and a trigger could be deceived: the web's role may not make any.
            f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {web}",
            f"REVOKE CREATE ON SCHEMA public FROM {web}",
            f"GRANT USAGE ON SCHEMA public TO {web}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {web}",
            f"GRANT {ROW_RIGHTS} ON ALL TABLES IN SCHEMA public TO {web}",
            *_read_only(connection, web),
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {web}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {web}",
            f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {web}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {ROW_RIGHTS} ON TABLES TO {web}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {web}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {web}",
        ]
        for statement in statements:
            cursor.execute(statement)


def excessive_rights(connection: BaseDatabaseWrapper, role: str) -> list[str]:
    """What `role` could still do that the rules forbid, one sentence each.

    Rights granted by somebody else than the connected owner can't be taken away by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolreplication,"
            " has_database_privilege(oid, current_database(), 'CREATE'),"
            " has_database_privilege(oid, current_database(), 'TEMPORARY'),"
            " has_schema_privilege(oid, 'public', 'CREATE'),"
            " pg_has_role(oid, current_user, 'MEMBER')"
            " FROM pg_roles WHERE rolname = %s",
            [role],
        )
        row = cursor.fetchone()
        if row is None:
            return [f"the role {role} does not exist"]
        sentences = (
            "is a superuser",
            "may create roles",
            "may replicate",
            "may create schemas",
            "may create temporary tables",
            "may create objects in the schema public",
            "is a member of the owner's role",
        )
        found = [text for may, text in zip(row, sentences, strict=True) if may]
        cursor.execute(
            "SELECT c.relname, r.name FROM pg_class c CROSS JOIN unnest(%s::text[]) AS r(name)"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND has_table_privilege(%s, c.oid, r.name) ORDER BY 1, 2",
            [list(FORBIDDEN_TABLE_RIGHTS), role],
        )
        found += [f"has {right} on {table}" for table, right in cursor.fetchall()]
        cursor.execute(
            "SELECT c.relname, r.name FROM pg_class c CROSS JOIN unnest(%s::text[]) AS r(name)"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)"
            " AND has_table_privilege(%s, c.oid, r.name) ORDER BY 1, 2",
            [list(WRITING_RIGHTS), read_only_tables(), role],
        )
        found += [f"has {right} on {table}" for table, right in cursor.fetchall()]
    return found


def _read_only(connection: BaseDatabaseWrapper, web: str) -> list[str]:
    present = set(connection.introspection.table_names())
    return [
        f"REVOKE {', '.join(WRITING_RIGHTS)} ON {connection.ops.quote_name(table)} FROM {web}"
        for table in read_only_tables()
        if table in present
    ]
