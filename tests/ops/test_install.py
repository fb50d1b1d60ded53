"""ops/install.py: what a newcomer meets first."""

import sys
from pathlib import Path

import pytest

from ops import install


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
