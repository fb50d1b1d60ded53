"""Load, serve, measure, print: `make bench`, or `make bench SIZES="100 10000"`, or `FRESH=1`."""

import os
import platform
import signal
import sys
import time
from contextlib import ExitStack

from ops import embedded
from tests.benchmarks.clocks import Meter, refuse_coarse_clocks
from tests.benchmarks.databases import (
    NOTHING_KEPT,
    connect,
    describe,
    environment_of,
    fill_all,
    name_of,
    start,
)
from tests.benchmarks.facts import Facts
from tests.benchmarks.original import require_history, serving
from tests.benchmarks.report import Measured, Row, breaches_table, start_line, starts_soon
from tests.benchmarks.rounds import FEWEST, MOST, Limits, Line, Reference, Site, measure
from tests.benchmarks.server import Server
from tests.benchmarks.sizes import DEFAULT, Size, bases_of, parse_all
from tests.benchmarks.starting import start_seconds

# Beside the usual one for a test.
FOLDER = embedded.BENCH_FOLDER.with_name(
    "-".join(filter(None, (embedded.BENCH_FOLDER.name, os.environ.get("BENCH_FOLDER"))))
)
# One request after the other needs one worker and one thread, and then only one session of
# PostgreSQL answers; it lasts, so that no page pays for its beginning.
SERVED = {"WEB_THREADS": "1", "CONN_MAX_AGE": "86400"}
KEPT = {"PAGES_KEPT": "1"}


def main() -> int:
    """Run the benchmark; return 1 when a bar isn't kept."""
    refuse_coarse_clocks()
    require_history()
    embedded.exit_on_sigterm()
    # A shell's background job ignores it from the start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    try:
        sizes = parse_all(os.environ.get("SIZES") or DEFAULT)
    except ValueError as error:
        sys.exit(f"SIZES: {error}")
    fewest, most = (os.environ.get("PAIRS") or f"{FEWEST} {MOST}").split()
    urls = start(FOLDER, fresh=bool(os.environ.get("FRESH")))
    try:
        seconds = {}
        _say(f"Loading what isn’t below {FOLDER.name} yet of: {', '.join(s.key for s in sizes)}.")
        for size, taken in fill_all(sizes, urls):
            _say(f"{size.title}: loaded in {taken:.0f} s.")
            seconds[size] = taken
        facts = {size: describe(size, urls) for size in sizes}
        begins = start_seconds(environment_of(sizes[0], urls))
        measured = _measured(facts, seconds, urls, Limits(int(fewest), int(most)))
    finally:
        embedded.release(FOLDER)
    return _print(measured, begins, facts[sizes[0]].version, started)


def _measured(
    facts: dict[Size, Facts], seconds: dict[Size, float], urls: embedded.Urls, limits: Limits
) -> list[Measured]:
    """Serve every size at once, and ask for each page at all of them in turn."""
    bases = bases_of(list(facts))
    with ExitStack() as stack:
        watcher = stack.enter_context(connect(urls.web, "postgres"))
        folder = FOLDER.with_name(f"{FOLDER.name}-original")
        original = stack.enter_context(serving(folder, urls, SERVED))
        unit = Meter(original.server, watcher, original.database)
        reference = Reference(unit, original.sessions)

        def serve(size: Size, keeping: dict[str, str]) -> Meter:
            environment = environment_of(size, urls) | SERVED | keeping
            server = Server(environment, workers=1)
            stack.callback(server.stop)
            return Meter(server, watcher, name_of(environment["DATABASE_URL"]))

        sites = []
        for size, found in facts.items():
            pages, meters = list(found.pages), [serve(size, NOTHING_KEPT)]
            if size.is_usual:
                pages += [page.as_kept() for page in found.pages if page.may_be_kept]
                meters.append(serve(size, KEPT))
            by_key = {page.key: page for page in pages}
            sites.append(Site(size, bases[size], found.sessions, by_key, *meters))
        rows: dict[Size, list[Row]] = {size: [] for size in facts}
        for key, page in sites[0].pages.items():
            _say(page.said)
            for size, line in measure(sites, key, reference, limits).items():
                site = next(site for site in sites if site.size == size)
                rows[size].append(_row(site, line, facts))
        return [
            Measured(
                title=site.size.title,
                seconds=seconds[site.size],
                base=site.base.title if site.base else "",
                rows=rows[site.size],
                megabytes=max(meter.server.peak_megabytes() for meter in site.meters),
            )
            for site in sites
        ]


def _row(site: Site, line: Line, facts: dict[Size, Facts]) -> Row:
    page = line.page
    if page.kept:
        return Row(line, None, unchanged=site.meter_of(page).server.is_unchanged(page.path))
    base = facts[site.base].of(page.key).blocks if site.base else None
    return Row(line, facts[site.size].of(page.key), base)


def _print(measured: list[Measured], begins: float, version: str, started: float) -> int:
    for one in measured:
        print("\n".join(one.table()))
    print(start_line(begins))
    print(f"Python {platform.python_version()}, {version}, {platform.machine()}.\n")
    print("\n".join(breaches_table()))
    for one in measured:
        for sentence in one.kept_again():
            _say(f"{sentence} Take it out of tests/benchmarks/bars.py.")
    kept = all(one.kept for one in measured) and starts_soon(begins)
    conclusion = "No bar is broken." if kept else "Bars are broken: the lines marked !."
    _say(f"{conclusion} Done in {time.monotonic() - started:.0f} s.")
    return 0 if kept else 1


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _say("Stopped.")
        sys.exit(130)
