"""Load, serve, measure, print: `make bench`, or `make bench SIZES="100 10000 10000x2000"`."""

import os
import platform
import shutil
import signal
import sys
import time
from contextlib import ExitStack

from ops import embedded
from tests.benchmarks.bars import MeasuredPage
from tests.benchmarks.clocks import Meter, refuse_coarse_clocks
from tests.benchmarks.databases import connect, environment_of, fill, make_schema, name_of
from tests.benchmarks.report import Measured, breaches_table
from tests.benchmarks.rounds import FEWEST, MOST, Limits, Site, measure
from tests.benchmarks.server import Server
from tests.benchmarks.sizes import DEFAULT, Size, parse_all

# Beside the usual one for a test: what is there is thrown away.
FOLDER = embedded.BENCH_FOLDER.with_name(
    "-".join(filter(None, (embedded.BENCH_FOLDER.name, os.environ.get("BENCH_FOLDER"))))
)
# One request after the other needs one worker and one thread, and then only one session of
# PostgreSQL answers; it lasts, so that no page pays for its beginning.
SERVED = {"WEB_THREADS": "1", "CONN_MAX_AGE": "86400"}


def main() -> int:
    """Run the benchmark; return 1 when a bar isn't kept."""
    refuse_coarse_clocks()
    embedded.exit_on_sigterm()
    # A shell's background job ignores it from the start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    sizes = parse_all(os.environ.get("SIZES") or DEFAULT)
    fewest, most = (os.environ.get("PAIRS") or f"{FEWEST} {MOST}").split()
    if not embedded.stop_when_unused(FOLDER):
        sys.exit("Another benchmark is under way.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    urls = embedded.ensure_database(FOLDER)
    try:
        make_schema()
        filled = {}
        for size in sizes:
            _say(f"{size.title}: loading…")
            filled[size] = fill(size, urls)
        measured = _measured(filled, urls, Limits(int(fewest), int(most)))
    finally:
        embedded.release(FOLDER)
        shutil.rmtree(FOLDER, ignore_errors=True)
    return _print(measured, filled[sizes[0]]["version"], started)


def _measured(filled: dict[Size, dict], urls: embedded.Urls, limits: Limits) -> list[Measured]:
    """Serve every size at once, and ask for each page at all of them in turn."""
    with ExitStack() as stack:
        watcher = stack.enter_context(connect(urls.web, "postgres"))
        sites = []
        for size, found in filled.items():
            environment = environment_of(size, urls)
            server = Server(environment | SERVED, workers=1)
            stack.callback(server.stop)
            pages = [MeasuredPage(**page) for page in found["pages"]]
            meter = Meter(server, watcher, name_of(environment["DATABASE_URL"]))
            sites.append(Site(size.key, meter, found["sessions"], pages))
        lines = []
        for number, page in enumerate(sites[0].pages):
            _say(f"{page.title} ({page.reader or 'anybody'})")
            lines.append(measure(sites, number, limits))
        return [
            Measured(
                title=size.title,
                seconds=found["seconds"],
                lines=of_this_size,
                asked=found["asked"],
                reference_asked=found["reference_asked"],
                megabytes=site.meter.server.peak_megabytes(),
            )
            for (size, found), site, of_this_size in zip(
                filled.items(), sites, zip(*lines, strict=True), strict=True
            )
        ]


def _print(measured: list[Measured], version: str, started: float) -> int:
    for one in measured:
        print("\n".join(one.table(measured[0])))
    print(f"Python {platform.python_version()}, {version}, {platform.machine()}.\n")
    print("\n".join(breaches_table()))
    for one in measured:
        for sentence in one.kept_again():
            _say(f"{sentence} Take it out of tests/benchmarks/bars.py.")
    kept = all(one.kept for one in measured)
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
