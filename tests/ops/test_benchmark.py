"""The whole command, over few actions: it measures, says so, and leaves nothing running."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from ops import embedded
from tests.benchmarks.original import MISSING, require_history

pytestmark = pytest.mark.slow
OWN_FOLDER = f"test-{os.getpid()}"
SIZES = "100 100,sessions=30"
# Of two pairs nothing can be said, so no clock makes anything red: that is left to `make bench`.
PAIRS = "2 2"
PATIENCE = 900


@pytest.fixture(scope="module", autouse=True)
def _own_folder():
    """What the command leaves below var/ for its next run is gone after the last test."""
    yield
    folder = embedded.BENCH_FOLDER
    for left in folder.parent.glob(f"{folder.name}-{OWN_FOLDER}*"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


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


@pytest.fixture
def _history(started):
    """Only where the commit is there that pages are measured in; elsewhere the command says so."""
    try:
        require_history()
    except SystemExit:
        started.communicate(timeout=PATIENCE)
        assert (started.returncode, left_running()) == (1, [])
        assert started.errors.read_text() == f"{MISSING}\n"
        pytest.skip("A shallow clone or an archive: the benchmark refused, as it should.")


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


def rows_of(printed: str) -> list[list[list[str]]]:
    """The cells of each row of each size's table, those of the unit left out."""
    tables = printed.split("\n### ")
    return [
        [
            [cell.strip() for cell in line.strip("| ").split(" | ")]
            for line in table.splitlines()
            if line.startswith("| `") and "of 628b8ca6" not in line
        ]
        for table in tables
    ]


@pytest.mark.usefixtures("_history")
def test_the_benchmark_measures_every_page_at_both_sizes(started):
    printed, _ = started.communicate(timeout=PATIENCE)
    said = started.errors.read_text()
    # What a page asks, memory and the start of a worker have bars that need no pairs.
    assert (started.returncode in (0, 1), left_running()) == (True, []), said
    assert "Done in" in said
    few, sessions = rows_of(printed)
    pages = [(row[0].removesuffix(" **!**"), row[1]) for row in few]
    anew = [page for page in pages if not page[0].endswith(" kept")]
    kept = [page for page in pages if page[0].endswith(" kept")]
    assert len(anew) >= 32
    # Each page that anybody reads is asked for once more where copies are kept, but the reference
    # and what answers words.
    public = [page for page, reader in anew if reader == "anybody"]
    copied = [page for page in public if "reference" not in page and "?q=" not in page]
    assert [f"{page} kept" for page in copied] == [page for page, _ in kept]
    assert [(row[0].removesuffix(" **!**"), row[1]) for row in sessions] == anew
    every = [*few, *sessions]
    assert {row[10] for row in every} == {"2"}
    # Every page takes time of the web, and those but the public's reference look at blocks.
    assert [row[0] for row in every if float(row[5]) < 0.1] == []
    assert {row[0] for row in every if row[4] == "0"} <= {"`/sante/reference/`"}
    # At the smallest size nothing has grown yet.
    assert {row[8] for row in few} == {"–"}
    assert "–" not in {row[8] for row in sessions}
    assert printed.count("Peak memory of a worker: ") == 2
    assert printed.count("Start of a worker, until its first answer: ") == 1


@pytest.mark.usefixtures("_history")
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
    assert list(embedded.VAR_DIR.glob(f"*{OWN_FOLDER}-original*")) == []
