"""The clocks of processes."""

import os
import subprocess
import sys
import time

import pytest

from tests.benchmarks.clocks import Cost, Meter, MovedOnError, clock

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's clocks")


class Page:
    """A server whose one page takes two milliseconds of this process."""

    def fetch(self, path: str, session: str) -> int:
        until = time.process_time_ns() + 2_000_000
        while time.process_time_ns() < until:
            pass
        return 321


def test_the_clock_of_a_process_is_its_own_and_fine():
    assert time.process_time_ns() <= clock(os.getpid()) <= time.process_time_ns()
    before = clock(os.getpid())
    time.sleep(0.05)
    assert clock(os.getpid()) - before < 40_000_000


@pytest.fixture
def worked():
    """A process that has worked for a while, said so, and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", "print(sum(range(3_000_000)), flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    yield process
    process.communicate(b"\n", timeout=30)


def test_settling_waits_until_the_work_is_done(worked):
    meter = Meter(Page(), None, "")
    meter.web = [worked.pid]
    meter._settle()
    before = clock(worked.pid)
    time.sleep(0.05)
    assert clock(worked.pid) == before


def test_a_cost_is_the_processor_time_of_the_processes_named(worked):
    meter = Meter(Page(), None, "")
    meter.web = [worked.pid]
    meter._settle()
    # This process is at work while it looks, so it is left out of who must be asleep.
    meter._settle = lambda: None
    meter.web, meter.sessions = [os.getpid()], [worked.pid]
    cost = meter.cost("/", "")
    assert 2 <= cost.web < 20
    assert cost == Cost(cost.web, 0.0, 321)
    assert cost.total == cost.web


def test_a_process_that_ended_is_noticed():
    ended = subprocess.Popen(["true"])
    ended.wait()
    meter = Meter(Page(), None, "")
    meter.web = [ended.pid]
    with pytest.raises(MovedOnError):
        meter.cost("/", "")
    with pytest.raises(MovedOnError):
        meter._settle()
