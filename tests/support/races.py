"""Two people at the same instant, on real transactions: no sleeping and hoping.

The first one's transaction is held open, done but not committed, until the second one either
waits for it (PostgreSQL says who blocks whom) or has finished without waiting.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction

# Far beyond any wait seen: only a broken test reaches it.
PATIENCE = 20


def outcome_of(step: Callable[[], Any]) -> Any:
    """What `step` returns, or the exception that it raises."""
    try:
        return step()
    except Exception as error:
        return error


def race(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any, bool]:
    """Run `first`, then `second` before `first` commits.

    Returns both outcomes (`outcome_of`), and whether the second one waited for the first.
    """
    done, let_go = threading.Event(), threading.Event()
    second_started: Future[int] = Future()

    def run_first():
        try:
            with transaction.atomic():
                result = outcome_of(first)
                if isinstance(result, Exception):
                    transaction.set_rollback(True)
                done.set()
                let_go.wait(PATIENCE)
            return result
        finally:
            done.set()
            connection.close()

    def run_second():
        try:
            done.wait(PATIENCE)
            connection.ensure_connection()
            second_started.set_result(connection.connection.info.backend_pid)
            return outcome_of(second)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        ahead, behind = pool.submit(run_first), pool.submit(run_second)
        try:
            waited = _waits(second_started.result(PATIENCE), behind)
        finally:
            let_go.set()
        return ahead.result(PATIENCE), behind.result(PATIENCE), waited


def _waits(pid: int, running: Future) -> bool:
    """Whether the session `pid` is blocked by another one before it is through."""
    deadline = time.monotonic() + PATIENCE
    while not running.done() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.01)
    return False


def all_at_once(steps: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run every step in a thread of its own, all let go at the same instant."""
    steps = list(steps)
    barrier = threading.Barrier(len(steps))

    def run(step):
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE)
            return outcome_of(step)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
