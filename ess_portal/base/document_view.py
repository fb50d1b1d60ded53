"""How a document is handed over: drawn for one person at a time, or a page that says why not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from django.db import OperationalError, connection, transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from psycopg.errors import LockNotAvailable

from ess_portal.base.access_records import note
from ess_portal.base.models import AccessKind
from ess_portal.base.pdf import UndrawnDocument

SECONDS_OF_PATIENCE = 2
SECONDS_TO_COME_BACK = 10


def document_response(
    request: HttpRequest, filename: str, draw: Callable[[], bytes]
) -> HttpResponse:
    """Return the PDF that `draw` gives, to be saved as `filename`.

    Whoever opens one in ten windows holds up nobody else: one is drawn at a time for a person. What
    can't be drawn, or not now, is a page that says so (503, and when to come back).
    """
    try:
        with _alone(request.user.pk):
            content = draw()
    except UndrawnDocument as undrawn:
        return _not_drawn(request, is_busy=undrawn.is_busy)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        return _not_drawn(request, is_busy=True)
    note(AccessKind.DOWNLOADED, request.user.pk, f"{request.path} ({filename})")
    return FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=filename,
        content_type="application/pdf",
    )


@contextmanager
def _alone(user_pk: int) -> Iterator[None]:
    """Wait a moment for the person's other document, then keep their next one waiting."""
    with transaction.atomic(), connection.cursor() as cursor:
        # One question, in this order.
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true),"
            " pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{SECONDS_OF_PATIENCE}s", f"document of {user_pk}"],
        )
        yield


def _not_drawn(request: HttpRequest, *, is_busy: bool) -> HttpResponse:
    response = render(request, "document_not_drawn.html", {"is_busy": is_busy}, status=503)
    if is_busy:
        response["Retry-After"] = str(SECONDS_TO_COME_BACK)
    return response
