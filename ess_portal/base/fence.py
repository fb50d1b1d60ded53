"""The fence for foreign bytes: what parses them runs in a process of its own, within limits.

A parser that panics, loops or fills the memory takes a child with it, never a worker of the web
(docs/decisions/0022-the-fence.md). The child knows no setting, no secret and no address of the
database; unless it says that it reads files, it can open none, nor a connection. What it answers is
JSON and bytes: nothing of it is ever run here.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

# What a function behind the fence is given and returns: values of JSON, and bytes.
Parcel = tuple[dict[str, Any], bytes]

MEGABYTE = 1024 * 1024
SOURCE = Path(__file__).resolve().parent.parent.parent
# How the child begins: isolated, it finds nothing but what is told here.
BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from ess_portal.base import fence; fence.child()"
)
END_OF_HEADER = b"\n"
# Nothing of ours, but what Windows can't do without; typst lays out in one thread.
ENVIRONMENT = {"RAYON_NUM_THREADS": "1"} | {
    name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ
}
# How a child ends whose time is up.
TIME_IS_UP = {-getattr(signal, name) for name in ("SIGXCPU", "SIGALRM") if hasattr(signal, name)}
# A worker has more threads: the others wait for their turn, or are told to come back.
AT_ONCE = 2
SECONDS_FOR_A_TURN = 10
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Limits:
    """What a child may ask of the machine.

    `seconds` of processor time, `elapsed` seconds on the clock, `memory` and `answer` in bytes;
    `reads_files`: whether it may open files once its modules are loaded.
    """

    seconds: int = 5
    elapsed: int = 20
    memory: int = 1024 * MEGABYTE
    answer: int = 64 * MEGABYTE
    reads_files: bool = False


class ChildDied(Exception):  # noqa: N818 - what happened, whoever is to blame
    """The child gave no answer: it raised something, crashed, or asked for more than its memory."""


class TookTooLong(ChildDied):
    """It used up its time, on the processor or on the clock."""


class TooBusy(ChildDied):
    """As many as may run do so already: nothing was tried."""


def run_fenced(
    function: str,
    values: dict[str, Any],
    content: bytes = b"",
    *,
    limits: Limits = Limits(),
) -> Parcel:
    """Return what `function(values, content)` returns, called in a child process.

    `function` is "module:name": the parent never loads what parses. Its module imports nothing of
    Django. Raises `ChildDied` when it raises anything or goes beyond the limits.
    """
    if not _turns.acquire(timeout=SECONDS_FOR_A_TURN):
        raise TooBusy(function)
    try:
        with _box() as asked, _box() as answered:
            asked.write(_task(function, values, limits) + END_OF_HEADER + content)
            asked.seek(0)  # and all is written
            _run(function, asked, answered, limits)
            answered.seek(0)
            header, _, rest = answered.read().partition(END_OF_HEADER)
            return json.loads(header), rest
    except ValueError as error:
        raise ChildDied(f"{function} answered nonsense") from error
    except OSError as error:
        raise ChildDied(f"{function} couldn't be asked: {error.strerror}") from error
    finally:
        _turns.release()


def _box() -> IO[bytes]:
    """Return a file without a name: in memory where the system knows how."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("ess_portal"), "w+b")
    return tempfile.TemporaryFile()


def _task(function: str, values: dict[str, Any], limits: Limits) -> bytes:
    task = {"function": function, "values": values, "limits": asdict(limits)}
    return json.dumps(task).encode()


def _run(name: str, asked: IO[bytes], answered: IO[bytes], limits: Limits) -> None:
    """Run the child to its end. Raises `ChildDied` unless it ends well."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", BEGIN, str(SOURCE)],
        stdin=asked,
        stdout=answered,
        stderr=subprocess.DEVNULL,  # what a parser says may quote what it read
        env=ENVIRONMENT,
    )
    try:
        code = process.wait(timeout=limits.elapsed)
    except subprocess.TimeoutExpired as error:
        raise TookTooLong(f"{name}: {limits.elapsed} s on the clock") from error
    finally:
        process.kill()
        process.wait()
    if code in TIME_IS_UP:
        raise TookTooLong(f"{name}: {limits.seconds} s of processor time")
    if code != 0:
        raise ChildDied(f"{name} ended with {code}")


def child() -> None:
    """Do in the child what the standard input asks for, and write the answer.

    Libraries that print would spoil the answer: what they say is thrown away.
    """
    with (
        os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answer,
        Path(os.devnull).open("wb") as none,
    ):
        os.dup2(none.fileno(), sys.stdout.fileno())
        header, _, content = sys.stdin.buffer.read().partition(END_OF_HEADER)
        task = json.loads(header)
        limits = Limits(**task["limits"])
        module, _, name = task["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        _limit(limits)
        values, result = function(task["values"], content)
        answer.write(json.dumps(values).encode() + END_OF_HEADER + result)


def _limit(limits: Limits) -> None:
    """Let the system hold the limits: it kills who exceeds them, or refuses.

    Windows has no such limits: there the parent's clock is the only one.
    """
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not everywhere

        most = {
            # At the first it is told to end, at the second it is killed.
            resource.RLIMIT_CPU: (limits.seconds, limits.seconds + 1),
            resource.RLIMIT_AS: (limits.memory, limits.memory),
            resource.RLIMIT_FSIZE: (limits.answer, limits.answer),
            resource.RLIMIT_CORE: (0, 0),
        }
        if not limits.reads_files:
            most |= {resource.RLIMIT_NOFILE: (0, 0), resource.RLIMIT_NPROC: (0, 0)}
        for what, bounds in most.items():
            # macOS refuses some.
            with suppress(ValueError, OSError):
                resource.setrlimit(what, bounds)
        # Should the parent be killed meanwhile.
        signal.setitimer(signal.ITIMER_REAL, limits.elapsed)
