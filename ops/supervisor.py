"""Starts several processes, watches them, and stops them all whatever happens."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

STOP_TIMEOUT = 8
POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


class Stop(BaseException):
    """Somebody asked for the end. Not an Exception: nothing on the way may swallow it."""


class Failure(Exception):  # noqa: N818 (it is a sentence for a person, not an error of the code)
    """What went wrong, in one sentence for the person at the terminal."""


class Supervisor:
    """A context: what is started inside is stopped on the way out."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._parent = _Parent()

    def __enter__(self) -> "Supervisor":
        """From here on a signal ends everything in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # SIGINT is ignored from the start in a shell's background job; SIGHUP under nohup.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _raise_stop)
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stops every child, politely first."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        for child in self._children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, deadline - time.monotonic()))
        # The groups, too: a worker may outlive the process that started it.
        self._signal_all(signal.SIGKILL)
        for child in self._children.values():
            child.wait()

    def start(self, name: str, command: Sequence[str], *, log: Path | None = None) -> None:
        """Starts a process in a group of its own, which a Ctrl-C in the terminal does not reach."""
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(log.open("wb")) if log else None
            self._children[name] = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                # Even a supervisor that is killed outright leaves nothing behind (Linux).
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )

    def finish(self, name: str) -> int:
        """Waits for the end of this process and returns its exit code."""
        while (code := self._children[name].poll()) is None:
            self.check_parent()
            time.sleep(POLL_SECONDS / 4)
        del self._children[name]
        return code

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Returns when `until` says so; raises Failure as soon as a process ends."""
        while not until():
            self.check_parent()
            for name, child in self._children.items():
                if child.poll() is not None:
                    raise Failure(f"{name} s'est arrêté (code {child.returncode}).")
            time.sleep(POLL_SECONDS)

    def check_parent(self) -> None:
        """Raises Stop when `make` ended, or is ending."""
        if self._parent.is_ending():
            raise Stop

    def _signal_all(self, number: int) -> None:
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, number)


class _Parent:
    """The process that started us, `make` as a rule."""

    def __init__(self) -> None:
        self._pid = os.getppid()
        self._was_catching = self._catches_sigint()

    def is_ending(self) -> bool:
        """Tells whether it ended, or waits for us to end.

        On SIGINT sent to it alone, make does not tell us: it goes back to the default action,
        which Linux shows, then waits for its children before it lets itself die.
        """
        if os.getppid() != self._pid:
            return True
        return self._was_catching and not self._catches_sigint()

    def _catches_sigint(self) -> bool:
        try:
            status = dict(self._status_lines())
            caught = int(status["SigCgt"], 16)
        except (OSError, KeyError, ValueError):
            return False
        is_make = status["Name"] in {"make", "gmake"}
        return is_make and bool(caught >> (signal.SIGINT - 1) & 1)

    def _status_lines(self) -> Iterator[tuple[str, str]]:
        for line in Path(f"/proc/{self._pid}/status").read_text().splitlines():
            key, _, value = line.partition(":")
            yield key, value.strip()


# Loaded before any fork: nothing should be imported between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _raise_stop(_number: int, _frame: object) -> NoReturn:
    # Once is enough: a second Ctrl-C must not interrupt the clean-up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise Stop
