"""The reference page that everything is measured in: that of one commit, for ever.

It is served beside the pages, by that commit's own code, from a database of its own that is empty
but for who reads it. The reference page of today's code is a page like any other: if it became
dearer, pages measured in it would seem to have become cheaper.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops import embedded
from tests.benchmarks.databases import connect, make_anew, manage, name_of
from tests.benchmarks.server import Server

COMMIT = "628b8ca6e015c5db556370955a872ffc82a1a78e"
READER = "agent"
# Run by that commit's code, which knows its own users and sessions.
OPEN_SESSION = """
import django; django.setup()
import json
from django.conf import settings
from actors.enums import Role
from actors.models import User
from actors.services import grant_role
from tests.benchmarks.pages import session_of
user = User.objects.create_user("agent@bench.example", full_name="agent")
grant_role(user, Role.AGENT)
print(json.dumps([settings.SESSION_COOKIE_NAME, session_of(user)]))
"""
MISSING = (
    f"Pages are measured in the reference page of commit {COMMIT[:12]}, which this copy of the"
    " repository hasn't got: it is a shallow clone (git fetch --unshallow) or an archive (clone"
    " it). Nothing was measured."
)
WHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}


@dataclass(frozen=True)
class Original:
    """That commit's reference page, served; `sessions` by reader, nobody's empty."""

    server: Server
    database: str
    sessions: dict[str, str]


def require_history(root: Path = embedded.BASE_DIR) -> None:
    """Exit with a sentence when the commit isn't there: something else would be no measure."""
    try:
        found = _git(root, "cat-file", "-t", COMMIT).stdout.strip() == b"commit"
    except (OSError, subprocess.CalledProcessError):
        found = False
    if not found:
        sys.exit(MISSING)


@contextmanager
def checked_out(folder: Path, root: Path = embedded.BASE_DIR) -> Iterator[Path]:
    """The commit's files in `folder`, which is gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    archive = folder.with_name(f"{folder.name}.tar")
    try:
        folder.mkdir(parents=True)
        _git(root, "archive", f"--output={archive}", COMMIT)
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        yield folder
    finally:
        archive.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(folder: Path, urls: embedded.Urls, served: dict[str, str]) -> Iterator[Original]:
    """Serve the commit's reference page, until the end of the block."""
    place = {
        "DATABASE_URL": f"{urls.web}_original",
        "DATABASE_OWNER_URL": f"{urls.owner}_original",
    }
    database = name_of(place["DATABASE_URL"])
    with checked_out(folder) as root:
        make_anew(urls, database, "template0")
        for arguments in (
            ("migrate", "-v0"),
            ("createcachetable",),
            ("grant_web_role",),
            ("collectstatic", "--no-input", "-v0"),
        ):
            manage(*arguments, root=root, **place)
        opened = subprocess.run(
            [sys.executable, "-c", OPEN_SESSION],
            cwd=root,
            env=os.environ | place,
            stdout=subprocess.PIPE,
            check=True,
        )
        cookie, session = json.loads(opened.stdout)
        with connect(place["DATABASE_OWNER_URL"]) as owner:
            owner.execute("VACUUM ANALYZE")
        server = Server(os.environ | place | served, workers=1, root=root, cookie=cookie)
        try:
            yield Original(server, database, {"": "", READER: session})
        finally:
            server.stop()


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # A hook's variables would name another repository.
    environment = {name: value for name, value in os.environ.items() if name not in WHERE}
    return subprocess.run(
        ["git", "-C", str(root), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
