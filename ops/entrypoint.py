"""What happens before Django reads its settings, when a person or `make` runs `manage.py`.

Nothing here runs in production's web processes: wsgi.py takes the environment as it is.
"""

import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from ops import embedded

SECRET_KEY_FILE = embedded.VAR_DIR / "secret_key"

# These alter the schema or read it as its owner; everything else, the web and the workers
# included, connects as the role that owns nothing.
OWNER_COMMANDS = frozenset(
    {
        "createcachetable",
        "dbshell",
        "flush",
        "grant_web_role",
        "inspectdb",
        "load_demo",
        "makemigrations",
        "migrate",
        "optimizemigration",
        "pgtrigger",
        "recount",
        "showmigrations",
        "sqlflush",
        "sqlmigrate",
        "sqlsequencereset",
        "squashmigrations",
    }
)

# These never ask the database anything: no need to start one for them.
NO_DATABASE_COMMANDS = frozenset(
    {
        "",
        "collectstatic",
        "compilemessages",
        "findstatic",
        "help",
        "makemessages",
        "version",
    }
)

# One of these shows that somebody configured this installation: nothing is guessed then.
CONFIGURED_BY = ("DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEMO", "DEBUG")


def prepare(argv: Sequence[str]) -> None:
    """Completes the environment for `manage.py <command>`; exits with a sentence if it cannot."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ess_portal.settings")
    command = argv[1] if len(argv) > 1 else ""
    if not any(name in os.environ for name in CONFIGURED_BY):
        os.environ["DEBUG"] = "1"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("CONNECT_AS_OWNER", "1")
    try:
        embed = not os.environ.get("DATABASE_URL")
        if not os.environ.get("SECRET_KEY") and (embed or _is_on("DEMO") or _is_on("DEBUG")):
            os.environ["SECRET_KEY"] = kept_secret(SECRET_KEY_FILE)
        if embed:
            _embed(command, argv)
    except (embedded.EmbeddedDatabaseError, OSError) as error:
        sys.exit(str(error))


def kept_secret(path: Path, size: int = 50) -> str:
    """The secret kept in `path`, readable by its owner only; made the first time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text().strip()
        if kept:
            return kept
        # Interrupted between its creation and its writing.
        path.unlink()
        return kept_secret(path, size)
    secret = secrets.token_urlsafe(size)
    with os.fdopen(handle, "w") as file:
        file.write(secret + "\n")
    return secret


def _embed(command: str, argv: Sequence[str]) -> None:
    # What this process starts, its children (autoreload, workers) find in their environment:
    # they come here with DATABASE_URL set and start nothing.
    if command in NO_DATABASE_COMMANDS or command.startswith("-") or "--help" in argv:
        embedded.urls().export()
        return
    embedded.exit_on_sigterm()
    urls = embedded.ensure_database()
    verb = "started" if urls.started else "found running"
    folder = urls.folder.relative_to(embedded.BASE_DIR)
    print(f"Embedded PostgreSQL {verb} in {folder}/ (DATABASE_URL is not set).", file=sys.stderr)


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "y", "on", "ok"}
