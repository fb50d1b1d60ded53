"""Makes .venv and installs the locked dependencies: `python3 ops/install.py base|dev`.

Run by the system's Python, so only the standard library, and a syntax that older versions read
far enough to say that they are too old.
"""

import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
# Locks from the largest: what satisfies a line satisfies those after it.
LOCKS = ["dev", "base"]


def main(arguments):
    """Installs what the lock says unless it is already there; returns the exit code."""
    if sys.version_info[:2] < OLDEST:
        return refuse(
            "Python 3.11 ou plus récent est nécessaire, celui-ci est le {}.{} : "
            "indiquez-en un autre, par exemple « make demo PYTHON=python3.12 ».".format(
                *sys.version_info[:2]
            )
        )
    wanted = arguments[0] if arguments else "base"
    if wanted not in LOCKS:
        return refuse("Utilisation : install.py base|dev")
    usable = venv_is_usable()
    if usable and any(is_installed(lock) for lock in LOCKS[: LOCKS.index(wanted) + 1]):
        return 0
    try:
        if not usable:
            make_venv()
        install(wanted)
    except (OSError, subprocess.SubprocessError) as error:
        return refuse(
            f"L'installation des dépendances a échoué ({reason(error)}) : voir les messages "
            "ci-dessus, puis relancer la commande."
        )
    except KeyboardInterrupt:
        return 130
    stamp(wanted).write_text(fingerprint(wanted))
    say("Dépendances installées dans .venv.")
    return 0


def make_venv():
    """Makes an empty virtual environment with the Python that runs this file."""
    say("Création de l'environnement .venv…")
    if working_uv():
        command = ["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
        if subprocess.call(command) == 0:
            return
    if subprocess.call([sys.executable, "-c", "import ensurepip, venv"], **SILENT) != 0:
        raise OSError("le module venv de Python manque ; sur Debian : apt install python3-venv")
    subprocess.check_call([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(lock):
    """Installs the lock file with its hashes; never removes anything."""
    path = lock_path(lock)
    lines = path.read_text().splitlines()
    count = sum("==" in line and not line.startswith((" ", "#")) for line in lines)
    say(f"Installation de {count} paquets vérifiés (requirements/{lock}.txt), une minute au plus…")
    python, lock_file = str(VENV_PYTHON), str(path)
    if working_uv():
        command = ["uv", "pip", "install", "--python", python, "--require-hashes", "-r", lock_file]
        if subprocess.call(command) == 0:
            return
        # uv does not read pip's configuration, where a machine may name its own index.
        say("uv n'y est pas parvenu : essai avec pip…")
    if subprocess.call([python, "-c", "import pip"], **SILENT) != 0:
        subprocess.check_call([python, "-m", "ensurepip"], **SILENT)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    subprocess.check_call([*pip, "--require-hashes", "-r", lock_file])


SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def working_uv():
    """Tells whether uv answers: a version manager's shim may be there without it."""
    return shutil.which("uv") is not None and subprocess.call(["uv", "--version"], **SILENT) == 0


def venv_is_usable():
    """Tells whether .venv has a Python that starts and is recent enough."""
    test = f"import sys; sys.exit(sys.version_info[:2] < {OLDEST!r})"
    try:
        return subprocess.call([str(VENV_PYTHON), "-c", test], **SILENT) == 0
    except OSError:
        return False


def lock_path(lock):
    """The file of a lock."""
    return BASE_DIR / "requirements" / f"{lock}.txt"


def stamp(lock):
    """Where the fingerprint of what is installed is kept: it goes with the environment."""
    return VENV / f".installed-{lock}"


def fingerprint(lock):
    """What decides whether the installed packages are the right ones."""
    return hashlib.sha256(lock_path(lock).read_bytes()).hexdigest()


def is_installed(lock):
    """Tells whether this very lock was installed in this environment."""
    try:
        return stamp(lock).read_text() == fingerprint(lock)
    except OSError:
        return False


def reason(error):
    """What went wrong, short."""
    if isinstance(error, subprocess.CalledProcessError):
        return f"{Path(error.cmd[0]).name} a rendu le code {error.returncode}"
    return str(error)


def say(text):
    """Shows progress at once, even through a pipe."""
    print(text)
    sys.stdout.flush()


def refuse(text):
    """One sentence on the error output; the exit code of a refusal."""
    sys.stderr.write(text + "\n")
    return 1


if __name__ == "__main__":
    # In order, so that an installer in progress ends with us.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
