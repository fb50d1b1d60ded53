"""Measure every page at each size, and compare with the bars."""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

import environ
import psycopg
from django.conf import settings
from django.db import connection

from actors.services import load_territory
from challenges.services import load_programme
from tests.benchmarks import data
from tests.benchmarks.pages import (
    GROWTH,
    REFERENCE,
    ROWS_FOR_EACH_SHOWN,
    WORKER_MEGABYTES,
    MeasuredPage,
    asked,
    measured_pages,
    session_of,
)

HEAD = (
    "| page | reader | queries | rows | web ms | PG ms | wall ms | × reference | growth | kB |",
    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Line:
    """What one page cost at one size."""

    page: MeasuredPage
    queries: int
    rows: int
    cost: object
    ratio: float

    def kept(self, growth: float | None) -> bool:
        """Whether every bar is kept."""
        return (
            self.queries <= self.page.queries
            and self.rows <= ROWS_FOR_EACH_SHOWN * self.page.shown
            and self.ratio <= self.page.limit
            and (growth is None or growth <= GROWTH)
        )


def run(sizes: list[int], serve: Callable, measure: Callable, postgres) -> bool:
    """Print a table for each size; return whether every bar is kept."""
    root = settings.BASE_DIR
    load_programme(json.loads((root / "challenges/data/programme-2016-2020.json").read_text()))
    load_territory(json.loads((root / "actors/data/territory.json").read_text()))
    readers = data.load_people()
    sessions = {name: session_of(user) for name, user in readers.items()} | {"": ""}
    before: dict[tuple[str, str], float] = {}
    kept = True
    for size in sizes:
        started = time.monotonic()
        data.load_actions(size)
        _vacuum()
        print(f"\n## {size} actions (loaded in {time.monotonic() - started:.0f} s)\n")
        server = serve()
        try:
            lines = _measure(server, measure, postgres, sessions)
            peak = server.peak_megabytes()
        finally:
            server.stop()
        kept &= _print(lines, before) and peak <= WORKER_MEGABYTES
        print(f"\nPeak memory of a worker: {peak:.0f} MB (at most {WORKER_MEGABYTES}).")
        before = {(line.page.path, line.page.reader): line.cost.wall for line in lines}
    print(f"\nPython {platform.python_version()}, {_postgres_version()}, {platform.machine()}.")
    return kept


def _measure(server, measure, postgres, sessions) -> list[Line]:
    reference = {
        signed_in: measure(server, postgres, REFERENCE, sessions["agent" if signed_in else ""])
        for signed_in in (False, True)
    }
    lines = [
        Line(
            MeasuredPage(REFERENCE, "agent" if signed_in else "", shown=1),
            *asked(REFERENCE, sessions["agent" if signed_in else ""]),
            cost,
            1.0,
        )
        for signed_in, cost in reference.items()
    ]
    for page in measured_pages():
        session = sessions[page.reader]
        cost = measure(server, postgres, page.path, session)
        ratio = cost.wall / reference[bool(page.reader)].wall
        lines.append(Line(page, *asked(page.path, session), cost, ratio))
    return lines


def _print(lines: list[Line], before: dict) -> bool:
    print("\n".join(HEAD))
    all_kept = True
    for line in lines:
        page, cost = line.page, line.cost
        earlier = before.get((page.path, page.reader))
        growth = cost.wall / earlier if earlier else None
        kept = line.kept(growth)
        all_kept &= kept
        shown = "–" if growth is None else f"{growth:.2f}"
        mark = "" if kept else " **!**"
        print(
            f"| `{page.path}`{mark} | {page.reader or 'anybody'} | {line.queries} | {line.rows}"
            f" | {cost.web:.1f} | {cost.database:.1f} | {cost.wall:.1f}"
            f" | {line.ratio:.1f} | {shown} | {cost.size / 1000:.1f} |"
        )
    return all_kept


def _vacuum() -> None:
    """As autovacuum does in production, by the owner of the tables."""
    owner = environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    with psycopg.connect(
        user=owner["USER"],
        host=owner["HOST"],
        port=owner["PORT"],
        dbname=owner["NAME"],
        autocommit=True,
    ) as session:
        session.execute("VACUUM ANALYZE")


def _postgres_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"
