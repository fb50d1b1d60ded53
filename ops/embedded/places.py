"""Where the server keeps its data, and how it is reached."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
DATA_FOLDER = VAR_DIR / "postgres"
TEST_FOLDER = VAR_DIR / "postgres-test"
BENCH_FOLDER = VAR_DIR / "postgres-bench"

DATABASE = "ess_portal"
OWNER_ROLE = "ess_owner"
WEB_ROLE = "ess_web"
SUPERUSER = "postgres"
PORT = 5432
# sockaddr_un holds 108 bytes on Linux, 104 on macOS, the final NUL included.
LONGEST_SOCKET_PATH = 103


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


def urls(folder: Path = DATA_FOLDER, *, started: bool = False) -> Urls:
    """The addresses of the server whose data is in `folder`, without starting it."""

    def url(role: str) -> str:
        # A host folder given as the path's beginning is the only form in which django-environ
        # keeps upper-case letters. The port is explicit, so that PGPORT has no say.
        return f"postgres://{role}@:{PORT}/{quote(str(socket_folder(folder)))}/{DATABASE}"

    return Urls(web=url(WEB_ROLE), owner=url(OWNER_ROLE), folder=folder, started=started)


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
