"""Who uses the server: it is started for the first one, and stopped by the last."""

import atexit
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NoReturn

from ops.embedded.errors import EmbeddedDatabaseError, reason_of
from ops.embedded.places import DATA_FOLDER, Urls, urls
from ops.embedded.roles import ensure_roles_and_database
from ops.embedded.server import answers, is_alive, running_pid, start, stop


@dataclass
class _Use:
    """What this process holds of one server."""

    users_lock: IO[bytes]
    # Set when this process started the server, which is then its child.
    process: subprocess.Popen[bytes] | None = None
    # A forked child inherits this object but must not stop its parent's server.
    holder: int = field(default_factory=os.getpid)


_uses: dict[Path, _Use] = {}


def ensure_database(folder: Path = DATA_FOLDER, *, durable: bool = True) -> Urls:
    """Starts the server unless it runs, sees to its roles and database, and exports its addresses.

    The server stays up at least until this process ends or calls `release`.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(folder):
            use = _uses.get(folder) or _Use(users_lock=_hold(folder))
            _uses[folder] = use
            started = not answers(folder)
            try:
                if started:
                    use.process = start(folder, durable=durable)
                ensure_roles_and_database(folder)
            except BaseException:
                _leave(folder)
                raise
    except (OSError, subprocess.SubprocessError, ImportError) as error:
        raise EmbeddedDatabaseError(reason_of(error)) from error
    atexit.register(release, folder)
    result = urls(folder, started=started)
    result.export()
    return result


def release(folder: Path = DATA_FOLDER) -> None:
    """Lets go of the server; stops it when no other process of ours uses it."""
    use = _uses.get(folder)
    if use is None or use.holder != os.getpid():
        return
    with _exclusive(folder):
        _leave(folder)


def is_running(folder: Path = DATA_FOLDER) -> bool:
    """Tells whether the server is up. Cheap enough to be asked every second."""
    use = _uses.get(folder)
    if use is not None and use.process is not None:
        return use.process.poll() is None
    pid = running_pid(folder)
    return pid is not None and is_alive(pid)


def stop_when_unused(folder: Path) -> bool:
    """Stops a server that nobody uses any more (left by a killed process); False when in use."""
    if not folder.parent.is_dir():
        return True
    with _exclusive(folder), _lock_file(folder, "users").open("ab") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        stop(folder)
        return True


def exit_on_sigterm() -> None:
    """Makes SIGTERM end this process in order, so that the server is let go."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _exit_on_signal)


def _lock_file(folder: Path, kind: str) -> Path:
    # Beside the data folder, which must be empty for initdb and may belong to another account.
    return folder.with_name(f"{folder.name}.{kind}.lock")


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """One process at a time starts, stops, or decides on either."""
    with _lock_file(folder, "change").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _hold(folder: Path) -> IO[bytes]:
    handle = _lock_file(folder, "users").open("ab")
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _leave(folder: Path) -> None:
    use = _uses.pop(folder)
    fcntl.flock(use.users_lock, fcntl.LOCK_UN)
    try:
        fcntl.flock(use.users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still works with it: the last one will stop it
    else:
        stop(folder, use.process)
    finally:
        use.users_lock.close()


def _exit_on_signal(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
