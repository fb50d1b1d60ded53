"""Whether the portal can serve: for load balancers and for the people on call."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import JsonResponse

from actors.rules import is_administrator
from ess_portal.base.files import store


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
    """200 with the commit served when database, cache and storage answer; else 503.

    A disk without room for attached files is told, and serves all the same.
    """
    states = {name: _answers(check) for name, check in CHECKS.items()}
    healthy = all(states.values())
    answer = {"status": "ok" if healthy else "error", "commit": settings.COMMIT or None}
    answer |= {name: "ok" if state else "error" for name, state in states.items()}
    # Who asks is known by the database, when there is one.
    answer |= _room_of_attachments(request.user if states["database"] else AnonymousUser())
    response = JsonResponse(answer, status=200 if healthy else 503)
    response["Cache-Control"] = "no-store"
    return response


def _room_of_attachments(user) -> dict[str, str | int]:
    """Whether files may be attached; how much is left, to administrators alone."""
    try:
        free, has_room = store.free_bytes(), store.has_room()
    except OSError:
        return {"attachments_space": "error"}
    room: dict[str, str | int] = {"attachments_space": "ok" if has_room else "low"}
    return room | {"attachments_free_bytes": free} if is_administrator(user) else room


def _answers(check) -> bool:
    try:
        check()
    except Exception:
        return False
    return True
