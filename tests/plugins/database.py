"""The database of the tests, loaded by `addopts = -p tests.plugins.database`.

Loaded that early because pytest-django reads the settings before any conftest.py.

The suite runs with the rights of the web's role. The owner makes and migrates the test database,
grants the web's role its rights, and from then on every connection, those of threads and of live
servers included, takes that role as soon as it is made. What only the owner may do is done in
`as_owner()`: the flush of transactional tests (TRUNCATE), and tests that drop a trigger to show
that a guarantee depends on it.
"""

import contextlib
import functools
import os
import signal
from collections.abc import Iterable, Iterator

import psycopg
import pytest
from psycopg import sql

from ops import embedded
from tests.plugins.template_database import template

# What the developer's own shell says must not change the outcome of a test.
IGNORED_VARIABLES = (
    "ALLOWED_HOSTS",
    "ATTACHMENTS_ROOT",
    "CACHE_URL",
    "CLAMAV",
    "COMMIT",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "DEMO_PASSWORD",
    "LOG_LEVEL",
    "PORT",
    "SECURE_PROXY_SSL_HEADER",
    "SITE_URL",
)
TEST_ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
    "SECRET_KEY": "for-the-tests-only-never-in-an-installation-0123456789",
    # Plain HTTP on loopback, as a browser test needs; the settings of production have their own
    # tests.
    "DEMO": "1",
    "CONNECT_AS_OWNER": "1",
    "EMAIL_URL": "memorymail://",
    "PLAIN_STATIC": "1",
    # The version of what is published moves at a commit, and most tests commit nothing.
    "PAGES_KEPT": "0",
    # What the law wants said before anybody may propose.
    "AUTHORITY_ADDRESS": "1 place de la Mairie",
    "AUTHORITY_PHONE": "04 65 71 00 10",
    "PUBLICATION_DIRECTOR": "Ana Bé",
    "MEDIA_ROOT": str(embedded.VAR_DIR / "test-media"),
}


def _prepare_environment() -> bool:
    """Sets what the settings read; tells whether this process has a server to start."""
    for name in IGNORED_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(TEST_ENVIRONMENT)
    if os.environ.get("DATABASE_URL"):  # somebody's own server, or the one of xdist's parent
        return False
    embedded.urls(embedded.TEST_FOLDER).export()
    return True


_EMBEDDED = _prepare_environment()
COUNTED_AT_THE_END = ("actions_uncounted_is_noted", "actions_counting_is_done")


# --- Roles ------------------------------------------------------------------------------------


@contextlib.contextmanager
def as_owner(connection=None) -> Iterator[None]:
    """Gives the owner's rights to what is inside, on the current connection and no other.

    In a transaction, so in an ordinary test, what it alters is rolled back with the rest.
    """
    from django.db import connection as default

    connection = connection or default
    connection.ensure_connection()
    before = connection.connection.execute("SHOW role").fetchone()[0]
    _set_role(connection, "none")
    try:
        yield
    finally:
        driver = connection.connection
        usable = driver is not None and not driver.closed
        # In a failed transaction nothing can be said, and its rollback restores the role.
        if usable and driver.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            _set_role(connection, before)


@contextlib.contextmanager
def logged_in_as_web() -> Iterator[psycopg.Connection]:
    """A connection of its own to the test database, signed in as the web's role itself.

    It sees only what is committed: for transactional tests. RESET ROLE does not help it.
    """
    from django.db import connection
    from environ import Env

    web = Env.db_url_config(os.environ["DATABASE_URL"])
    with psycopg.connect(
        host=web["HOST"] or None,
        port=web["PORT"] or None,
        user=web["USER"],
        password=web["PASSWORD"] or None,
        dbname=connection.settings_dict["NAME"],
        autocommit=True,
    ) as own:
        yield own


def _set_role(connection, role: str) -> None:
    # On the driver's connection: not a query of the code under test, so not counted as one.
    name = sql.SQL("NONE") if role == "none" else sql.Identifier(role)
    connection.connection.execute(sql.SQL("SET ROLE {}").format(name))


def _take_web_role(connection, **_kwargs) -> None:
    from django.conf import settings
    from django.db.backends.base.base import NO_DB_ALIAS

    # Without a database: Django makes or drops the test database, as its owner.
    if connection.vendor == "postgresql" and connection.alias != NO_DB_ALIAS:
        _set_role(connection, settings.WEB_DATABASE_ROLE)


