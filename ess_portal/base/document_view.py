"""How a document is handed over: drawn for one person at a time, or a page that says why not."""

from collections.abc import Callable
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from ess_portal.base.access_records import note
from ess_portal.base.models import AccessKind
from ess_portal.base.pdf import UndrawnDocument
from ess_portal.base.turns import TurnTaken, turn_of

SECONDS_TO_COME_BACK = 10


def document_response(
    request: HttpRequest,
    filename: str,
    draw: Callable[[], bytes],
    *,
    content_type: str = "application/pdf",
) -> HttpResponse:
    """Return the document that `draw` gives, to be saved as `filename`.

    Whoever opens one in ten windows holds up nobody else: one is drawn at a time for a person. What
    can't be drawn, or not now, is a page that says so (503, and when to come back).
    """
    try:
        with turn_of(f"document of {request.user.pk}"):
            content = draw()
    except UndrawnDocument as undrawn:
        return _not_drawn(request, is_busy=undrawn.is_busy)
    except TurnTaken:
        return _not_drawn(request, is_busy=True)
    note(AccessKind.DOWNLOADED, request.user.pk, f"{request.path} ({filename})")
    return FileResponse(
        BytesIO(content),
        as_attachment=True,
        filename=filename,
        content_type=content_type,
    )


def _not_drawn(request: HttpRequest, *, is_busy: bool) -> HttpResponse:
    response = render(request, "document_not_drawn.html", {"is_busy": is_busy}, status=503)
    if is_busy:
        response["Retry-After"] = str(SECONDS_TO_COME_BACK)
    return response
