"""Whether the portal can serve: for load balancers and for the people on call."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import JsonResponse


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    key = f"health-{uuid.uuid4()}"
    cache.set(key, "ok", 10)
    if cache.get(key) != "ok":
        raise RuntimeError("the cache forgets")
    cache.delete(key)


def _storage() -> None:
    name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(b"ok"))
    default_storage.delete(name)


CHECKS = {"database": _database, "cache": _cache, "storage": _storage}


@login_not_required
def health(request):
    """200 with the commit served when database, cache and storage answer; else 503."""
    states = {name: _answers(check) for name, check in CHECKS.items()}
    healthy = all(states.values())
    answer = {"status": "ok" if healthy else "error", "commit": settings.COMMIT or None}
    answer |= {name: "ok" if state else "error" for name, state in states.items()}
    response = JsonResponse(answer, status=200 if healthy else 503)
    response["Cache-Control"] = "no-store"
    return response


def _answers(check) -> bool:
    try:
        check()
    except Exception:
        return False
    return True
