"""One database for each size, in a PostgreSQL that only the benchmark uses.

They stay below var/ until a migration or what fills them changes, or until `FRESH=1`.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import environ
import psycopg
from psycopg import sql

from ops import embedded
from ops.embedded.cluster import POSTGRESQL_VERSION
from ops.embedded.server import connect as connect_as_superuser
from tests.benchmarks.facts import Facts
from tests.benchmarks.server import production_environment
from tests.benchmarks.sizes import USUAL, Size

FILL = "import django; django.setup(); from tests.benchmarks import filling; filling.main()"
DESCRIBE = "import django; django.setup(); from tests.benchmarks import prepare; prepare.main()"
# The web then writes each page anew.
NOTHING_KEPT = {"PAGES_KEPT": "0"}
# A thousand rows at once, on a machine that does other work.
UNHURRIED = {"STATEMENT_TIMEOUT": "0", "LOCK_TIMEOUT": "0"}
APPS = ("actions", "actors", "challenges", "ess_portal")
FILLED_BY = ("data.py", "walk.py", "shares.py", "filling.py")
# What every page reads stays in memory, as where this is the authority's own server; the rest
# spares a load the checkpoints.
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
AT_ONCE = 2


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


def start(folder: Path, *, fresh: bool) -> embedded.Urls:
    """Start the server of `folder`, its schema made; what is there is kept unless it is outdated.

    Sets the environment of production. Exits when somebody else uses it.
    """
    if not embedded.stop_when_unused(folder):
        sys.exit("Another benchmark is under way.")
    os.environ |= production_environment() | {
        "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
        "SECRET_KEY": "for-the-benchmark-only-never-in-an-installation-0123456789",
    }
    for name in ("DEMO", "DEBUG"):
        os.environ.pop(name, None)
    digest = digest_of(embedded.BASE_DIR)
    if not fresh and folder.exists():
        urls = embedded.ensure_database(folder)
        if _remark(urls, name_of(urls.web)) == digest:
            manage("collectstatic", "--no-input", "-v0")
            return urls
        embedded.release(folder)
    shutil.rmtree(folder, ignore_errors=True)
    embedded.ensure_database(folder)
    with connect_as_superuser(folder, "postgres") as session:
        for name, value in SETTINGS.items():
            session.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    embedded.release(folder)
    urls = embedded.ensure_database(folder)
    make_schema()
    _set_remark(urls, name_of(urls.web), digest)
    return urls


def make_schema() -> None:
    """Migrate the database that all others are copied from."""
    for arguments in (
        ("migrate", "-v0"),
        ("createcachetable",),
        ("grant_web_role",),
        ("collectstatic", "--no-input", "-v0"),
    ):
        manage(*arguments)


def manage(*arguments: str, root: Path = embedded.BASE_DIR, **environment: str) -> None:
    """Run a command of the portal whose code is in `root`."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=root,
        env=os.environ | environment,
        # What the benchmark prints is the figures, and nothing else.
        stdout=sys.stderr,
        check=True,
    )


def digest_of(root: Path) -> str:
    """What stands for all that a filled database depends on."""
    files = [root / "tests/benchmarks" / name for name in FILLED_BY]
    for app in APPS:
        for pattern in ("migrations/*.py", "management/commands/*.py", "data/*.json"):
            files += sorted((root / app).rglob(pattern))
    whole = hashlib.sha256(repr((POSTGRESQL_VERSION, SETTINGS, USUAL)).encode())
    for file in files:
        whole.update(f"{file.relative_to(root)}\n".encode() + file.read_bytes())
    return whole.hexdigest()


def _remark(urls: embedded.Urls, database: str) -> str:
    """What was said of a database once it was whole; nothing of another."""
    with connect(urls.owner, "postgres") as session:
        found = session.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone()
    return (found and found[0]) or ""


def _set_remark(urls: embedded.Urls, database: str, remark: str) -> None:
    with connect(urls.owner, "postgres") as session:
        statement = sql.SQL("COMMENT ON DATABASE {} IS {}")
        session.execute(statement.format(sql.Identifier(database), sql.Literal(remark)))


def make_anew(urls: embedded.Urls, database: str, template: str) -> None:
    """Make a database from another, in place of what has its name."""
    names = {"name": sql.Identifier(database), "template": sql.Identifier(template)}
    with connect(urls.owner, "postgres") as owner:
        for statement in (
            "DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            "CREATE DATABASE {name} TEMPLATE {template}",
        ):
            owner.execute(sql.SQL(statement).format(**names))


def environment_of(size: Size, urls: embedded.Urls) -> dict[str, str]:
    """What a process needs to work on the database of this size."""
    return os.environ | {
        "DATABASE_URL": f"{urls.web}_{size.database}",
        "DATABASE_OWNER_URL": f"{urls.owner}_{size.database}",
    }


def fill_all(sizes: Sequence[Size], urls: embedded.Urls) -> Iterator[tuple[Size, float]]:
    """Fill each size that isn't yet, the biggest first; tell each once it is, and in what time."""
    missing = []
    for size in sizes:
        if remark := _remark(urls, _name(size, urls)):
            yield size, float(remark)
        else:
            missing.append(size)
            make_anew(urls, _name(size, urls), name_of(urls.web))
    missing.sort(key=lambda size: size.actions, reverse=True)
    yield from _filled(missing, urls)


def _filled(sizes: Sequence[Size], urls: embedded.Urls) -> Iterator[tuple[Size, float]]:
    """Fill some at once, for as many processors as most machines have; leave none behind."""
    waiting, running = list(sizes), {}
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                size = waiting.pop(0)
                running[size] = _filling(size, urls)
            for size, process in list(running.items()):
                if process.poll() is not None:
                    yield size, _outcome(size, running.pop(size), urls)
            time.sleep(0.1)
    finally:
        for process in running.values():
            process.terminate()
            process.wait()


def _filling(size: Size, urls: embedded.Urls) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FILL, size.key],
        cwd=embedded.BASE_DIR,
        env=environment_of(size, urls) | UNHURRIED,
        stdout=subprocess.PIPE,
        text=True,
    )


def _outcome(size: Size, process: subprocess.Popen[str], urls: embedded.Urls) -> float:
    printed, _ = process.communicate()
    if process.returncode:
        sys.exit(f"{size.title}: couldn't be loaded.")
    _set_remark(urls, _name(size, urls), printed.strip())
    return float(printed)


def describe(size: Size, urls: embedded.Urls) -> Facts:
    """Ask a filled database what there is to measure (prepare.py)."""
    outcome = subprocess.run(
        [sys.executable, "-c", DESCRIBE],
        cwd=embedded.BASE_DIR,
        env=environment_of(size, urls) | NOTHING_KEPT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Facts.read(outcome.stdout)


def _name(size: Size, urls: embedded.Urls) -> str:
    return f"{name_of(urls.web)}_{size.database}"
