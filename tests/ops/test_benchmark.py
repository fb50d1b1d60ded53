"""The whole command, over few actions: it measures, says so, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from ops import embedded

pytestmark = pytest.mark.slow
OWN_FOLDER = f"test-{os.getpid()}"
# Fewer than sixty actions have no second page.
SIZES = "60 100"
# Of two pairs nothing can be said, so nothing is red: what they cost is left to `make bench`.
PAIRS = "2 2"
PATIENCE = 600


@pytest.fixture
def started(plain_environment, tmp_path):
    """Start `make bench`'s command; nothing of it is left afterwards."""
    errors = tmp_path / "errors.txt"
    with errors.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks"],
            cwd=embedded.BASE_DIR,
            env=plain_environment | {"SIZES": SIZES, "PAIRS": PAIRS, "BENCH_FOLDER": OWN_FOLDER},
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
        process.errors = errors
        yield process
    for left in left_running():
        left.kill()


def left_running() -> list[psutil.Process]:
    """The processes that the command started, whoever is their parent by now."""
    found = []
    for process in psutil.process_iter():
        try:
            own = process.environ().get("BENCH_FOLDER") == OWN_FOLDER
            if own and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_the_benchmark_measures_every_page_at_both_sizes(started):
    printed, _ = started.communicate(timeout=PATIENCE)
    assert (started.returncode, left_running()) == (0, []), started.errors.read_text()
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| `")]
    pages = [(row[0], row[1]) for row in rows]
    half = len(pages) // 2
    assert half >= 29
    assert pages[:half] == pages[half:]
    assert {row[8] for row in rows if "reference" not in row[0]} == {"2"}
    # Every page takes time of the web; every page but the public's reference asks the database.
    assert [row[0] for row in rows if float(row[4]) < 0.1] == []
    assert {row[0] for row in rows if row[5] == "0.0"} <= {"| `/sante/reference/`"}
    # At the smallest size nothing has grown yet.
    assert {row[7] for row in rows[:half]} == {"–"}
    assert "–" not in {row[7] for row in rows[half:]}
    assert printed.count("Peak memory of a worker: ") == 2


def test_stopped_in_the_middle_it_leaves_nothing(started):
    deadline = time.monotonic() + PATIENCE
    while "/programme/" not in started.errors.read_text():
        assert started.poll() is None, started.errors.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)
    assert (started.returncode, left_running()) == (130, [])
    assert "Traceback" not in started.errors.read_text()
