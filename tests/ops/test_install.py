"""ops/install.py: what a newcomer meets first."""

import re
import shutil
import sys
import time
from pathlib import Path

import pytest

from ops import install, progress


def test_refuses_an_old_python_with_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))

    assert install.main(["base"]) == 1

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "Python 3.11 ou plus récent est nécessaire, celui-ci est le 3.10" in output.err


def test_refuses_an_unknown_lock(capsys):
    assert install.main(["everything"]) == 1
    assert "base|dev" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """An installation whose environment exists, with nothing in it."""
    (tmp_path / "requirements").mkdir()
    for lock in install.LOCKS:
        (tmp_path / "requirements" / f"{lock}.txt").write_text(f"{lock}==1\n")
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(install, "BASE_DIR", tmp_path)
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "VENV_PYTHON", venv / "bin" / "python")
    return tmp_path


@pytest.fixture
def installed(folder, monkeypatch) -> list[str]:
    """The locks that were really installed, in order."""
    locks: list[str] = []
    monkeypatch.setattr(install, "install", locks.append)
    return locks


def test_installs_once(installed):
    assert install.main(["base"]) == 0
    assert install.main(["base"]) == 0
    assert installed == ["base"]


def test_the_larger_lock_satisfies_the_smaller_one(installed):
    install.main(["dev"])
    install.main(["base"])
    assert installed == ["dev"]


def test_the_smaller_lock_does_not_satisfy_the_larger_one(installed):
    install.main(["base"])
    install.main(["dev"])
    assert installed == ["base", "dev"]


def test_installs_again_when_the_lock_changes(folder, installed):
    install.main(["base"])
    (folder / "requirements" / "base.txt").write_text("base==2\n")
    install.main(["base"])
    assert installed == ["base", "base"]


def test_a_failed_installation_says_so_and_is_tried_again(folder, monkeypatch, capsys):
    def fail(_lock: str) -> None:
        raise OSError("plus de place")

    monkeypatch.setattr(install, "install", fail)

    assert install.main(["base"]) == 1
    assert "L'installation des dépendances a échoué (plus de place)" in capsys.readouterr().err
    assert not install.is_installed("base")


# --- What is printed ----------------------------------------------------------------------------


@pytest.fixture
def installer(folder, monkeypatch):
    """Return a function that makes the Python of .venv, which runs pip, print and end as told."""
    monkeypatch.setattr(install, "working_uv", lambda: False)
    python = folder / ".venv" / "bin" / "python"

    def write(*lines: str) -> None:
        python.unlink(missing_ok=True)
        python.write_text("\n".join(["#!/bin/sh", *lines]))
        python.chmod(0o755)

    return write


def test_a_first_installation_shows_its_steps_and_nothing_of_pip(folder, installer, capfd):
    installer("echo Collecting everything", "echo and warnings >&2")

    assert install.main(["base"]) == 0

    printed = capfd.readouterr()
    assert re.sub(r"[\d,]+ s", "… s", printed.out) == (
        "  Installation des 1 dépendances (requirements/base.txt) : fait en … s\n"
    )
    assert printed.err == ""
    assert install.main(["base"]) == 0
    assert capfd.readouterr() == ("", "")


def test_a_failure_of_pip_shows_all_that_it_printed_then_the_sentence(installer, capfd):
    installer(
        'case "$*" in *install*)',
        "  echo Collecting everything; echo ERROR: no matching hash >&2; exit 7;;",
        "esac",
    )

    assert install.main(["base"]) == 1

    printed = capfd.readouterr()
    assert printed.out == ""
    *log, sentence = printed.err.splitlines()
    assert log[0].startswith("$ ")
    assert log[1:] == ["Collecting everything", "ERROR: no matching hash"]
    assert sentence == (
        "L'installation des dépendances a échoué (python a rendu le code 7) : voir les messages "
        "ci-dessus, puis relancer la commande."
    )
    assert not install.is_installed("base")


def test_what_uv_could_not_do_pip_does_without_a_word(installer, monkeypatch, capfd):
    tried: list[str] = []

    def run(command):
        tried.append(command[0].rpartition("/")[2])
        install.output.append("log")
        return 2 if command[0] == "uv" else 0

    installer()
    monkeypatch.setattr(install, "working_uv", lambda: True)
    monkeypatch.setattr(install, "quietly", run)

    assert install.main(["base"]) == 0
    assert tried == ["uv", "python"]
    assert "log" not in capfd.readouterr().out


def test_the_environment_is_a_step_of_its_own(folder, monkeypatch, capsys):
    shutil.rmtree(folder / ".venv")
    monkeypatch.setattr(install, "working_uv", lambda: True)
    # It makes the environment, or fills it.
    monkeypatch.setattr(
        install, "quietly", lambda _command: (folder / ".venv").mkdir(exist_ok=True) or 0
    )

    assert install.main(["base"]) == 0

    environment, packages = [
        line for line in capsys.readouterr().out.splitlines() if "en cours" not in line
    ]
    assert environment.startswith("  Création de l'environnement (.venv) : fait en ")
    assert packages.startswith(
        "  Installation des 1 dépendances (requirements/base.txt) : fait en "
    )


def test_what_takes_long_says_so(monkeypatch, capsys):
    monkeypatch.setattr(progress, "HEARTBEAT_SECONDS", 0.01)
    with progress.doing("Attente"):
        time.sleep(0.1)
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith("  Attente : en cours depuis 0,0 s…")
    assert last == "  Attente : fait en 0,1 s"