def _separate_roles() -> None:
    """Makes Django's own machinery act as the owner, and everything after it as the web."""
    from django.conf import settings
    from django.core.cache import caches
    from django.db.backends.postgresql.creation import DatabaseCreation
    from django.db.backends.postgresql.operations import DatabaseOperations
    from django.db.backends.signals import connection_created

    from ess_portal.base.web_role import grant_web_role

    create_test_db = DatabaseCreation.create_test_db
    destroy_test_db = DatabaseCreation._destroy_test_db
    execute_sql_flush = DatabaseOperations.execute_sql_flush

    @functools.wraps(create_test_db)
    def create_then_grant(self: DatabaseCreation, *args, **kwargs) -> str:
        with template(self, create_test_db):
            name = create_test_db(self, *args, **kwargs)
        grant_web_role(self.connection, settings.WEB_DATABASE_ROLE)
        connection_created.connect(_take_web_role, dispatch_uid="tests.web_role")
        self.connection.close()
        return name

    @functools.wraps(destroy_test_db)
    def destroy_under_whoever_stays(self: DatabaseCreation, name: str, verbosity: int) -> None:
        # A thread of a live server keeps its session as long as a browser keeps its connection.
        with self._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [name],
            )
        destroy_test_db(self, name, verbosity)

    @functools.wraps(execute_sql_flush)
    def flush_as_owner(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        with as_owner(self.connection):
            execute_sql_flush(self, sql_list)
        # The cache's table has no model, so the flush leaves it: rate limits would outlive a test.
        for cache in caches.all(initialized_only=True):
            cache.clear()

    DatabaseCreation.create_test_db = create_then_grant
    DatabaseCreation._destroy_test_db = destroy_under_whoever_stays
    DatabaseOperations.execute_sql_flush = flush_as_owner


def _count_at_once() -> None:
    """Has what is added up at the end of transactions (decision 37) added up at each statement: the
    transaction of a test never ends. Those of tests that commit keep the order of production.
    """
    from django.db import transaction
    from django.db.backends.postgresql.base import DatabaseWrapper
    from django.db.transaction import Atomic

    enter, check_constraints = Atomic.__enter__, DatabaseWrapper.check_constraints
    statement = f"SET CONSTRAINTS {', '.join(COUNTED_AT_THE_END)} IMMEDIATE"

    @functools.wraps(enter)
    def enter_then_count(self: Atomic) -> None:
        enter(self)
        if self._from_testcase:
            transaction.get_connection(self.using).connection.execute(statement)

    @functools.wraps(check_constraints)
    def check_then_count(self: DatabaseWrapper, *args, **kwargs) -> None:
        check_constraints(self, *args, **kwargs)
        if any(block._from_testcase for block in self.atomic_blocks):
            self.connection.execute(statement)

    Atomic.__enter__ = enter_then_count
    DatabaseWrapper.check_constraints = check_then_count


# --- Hooks ------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Starts the embedded server unless the parent did, and separates the roles."""
    if config.option.help or config.option.version:
        return
    if _EMBEDDED and not config.option.collectonly:
        # In order, so that workers end and the server is let go.
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            embedded.ensure_database(embedded.TEST_FOLDER, durable=False)
        except embedded.EmbeddedDatabaseError as error:
            raise pytest.UsageError(str(error)) from error
    _refuse_a_single_role()
    _separate_roles()
    _count_at_once()


def pytest_unconfigure() -> None:
    """Lets the server go; the last process to leave stops it."""
    if _EMBEDDED:
        embedded.release(embedded.TEST_FOLDER)


def pytest_report_header() -> str:
    """Says in one line what the suite runs on."""
    where = "embedded, below var/" if _EMBEDDED else "DATABASE_URL"
    return f"database: PostgreSQL ({where})"


def _refuse_a_single_role() -> None:
    from django.conf import settings

    owner = settings.DATABASES["default"]["USER"]
    if owner == settings.WEB_DATABASE_ROLE:
        raise pytest.UsageError(
            "The suite checks what the web's role may not do, so it needs two roles: set "
            "DATABASE_OWNER_URL to another role than DATABASE_URL's, with the right to create "
            f"databases and to SET ROLE {settings.WEB_DATABASE_ROLE}, or set neither."
        )
