"""One database for each size, in a PostgreSQL that only the benchmark uses."""

import json
import os
import subprocess
import sys

import environ
import psycopg
from psycopg import sql

from ops import embedded
from tests.benchmarks.server import production_environment
from tests.benchmarks.sizes import Size

FILL = "import django; django.setup(); from tests.benchmarks import prepare; prepare.main()"
# A thousand rows at once, on a machine that does other work.
UNHURRIED = {"STATEMENT_TIMEOUT": "0", "LOCK_TIMEOUT": "0"}


def connect(url: str, database: str = "") -> psycopg.Connection:
    """Open a session, of another database than the address says when one is named."""
    place = environ.Env.db_url_config(url)
    return psycopg.connect(
        user=place["USER"],
        host=place["HOST"],
        port=place["PORT"],
        dbname=database or place["NAME"],
        autocommit=True,
    )


def name_of(url: str) -> str:
    """The database that an address leads to."""
    return environ.Env.db_url_config(url)["NAME"]


def make_schema() -> None:
    """Migrate the database that all others are copied from; set the environment of production."""
    os.environ |= production_environment() | {
        "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
        "SECRET_KEY": "for-the-benchmark-only-never-in-an-installation-0123456789",
    }
    for name in ("DEMO", "DEBUG"):
        os.environ.pop(name, None)
    for arguments in (
        ("migrate", "-v0"),
        ("createcachetable",),
        ("grant_web_role",),
        ("collectstatic", "--no-input", "-v0"),
    ):
        # What the benchmark prints is the figures, and nothing else.
        subprocess.run([sys.executable, "manage.py", *arguments], stdout=sys.stderr, check=True)


def environment_of(size: Size, urls: embedded.Urls) -> dict[str, str]:
    """What a process needs to work on the database of this size."""
    return os.environ | {
        "DATABASE_URL": f"{urls.web}_{size.key}",
        "DATABASE_OWNER_URL": f"{urls.owner}_{size.key}",
    }


def fill(size: Size, urls: embedded.Urls) -> dict:
    """Copy the schema and fill it; return what there is to measure (prepare.py)."""
    environment = environment_of(size, urls)
    with connect(urls.owner, "postgres") as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name_of(environment["DATABASE_URL"])),
                sql.Identifier(name_of(urls.web)),
            )
        )
    outcome = subprocess.run(
        [sys.executable, "-c", FILL, size.key],
        env=environment | UNHURRIED,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(outcome.stdout)
