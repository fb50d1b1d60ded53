"""Fill one database, and say in JSON which pages to ask it for, and what they ask of it.

A process of its own for each size, since Django's connection belongs to one database.
"""

import json
import os
import sys
import time
from dataclasses import asdict

from django.conf import settings
from django.db import connection

from actors.services import load_territory
from challenges.services import load_programme
from tests.benchmarks import data
from tests.benchmarks.bars import REFERENCE
from tests.benchmarks.databases import connect
from tests.benchmarks.pages import asked, measured_pages, session_of
from tests.benchmarks.sizes import Size


def prepare(size: Size) -> dict:
    """Load, vacuum, open sessions; return what the measure needs to know."""
    started = time.monotonic()
    root = settings.BASE_DIR
    load_programme(json.loads((root / "challenges/data/programme-2016-2020.json").read_text()))
    load_territory(json.loads((root / "actors/data/territory.json").read_text()))
    readers = data.load_people(size.organisations)
    data.load_actions(size.actions)
    sessions = {name: session_of(user) for name, user in readers.items()} | {"": ""}
    pages = measured_pages()
    _vacuum()
    return {
        "seconds": time.monotonic() - started,
        "sessions": sessions,
        "pages": [asdict(page) for page in pages],
        "asked": [asked(page.path, sessions[page.reader]) for page in pages],
        "reference_asked": {reader: asked(REFERENCE, sessions[reader]) for reader in ("", "agent")},
        "version": _version(),
    }


def _vacuum() -> None:
    """As autovacuum does in production, by the owner of the tables."""
    with connect(os.environ["DATABASE_OWNER_URL"]) as session:
        session.execute("VACUUM ANALYZE")


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def main() -> None:
    """Prepare the size that the command names."""
    json.dump(prepare(Size.parse(sys.argv[1])), sys.stdout)
