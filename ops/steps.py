"""The steps before the server starts, several in one process: `python -m ops.steps <group>`.

A group is a process because importing Django takes longer than most of these commands. That of the
database connects as its owner: the demonstration's past needs it (actions/demonstration/ageing.py).
"""

import hashlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ops.progress import doing

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOG = VAR_DIR / "log" / "steps.log"
STATIC_STAMP = VAR_DIR / "static.stamp"
STATIC_CODE = BASE_DIR / "ess_portal" / "base"
PROGRAMME = BASE_DIR / "challenges" / "data" / "programme-2016-2020.json"
# The exit code of a failure that already had its sentence.
EXPLAINED = 3
DATABASE, STATIC = "database", "static"

Step = tuple[str, Callable[[], object]]


def main(group: str) -> int:
    """Runs a group of steps in order, each with its line of progress; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ess_portal.settings")
    if group == DATABASE:
        os.environ["CONNECT_AS_OWNER"] = "1"
    LOG.parent.mkdir(parents=True, exist_ok=True)
    import django  # noqa: PLC0415 (after the environment is complete)

    label = "Lecture de la configuration"
    try:
        django.setup()
        for label, step in GROUPS[group]:
            with doing(label):
                step()
    except Exception as error:
        with LOG.open("a") as log:
            log.write(f"--- {label}\n{traceback.format_exc()}\n")
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        sys.stderr.write(f"{label} : échec ({first_line}). Détails dans {_shown(LOG)}.\n")
        return EXPLAINED
    return 0


def command(*arguments: str, **options: Any) -> Callable[[], object]:
    """A management command as a step; what it prints goes to the log."""

    def run() -> None:
        from django.core.management import call_command  # noqa: PLC0415

        with LOG.open("a") as log:
            call_command(*arguments, stdout=log, stderr=log, no_color=True, **options)

    return run


def collect_static() -> None:
    """Collects the static files, unless none of them changed since the last time.

    Compared by content: the demonstration always serves the code as it now is.
    """
    fingerprint = _static_fingerprint()
    manifest = VAR_DIR / "static" / "staticfiles.json"
    if manifest.exists() and STATIC_STAMP.exists() and STATIC_STAMP.read_text() == fingerprint:
        return
    STATIC_STAMP.unlink(missing_ok=True)
    command("collectstatic", interactive=False, verbosity=1)()
    STATIC_STAMP.write_text(fingerprint)


def _static_fingerprint() -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415

    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    # How files are chosen and turned into what is served: our code, the libraries' versions.
    for path in (BASE_DIR / "requirements/base.txt", *sorted(STATIC_CODE.glob("*.py"))):
        digest.update(path.read_bytes())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(name) as file:
                digest.update(name.encode() + b"\0" + file.read() + b"\0")
    return digest.hexdigest()


GROUPS: dict[str, list[Step]] = {
    DATABASE: [
        ("Mise à jour du schéma de la base", command("migrate", interactive=False, verbosity=1)),
        ("Table du cache", command("createcachetable")),
        ("Droits du rôle du site", command("grant_web_role")),
        ("Chargement du programme", command("load_programme", str(PROGRAMME))),
        ("Chargement du territoire", command("load_territory")),
        ("Chargement des organisations et actions réelles", command("load_reference")),
        ("Données de démonstration, avec trois ans de passé", command("load_demo")),
    ],
    STATIC: [("Fichiers statiques", collect_static)],
}


def _shown(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
