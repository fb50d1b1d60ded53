"""/sante/: 200 when database, cache and storage answer, else 503."""

import pytest
from django.test import Client

from actors.enums import Role
from tests.support.factories import UserFactory, person

pytestmark = pytest.mark.django_db


def test_is_ok_when_everything_answers(settings, tmp_path):
    settings.COMMIT, settings.MEDIA_ROOT = "abc123", tmp_path
    response = Client().get("/sante/")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "commit": "abc123",
        "database": "ok",
        "cache": "ok",
        "storage": "ok",
        "attachments_space": "ok",
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_says_that_the_storage_fails(settings, tmp_path):
    """A folder that can't be made, even by root: its parent is a file."""
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    response = Client().get("/sante/")
    assert response.status_code == 503
    assert response.json() == {
        "status": "error",
        "commit": None,
        "database": "ok",
        "cache": "ok",
        "storage": "error",
        "attachments_space": "ok",
    }


def test_says_that_the_cache_forgets(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    response = Client().get("/sante/")
    assert (response.status_code, response.json()["cache"]) == (503, "error")


def test_says_that_the_database_is_gone(settings, tmp_path, monkeypatch):
    from django.db import OperationalError, connection

    def refuse(*args, **kwargs):
        raise OperationalError("gone")

    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(connection, "cursor", refuse)
    response = Client().get("/sante/")
    monkeypatch.undo()
    assert response.status_code == 503
    assert response.json()["database"] == "error"
    assert "gone" not in response.content.decode()


@pytest.mark.parametrize(("kept", "space"), [(0, "ok"), (10**9, "low")])
def test_says_whether_files_have_room(settings, tmp_path, as_user, kept, space):
    settings.MEDIA_ROOT = settings.ATTACHMENTS_ROOT = tmp_path
    settings.ATTACHMENTS_FREE_SPACE_KEPT = kept
    for browser in (Client(), as_user(UserFactory()), as_user(person(Role.AGENT))):
        answer = browser.get("/sante/")
        assert answer.status_code == 200
        assert answer.json()["attachments_space"] == space
        assert "attachments_free_bytes" not in answer.json()
    answer = as_user(person(Role.ADMINISTRATOR)).get("/sante/").json()
    assert answer["attachments_free_bytes"] > 0


@pytest.mark.parametrize("kept", [0, 10**9])
def test_the_administrators_home_says_what_is_left(settings, as_user, kept):
    settings.ATTACHMENTS_FREE_SPACE_KEPT = kept
    page = as_user(person(Role.ADMINISTRATOR)).get("/admin/").content.decode()
    assert "Place libre pour les pièces jointes" in page
    assert ("aucun fichier n’est plus accepté" in page) is (kept > 0)
    agents = as_user(person(Role.AGENT)).get("/admin/").content.decode()
    assert "Place libre pour les pièces jointes" not in agents
