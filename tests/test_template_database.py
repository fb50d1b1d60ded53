"""The template of test databases is made anew when what migrates it changes, and then only."""

import os

import pytest
from django.db import connection

from ops import embedded
from tests.plugins.template_database import PREFIX, template_name


@pytest.fixture
def root(tmp_path):
    """Sources with one migration."""
    for name in ("actions/migrations/0001_initial.py", "ess_portal/base/triggers.py", "other.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("actions/migrations/0001_initial.py", True),
        ("actions/migrations/0002_functions.py", True),
        ("ess_portal/pages/migrations/0001_initial.py", True),
        ("ess_portal/base/triggers.py", True),
        ("requirements/dev.txt", True),
        ("other.py", False),
        ("actions/gate.py", False),
    ],
)
def test_its_name_follows_the_sources_of_migrations(root, name, changes):
    before = template_name(root)
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("another")
    assert (template_name(root) != before) is changes


def test_a_migration_moved_to_another_app_is_another_template(root):
    before = template_name(root)
    (root / "actions").rename(root / "actors")
    assert template_name(root) != before


@pytest.mark.django_db
def test_one_is_kept_and_this_database_is_its_copy():
    if os.environ["DATABASE_URL"] != embedded.urls(embedded.TEST_FOLDER).web:
        pytest.skip("On somebody's own server nothing is left behind.")
    used = connection.settings_dict["TEST"]["TEMPLATE"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        assert cursor.fetchall() == [(used,)]
