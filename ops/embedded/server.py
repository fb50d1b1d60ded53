"""The server process: started, asked, stopped."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ops.embedded.cluster import (
    ensure_cluster,
    find_programs,
    open_to_account,
    run_as,
    server_account,
)
from ops.embedded.errors import EmbeddedDatabaseError, last_words
from ops.embedded.places import PORT, SUPERUSER, socket_folder

if TYPE_CHECKING:
    import psycopg

START_TIMEOUT = 60
STOP_TIMEOUT = 10
# A cluster of tests is thrown away at the first doubt: it need not survive a power cut.
THROWAWAY_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start(folder: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    """Starts the server, after making its data folder the first time."""
    programs = find_programs()
    account = server_account()
    if account:
        open_to_account(programs, folder)
    try:
        ensure_cluster(programs, folder, account, durable=durable)
        return _launch(programs, folder, account, durable=durable)
    except EmbeddedDatabaseError:
        if durable or not folder.exists():
            raise
    # Without fsync a power cut may leave a cluster that cannot start, and a test cluster holds
    # nothing worth keeping.
    shutil.rmtree(folder)
    ensure_cluster(programs, folder, account, durable=durable)
    return _launch(programs, folder, account, durable=durable)


def _launch(
    programs: Path, folder: Path, account: str | None, *, durable: bool
) -> subprocess.Popen[bytes]:
    socket_path = _ensure_socket_folder(folder, account)
    options = [
        "listen_addresses=",
        # A list: quoted, because a comma or a blank may be part of the path.
        'unix_socket_directories="{}"'.format(str(socket_path).replace('"', '""')),
        "unix_socket_permissions=0700",
        "cluster_name=ess_portal",
        # Errors quote what people typed; whoever asked is told, and logs what it may.
        "log_min_messages=fatal",
        *([] if durable else THROWAWAY_OPTIONS),
    ]
    command = [str(programs / "postgres"), "-D", str(folder), "-p", str(PORT)]
    for option in options:
        command += ["-c", option]
    log = folder.with_name(f"{folder.name}.log")
    with log.open("wb") as output:
        # A session of its own: Ctrl-C in the terminal must not reach it before its users.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **run_as(account),
        )
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not answers(folder):
            if process.poll() is not None:
                _fail(log, "the server stopped at once")
            if time.monotonic() > deadline:
                _fail(log, f"no answer after {START_TIMEOUT} seconds")
            time.sleep(0.05)
    except BaseException:
        stop(folder, process)
        raise
    return process


def _ensure_socket_folder(folder: Path, account: str | None) -> Path:
    path = socket_folder(folder)
    if path != folder:
        path.mkdir(mode=0o700, exist_ok=True)
        if account:
            shutil.chown(path, account)
        found = path.lstat()
        expected = folder.stat().st_uid
        # The temporary folder belongs to everybody: what somebody else put there is no use to us.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o077:
            raise EmbeddedDatabaseError(f"{path} belongs to somebody else")
    return path


def answers(folder: Path) -> bool:
    """Tells whether the server takes connections."""
    if not (socket_folder(folder) / f".s.PGSQL.{PORT}").exists():
        return False
    import psycopg  # noqa: PLC0415

    try:
        with connect(folder, "postgres"):
            return True
    except psycopg.OperationalError:
        return False  # left by a crash, starting up or shutting down


def connect(folder: Path, database: str) -> "psycopg.Connection":
    """Connects as the superuser, outside any transaction."""
    import psycopg  # noqa: PLC0415

    return psycopg.connect(
        host=str(socket_folder(folder)),
        port=PORT,
        user=SUPERUSER,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
        application_name="ops.embedded",
    )


def _fail(log: Path, otherwise: str) -> NoReturn:
    words = last_words(log.read_text(errors="replace"))
    raise EmbeddedDatabaseError(words or otherwise)


def stop(folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    """Stops the server, by force where it doesn't listen."""
    pid = process.pid if process else running_pid(folder)
    # SIGINT: end the sessions and stop. SIGQUIT: at once, recovering at the next start.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if pid is None or not is_alive(pid, process):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + STOP_TIMEOUT
        while is_alive(pid, process) and time.monotonic() < deadline:
            time.sleep(0.02)
    path = socket_folder(folder)
    if path != folder:
        with contextlib.suppress(OSError):
            path.rmdir()


def running_pid(folder: Path) -> int | None:
    """The number of the running server, if the file it leaves still tells the truth."""
    import psutil  # noqa: PLC0415

    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        # After a crash the number may have gone to any other process.
        return pid if str(folder) in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def is_alive(pid: int, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Tells whether that process still runs."""
    import psutil  # noqa: PLC0415

    if process is not None:
        return process.poll() is None
    try:
        # Where nobody reaps orphans (a container), an ended process stays as a zombie.
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
