"""How many pages a second a machine serves to many at once: `make crowd`.

The web server as in production is asked by so many connections at once, each for the next page as
soon as it has one, for some seconds; who asks shares the processors with who answers. A line for
each arrangement (workers x threads) says how many pages a second there were, and how long half and
95 % of them took at most.

What was chosen by it is in docs/performance.md. `ARRANGED="2x4 3x4"` tries other arrangements;
variables of the environment (`CONN_MAX_AGE`) are those of the server.
"""

import os
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

import psycopg

from ops import embedded
from tests.benchmarks.__main__ import FOLDER
from tests.benchmarks.databases import connect, describe, environment_of, fill_all, name_of, start
from tests.benchmarks.facts import Facts
from tests.benchmarks.server import Server
from tests.benchmarks.sizes import Size

SIZE = Size(10_000)
ARRANGED = "2x1 2x2 2x4 2x8 2x16 3x4 4x4"
CONNECTIONS = (8, 32)
SECONDS, WARMING = 8, 2
# Of twenty pages that are asked for: what is kept, what is written anew, what one reads signed in.
KEPT, ANEW, SIGNED_IN = 12, 2, 6
SEARCHES = ("/actions/?q=recyclerie+quartier", "/recherche/?q=ressourcerie")
OFTEN_READ = {"/", "/defis/2/", "/actions/", "/actions/…/", "/acteurs/"}
Asked = tuple[str, str]  # an address, and the session of who reads it


def mix(facts: Facts) -> list[Asked]:
    """Twenty pages as people ask for them, in an order that mixes them."""
    by_kind: tuple[list[Asked], ...] = ([], [], [])
    for page in facts.pages:
        if page.reader:
            by_kind[2].append((page.path, facts.sessions[page.reader]))
        elif page.path in SEARCHES:
            by_kind[1].append((page.path, ""))
        elif page.title in OFTEN_READ:
            by_kind[0].append((page.path, ""))
    numbers = (KEPT, ANEW, SIGNED_IN)
    # Spread over the twenty: the first of each kind, then the second.
    spread = [
        ((place + 0.5) / number, page)
        for of, number in zip(by_kind, numbers, strict=True)
        for place, page in enumerate(islice(cycle(of), number))
    ]
    return [page for _, page in sorted(spread)]


def ask(server: Server, pages: Sequence[Asked], first: int, until: float) -> list[float]:
    """Ask for one page after the other, beginning with the `first`; return the seconds of each."""
    taken = []
    for path, session in islice(cycle(pages), first, None):
        began = time.monotonic()
        if began > until:
            return taken
        server.fetch(path, session)
        taken.append(time.monotonic() - began)
    raise AssertionError


def crowd(server: Server, pages: Sequence[Asked], connections: int, seconds: float) -> list[float]:
    """Ask from so many connections at once; return the seconds of every answer."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(connections) as pool:
        asked = [pool.submit(ask, server, pages, first, until) for first in range(connections)]
    return sorted(one for asking in asked for one in asking.result())


def main() -> None:
    """Print a table, a line for each arrangement and number of connections."""
    embedded.exit_on_sigterm()
    arranged = [one.split("x") for one in (os.environ.get("ARRANGED") or ARRANGED).split()]
    urls = start(FOLDER, fresh=False)
    try:
        for _ in fill_all([SIZE], urls):
            pass
        pages = mix(describe(SIZE, urls))
        environment = environment_of(SIZE, urls)
        print("| workers × threads | connections | pages a second | half | 95 % | sessions | MB |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        with connect(urls.web, "postgres") as watcher:
            for workers, threads in arranged:
                server = Server(environment | {"WEB_THREADS": threads}, workers=int(workers))
                try:
                    for connections in CONNECTIONS:
                        taken = _taken(server, pages, connections)
                        sessions = _sessions(watcher, name_of(environment["DATABASE_URL"]))
                        _print(f"{workers} × {threads}", connections, taken, sessions, server)
                finally:
                    server.stop()
    finally:
        embedded.release(FOLDER)


def _taken(server: Server, pages: Sequence[Asked], connections: int) -> list[float]:
    crowd(server, pages, connections, WARMING)
    return crowd(server, pages, connections, SECONDS)


def _sessions(watcher: psycopg.Connection, database: str) -> int:
    """How many the web holds of PostgreSQL."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    return watcher.execute(sql, [database]).fetchone()[0]


def _print(
    arranged: str, connections: int, taken: list[float], sessions: int, server: Server
) -> None:
    half, most = statistics.median(taken), taken[int(len(taken) * 0.95)]
    print(
        f"| {arranged} | {connections} | {len(taken) / SECONDS:.0f} | {half * 1000:.0f} ms"
        f" | {most * 1000:.0f} ms | {sessions} | {server.peak_megabytes():.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
