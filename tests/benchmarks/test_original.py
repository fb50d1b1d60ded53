"""The reference page of one commit: found where history is, refused where it isn't."""

import subprocess

import pytest

from ops import embedded
from tests.benchmarks.original import COMMIT, checked_out, require_history


def has_history() -> bool:
    asked = ["git", "-C", str(embedded.BASE_DIR), "cat-file", "-e", f"{COMMIT}^{{commit}}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.fixture
def repository(tmp_path):
    """A repository with another history."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    return tmp_path


def test_without_the_commit_nothing_is_measured(repository, tmp_path_factory):
    for place in (repository, tmp_path_factory.mktemp("archive")):
        with pytest.raises(SystemExit, match=r"commit 628b8ca6e015.*shallow clone .*archive"):
            require_history(place)


@pytest.mark.skipif(not has_history(), reason="a shallow clone or an archive")
def test_the_commit_s_files_are_there_for_as_long_as_they_are_needed(tmp_path):
    require_history()
    folder = tmp_path / "original"
    with checked_out(folder) as root:
        page = (root / "templates/pages/reference.html").read_text(encoding="utf-8")
        assert "Page de référence" in page
        assert (root / "manage.py").exists()
    assert list(tmp_path.iterdir()) == []
