"""When databases of an earlier run are thrown away."""

import pytest

from tests.benchmarks.databases import digest_of
from tests.benchmarks.sizes import Size

FILLED = ("data.py", "walk.py", "shares.py", "filling.py")


@pytest.fixture
def root(tmp_path):
    """What a checkout has of files that a filled database depends on."""
    for path in (
        *(f"tests/benchmarks/{name}" for name in FILLED),
        "actions/migrations/0001_initial.py",
        "ess_portal/base/management/commands/grant_web_role.py",
        "actors/data/territory.json",
        "tests/benchmarks/pages.py",
        "actions/rules.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("as it was")
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        *(f"tests/benchmarks/{name}" for name in FILLED),
        "actions/migrations/0001_initial.py",
        "challenges/migrations/0001_initial.py",
        "ess_portal/base/management/commands/grant_web_role.py",
        "actors/data/territory.json",
    ],
)
def test_what_fills_a_database_makes_another(root, path):
    before = digest_of(root)
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("otherwise")
    assert digest_of(root) != before


def test_what_asks_for_pages_leaves_databases_alone(root):
    before = digest_of(root)
    (root / "tests/benchmarks/pages.py").write_text("otherwise")
    (root / "actions/rules.py").write_text("otherwise")
    assert digest_of(root) == before


def test_sizes_have_databases_of_their_own():
    sizes = [Size(100), Size(1_000), Size(100, organisations=1_000), Size(100, sessions=1_000)]
    assert len({size.database for size in sizes}) == len(sizes)
