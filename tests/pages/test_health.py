"""/sante/: 200 when database, cache and storage answer, else 503."""

import pytest
from django.test import Client

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
