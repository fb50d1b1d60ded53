"""ess_portal/base/fence.py: whatever a parser does, it does to a child."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from ess_portal.base import fence
from ess_portal.base.fence import MEGABYTE, ChildDied, Limits, TooBusy, TookTooLong, run_fenced

pytestmark = pytest.mark.slow

SOON = Limits(seconds=1, elapsed=2)


# --- What children do: called by their names, in a process of their own ---------------------------


def echo(values, content):
    return {"back": values}, content[::-1]


def loop(_values, _content):
    while True:
        pass


def sleep(_values, _content):
    time.sleep(60)
    return {}, b""


def fill(_values, _content):
    return {}, bytes(2048 * MEGABYTE)


def flood(_values, _content):
    return {}, bytes(65 * MEGABYTE)


def fail(_values, _content):
    raise ValueError("what somebody typed")


def panic(_values, _content):
    """As Rust's `PanicException` does, it is no `Exception`."""
    raise BaseException("panic")  # noqa: TRY002


def crash(_values, _content):
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}, b""


def chatter(_values, _content):
    print("a library speaks")
    os.write(1, b"straight to the file")
    return {"said": "ours"}, b"content"


def look_around(_values, _content):
    """What a parser that was taken over would look for."""
    found = {"environment": sorted(os.environ), "modules": sorted(sys.modules)}
    for name, attempt in {
        "file": lambda: Path("/etc/passwd").read_text(encoding="utf-8"),
        "connection": lambda: __import__("socket").socket(),
    }.items():
        try:
            attempt()
        except OSError:
            found[name] = "refused"
        else:
            found[name] = "opened"
    return found, b""


def lie(_values, _content):
    sys.stdout.flush()
    return {"list": object()}, b""


# --- What comes of it -----------------------------------------------------------------------------


def behind(function, *task, **limits):
    return run_fenced(f"{__name__}:{function.__name__}", *task, **limits)


def test_values_and_bytes_go_there_and_come_back():
    content = bytes(range(256)) * 1000

    assert behind(echo, {"é": [1, None, {"b": "\n"}]}, content) == (
        {"back": {"é": [1, None, {"b": "\n"}]}},
        content[::-1],
    )


@pytest.mark.parametrize(
    ("function", "limits", "death"),
    [
        (loop, SOON, TookTooLong),
        (sleep, SOON, TookTooLong),
        (fill, Limits(), ChildDied),
        (flood, Limits(), ChildDied),
        (fail, Limits(), ChildDied),
        (panic, Limits(), ChildDied),
        (crash, Limits(), ChildDied),
        (lie, Limits(), ChildDied),
    ],
)
def test_its_death_is_told_and_leaves_nothing_behind(function, limits, death):
    children = psutil.Process().children()

    with pytest.raises(ChildDied) as died:
        behind(function, {}, limits=limits)

    assert type(died.value) is death
    assert "what somebody typed" not in str(died.value)
    assert psutil.Process().children() == children


def test_processor_time_counts_not_the_clock_of_a_busy_machine():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    with pytest.raises(TookTooLong):
        behind(loop, {}, limits=Limits(seconds=1, elapsed=60))

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert 0.4 < spent < 2.1


def test_what_libraries_print_is_no_part_of_the_answer():
    assert behind(chatter, {}) == ({"said": "ours"}, b"content")


def test_a_child_knows_no_secret_and_reaches_nothing(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the portal")

    found, _ = behind(look_around, {})

    assert (found["file"], found["connection"]) == ("refused", "refused")
    assert set(found["environment"]) <= {"RAYON_NUM_THREADS", "LC_CTYPE"}
    assert [name for name in found["modules"] if name.split(".")[0] in ("django", "psycopg")] == []


def test_one_that_reads_files_still_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of the portal")

    found, _ = behind(look_around, {}, limits=Limits(reads_files=True))

    assert (found["file"], "SECRET_KEY" in found["environment"]) == ("opened", False)


def test_a_child_outlives_its_parent_by_no_more_than_its_time():
    program = (
        "import os, sys, threading; sys.path.insert(0, os.getcwd());"
        "from ess_portal.base.fence import Limits, run_fenced;"
        "threading.Timer(0.7, lambda: os.kill(os.getpid(), 9)).start();"
        "run_fenced('tests.base.test_fence:sleep', {}, limits=Limits(elapsed=2))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)

    assert parent.wait(30) == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while _alive_in_session(parent.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _alive_in_session(parent.pid) == []


def _alive_in_session(session: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_no_more_than_two_run_at_once(monkeypatch):
    monkeypatch.setattr(fence, "SECONDS_FOR_A_TURN", 0.2)
    deaths = []

    def run():
        try:
            behind(sleep, {}, limits=SOON)
        except ChildDied as died:
            deaths.append(type(died))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(deaths, key=str) == [TooBusy, TookTooLong, TookTooLong]
    assert behind(echo, {}) == ({"back": {}}, b"")
