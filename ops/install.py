"""Makes .venv and installs the locked dependencies: `python3 ops/install.py base|dev`.

Run by the system's Python, so only the standard library, and a syntax that older versions read
far enough to say that they are too old. What the installers print is shown only if they fail.
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
    output.clear()
    usable = venv_is_usable()
    if usable and any(is_installed(lock) for lock in LOCKS[: LOCKS.index(wanted) + 1]):
        return 0
    try:
        if not usable:
            make_venv()
        install(wanted)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write("".join(output))
        return refuse(
            f"L'installation des dépendances a échoué ({reason(error)})"
            + (" : voir les messages ci-dessus, puis relancer la commande." if output else ".")
        )
    except KeyboardInterrupt:
        return 130
    stamp(wanted).write_text(fingerprint(wanted))
    return 0


# What the installers printed so far: shown in full if the installation fails.
output = []


def make_venv():
    """Makes an empty virtual environment with the Python that runs this file."""
    with progress().doing("Création de l'environnement (.venv)"):
        command = ["uv", "venv", "--clear", "--python", sys.executable, str(VENV)]
        if working_uv() and quietly(command) == 0:
            return
        if subprocess.call([sys.executable, "-c", "import ensurepip, venv"], **SILENT) != 0:
            raise OSError("le module venv de Python manque ; sur Debian : apt install python3-venv")
        require([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install(lock):
    """Installs the lock file with its hashes; never removes anything."""
    path = lock_path(lock)
    lines = path.read_text().splitlines()
    count = sum("==" in line and not line.startswith((" ", "#")) for line in lines)
    with progress().doing(f"Installation des {count} dépendances (requirements/{lock}.txt)"):
        python = str(VENV_PYTHON)
        hashed = ["--require-hashes", "-r", str(path)]
        # uv does not read pip's configuration, where a machine may name its own index: then pip.
        if working_uv() and quietly(["uv", "pip", "install", "--python", python, *hashed]) == 0:
            return
        if subprocess.call([python, "-c", "import pip"], **SILENT) != 0:
            require([python, "-m", "ensurepip"])
        require([python, "-m", "pip", "install", *PIP_OPTIONS, *hashed])


def quietly(command):
    """Runs a command, keeps what it prints, and returns its exit code."""
    outcome = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    output.append(f"$ {' '.join(command)}\n{outcome.stdout}")
    return outcome.returncode


def require(command):
    """Runs a command in the same way; raises CalledProcessError when it fails."""
    code = quietly(command)
    if code != 0:
        raise subprocess.CalledProcessError(code, command)


def progress():
    """The lines of progress, whose module an old Python needn't be able to read."""
    if not __package__:
        sys.path.insert(0, str(BASE_DIR))
    from ops import progress as lines  # noqa: PLC0415

    return lines


PIP_OPTIONS = ["--disable-pip-version-check", "--no-input"]
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


def refuse(text):
    """One sentence on the error output; the exit code of a refusal."""
    sys.stderr.write(text + "\n")
    return 1


if __name__ == "__main__":
    # In order, so that an installer in progress ends with us.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    sys.exit(main(sys.argv[1:]))
