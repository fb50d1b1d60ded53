"""ess_portal/base/kept_documents.py: drawn once, for a day, for us alone."""

import os
import time

import pytest
from django.db import transaction

from ess_portal.base.kept_documents import SECONDS_KEPT, kept, remove_old_documents


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A folder that doesn't exist yet."""
    settings.DOCUMENTS_ROOT = tmp_path / "documents"
    return settings.DOCUMENTS_ROOT


def test_the_same_ingredients_are_drawn_once():
    drawn = []

    def draw() -> bytes:
        drawn.append(1)
        return b"a document"

    assert [kept("the same", draw), kept("the same", draw)] == [b"a document"] * 2
    assert len(drawn) == 1
    assert (kept("others", draw), len(drawn)) == (b"a document", 2)


def test_they_are_for_us_alone(folder):
    kept("data", lambda: b"a document")

    (path,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_cannot_be_kept_is_given_all_the_same(folder):
    folder.write_text("no folder")

    assert kept("data", lambda: b"a document") == b"a document"


def test_what_cannot_be_drawn_leaves_nothing(folder):
    with pytest.raises(ZeroDivisionError):
        kept("data", lambda: 1 // 0)

    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
def test_after_a_day_they_go_once_it_is_sure(folder):
    for name in ("old", "new"):
        kept(name, name.encode)
    old = next(path for path in folder.iterdir() if path.read_bytes() == b"old")
    os.utime(old, (0, time.time() - SECONDS_KEPT))

    with transaction.atomic():
        assert remove_old_documents() == 1
        transaction.set_rollback(True)
    assert len(list(folder.iterdir())) == 2

    assert (remove_old_documents(), remove_old_documents()) == (1, 0)
    assert [path.read_bytes() for path in folder.iterdir()] == [b"new"]


def test_an_empty_installation_has_nothing_to_remove():
    assert remove_old_documents() == 0
