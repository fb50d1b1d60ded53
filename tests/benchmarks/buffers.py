"""How many blocks of eight kilobytes PostgreSQL looks at for a page.

Each question is asked once more beforehand, with the same words, by `EXPLAIN (ANALYZE, BUFFERS)`,
which counts those it found in memory and those it read from a disk, of tables, indexes and texts
stored apart. No clock has a part in it: the same page over the same rows looks at the same blocks.
Left out is what only depends on how long a session has lasted: the catalogues read to plan.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

READS = ("SELECT", "WITH", "(")
ASK = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "
COUNTED = ("Shared Hit Blocks", "Shared Read Blocks")


@dataclass
class Blocks:
    """Those counted so far."""

    total: int = 0


@contextmanager
def counted_blocks(connection: BaseDatabaseWrapper) -> Iterator[Blocks]:
    """Count what the questions asked inside look at; what writes isn't counted."""
    blocks = Blocks()

    def ask_twice(execute, statement: str, parameters: Any, many: bool, context: dict):
        if not many and statement.lstrip().upper().startswith(READS):
            # A cursor of its own: the caller's may be one that can't explain.
            with connection.connection.cursor() as cursor:
                cursor.execute(ASK + statement, parameters)
                (plan,) = cursor.fetchone()
            blocks.total += of_plan(plan)
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(ask_twice):
        yield blocks


def of_plan(plan: Any) -> int:
    """The blocks of a whole plan: its uppermost node's, which hold those of the others."""
    [explained] = json.loads(plan) if isinstance(plan, str) else plan
    return sum(explained["Plan"][name] for name in COUNTED)
