"""Tests stand where one looks for them: the tree of `tests/` mirrors the application's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BASE_DIR = Path(settings.BASE_DIR)
TESTS = BASE_DIR / "tests"
# The rooms of which every module has a test file of its own.
ROOMS = ("services", "forms")
# `ess_portal.base` is tested in tests/base.
ROOT = {"ess_portal": ""}


def modules_of_rooms() -> Iterator[str]:
    """Every module of services and of forms, as a path from the project's folder."""
    for app in ("actions", "actors", "challenges", "ess_portal"):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            room = path.stem if path.stem in ROOMS else path.parent.name
            if room in ROOMS and path.stem != "__init__":
                yield str(path.relative_to(BASE_DIR))


def where_tests_are(module: str) -> Path:
    """Where the tests of `module` are."""
    first, *folders, name = Path(module).parts
    return TESTS / ROOT.get(first, first) / Path(*folders) / f"test_{name}"


@pytest.mark.parametrize("module", list(modules_of_rooms()))
def test_every_service_and_form_has_its_test_file(module):
    assert where_tests_are(module).exists()


def test_no_test_module_imports_another():
    """What two of them need is in tests/support."""
    importing = re.compile(r"^\s*(?:from|import)\s+tests\.(?:\w+\.)*test_\w+", re.MULTILINE)

    found = {
        str(path.relative_to(BASE_DIR)): importing.findall(path.read_text())
        for path in TESTS.rglob("*.py")
    }

    assert {path: lines for path, lines in found.items() if lines} == {}


# Beyond, nobody finds a test any more.
MOST_LINES = 400


def test_no_module_of_tests_is_too_long():
    lengths = {
        str(path.relative_to(BASE_DIR)): len(path.read_text().splitlines())
        for path in TESTS.rglob("*.py")
    }

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
