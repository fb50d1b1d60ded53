"""The migrated database that test databases are copied from.

Migrating takes ten seconds of processor time and more, and copying half a second. The embedded
server keeps one template, named after what its migrations read: changed sources find none, make
one, and drop the old one. Whoever comes while it is being made waits for it. Migrations still run
on the copy, and find nothing to do.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from psycopg import sql

from ops import embedded

PREFIX = "test_template_"
UNFINISHED = "test_unfinished"
LOCK = 20_161_127  # any number: nothing else locks by one on this server

# What migrations are made of: ours, what they take from `base`, and the versions of all the rest.
# They also import validators and defaults of ours, which leave no trace in a schema.
SOURCES = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "ess_portal/base/*.py",
    "requirements/dev.txt",
)


@contextlib.contextmanager
def template(creation: Any, create: Callable[..., str]) -> Iterator[None]:
    """Has the test database that is created inside copied from the template.

    `create` is Django's own `create_test_db`. On somebody's own server nothing is left behind, so
    there is no template.
    """
    if os.environ["DATABASE_URL"] != embedded.urls(embedded.TEST_FOLDER).web:
        yield
        return
    name = template_name()
    with creation._nodb_cursor() as cursor:
        # One alone makes or drops it, nobody while others copy; let go with the connection.
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        found = set(_templates(cursor))
        if name not in found:
            _make(creation, create)
            _execute(cursor, "ALTER DATABASE {} RENAME TO {}", UNFINISHED, name)
        for old in found - {name}:
            _execute(cursor, "DROP DATABASE {} (FORCE)", old)
        cursor.execute("SELECT pg_advisory_lock_shared(%s), pg_advisory_unlock(%s)", [LOCK, LOCK])
        creation.connection.settings_dict["TEST"]["TEMPLATE"] = name
        yield


def template_name(root: Path = embedded.BASE_DIR) -> str:
    """The name of the template of today's sources below `root`."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _templates(cursor: Any) -> Iterator[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    return (row[0] for row in cursor.fetchall())


def _make(creation: Any, create: Callable[..., str]) -> None:
    """Migrates a database of another name; one that was left half made is dropped first."""
    settings = creation.connection.settings_dict
    before = settings["TEST"].get("NAME"), settings["NAME"]
    settings["TEST"]["NAME"] = UNFINISHED
    try:
        create(creation, verbosity=0, autoclobber=True, serialize=False)
        creation.connection.close()
    finally:
        settings["TEST"]["NAME"], settings["NAME"] = before


def _execute(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
