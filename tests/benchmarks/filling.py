"""Fill one database: what it holds stays from one run of the benchmark to the next.

A process of its own for each size, since Django's connection belongs to one database.
"""

import json
import os
import sys
import time

from django.conf import settings

from actors.services import load_territory
from challenges.services import load_programme
from tests.benchmarks import data
from tests.benchmarks.databases import connect
from tests.benchmarks.sizes import Size


def fill(size: Size) -> float:
    """Load and vacuum; return how many seconds that took."""
    started = time.monotonic()
    root = settings.BASE_DIR
    load_programme(json.loads((root / "challenges/data/programme-2016-2020.json").read_text()))
    load_territory(json.loads((root / "actors/data/territory.json").read_text()))
    data.load_people(size.organisations)
    analysed = 0

    def keep_analysed(number: int) -> None:
        """Tell the planner each time there is twice as much: a load is too quick for autovacuum.

        Triggers would go on reading whole tables, as they rightly did when these were empty.
        """
        nonlocal analysed
        if number >= 2 * analysed:
            _as_owner("ANALYZE")
            analysed = number

    data.load_actions(size.actions, size.evaluations, keep_analysed)
    data.load_past_sessions(size.sessions)
    _as_owner("VACUUM ANALYZE")
    return time.monotonic() - started


def _as_owner(statement: str) -> None:
    with connect(os.environ["DATABASE_OWNER_URL"]) as session:
        session.execute(statement)


def main() -> None:
    """Fill the size that the command names, and say how long it took."""
    print(fill(Size.parse(sys.argv[1])))
