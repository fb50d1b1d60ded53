"""What one request costs, in processor time of the web and of PostgreSQL.

The kernel keeps a clock for each process, in nanoseconds, that only advances while one of its
threads runs: `clock_gettime` reads it, where `/proc/<pid>/stat` counts steps of ten milliseconds.
Read are the web's workers and the PostgreSQL sessions they hold, which last as long as they do.
PostgreSQL's housekeeping (autovacuum, checkpoints) has its own processes: no page pays for it.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.benchmarks.server import Server

SETTLE_SECONDS = 10
MILLISECOND = 1_000_000
# Of another database than the measured one, so that it isn't among those found.
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND usename = %s"


class MovedOnError(Exception):
    """A process that was being measured has ended."""


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time, and bytes of the compressed page."""

    web: float
    database: float
    size: int

    @property
    def total(self) -> float:
        """What is compared with the bars."""
        return self.web + self.database


def clock(pid: int) -> int:
    """The nanoseconds that a process has used, all its threads together."""
    # clock_getcpuclockid() of the C library: the number's complement, and the kind of clock.
    return time.clock_gettime_ns((~pid << 3) | 2)


def refuse_coarse_clocks() -> None:
    """Exit where processes have no clock that is fine enough."""
    if not sys.platform.startswith("linux"):
        sys.exit("The benchmark reads clocks of processes as Linux keeps them.")


class Meter:
    """The processes that answer for one server."""

    def __init__(self, server: Server, watcher: psycopg.Connection, database: str):
        self.server, self.watcher, self.database = server, watcher, database
        self.web: list[int] = []
        self.sessions: list[int] = []

    def find(self) -> None:
        """Look up the processes; they are few and last."""
        self.web = sorted(worker.pid for worker in self.server.workers())
        found = self.watcher.execute(SESSIONS, [self.database, self.watcher.info.user])
        self.sessions = sorted(pid for (pid,) in found)

    def check(self) -> None:
        """Raise `MovedOnError` unless the processes still are those that were found."""
        before = self.web, self.sessions
        self.find()
        if before != (self.web, self.sessions):
            raise MovedOnError

    def cost(self, path: str, session: str) -> Cost:
        """Ask for a page, and return what that cost."""
        before = self._read()
        size = self.server.fetch(path, session)
        self._settle()
        after = self._read()
        web, database = ((b - a) / MILLISECOND for a, b in zip(before, after, strict=True))
        return Cost(web, database, size)

    def _read(self) -> tuple[int, int]:
        try:
            return sum(map(clock, self.web)), sum(map(clock, self.sessions))
        except OSError as error:
            raise MovedOnError from error

    def _settle(self) -> None:
        """Wait until nobody is at work any more: some is done after the last byte.

        Twice in a row, since whoever is asleep when looked at may be woken while others are.
        """
        deadline = time.monotonic() + SETTLE_SECONDS
        asleep = 0
        while asleep < 2:
            asleep = asleep + 1 if self._all_sleep() else 0
            if time.monotonic() > deadline:
                sys.exit("The web server works on after it has answered.")

    def _all_sleep(self) -> bool:
        try:
            return all(
                _state(thread) == "S"
                for pid in (*self.web, *self.sessions)
                for thread in Path(f"/proc/{pid}/task").iterdir()
            )
        except OSError as error:
            raise MovedOnError from error


def _state(thread: Path) -> str:
    # After the name, which is between parentheses and may hold anything.
    return (thread / "stat").read_text().rpartition(")")[2].split()[0]
