"""How much a request may send: little, but where a form says more, to those who may fill it in."""

from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

MEGABYTE = 1024 * 1024
# A text of ten million characters is shown again with what is wrong, rather than lost.
LONG_FORM = 32 * MEGABYTE
# Whatever of it is more than a file may weigh is read and dropped, so that the page can say so.
WITH_A_FILE = 200 * MEGABYTE
# A browser that is cut off while it sends shows no page: so much is read for nothing.
MOST_DROPPED = 64 * MEGABYTE
_PIECE = 64 * 1024


class BodySizeMiddleware:
    """Refuse what is too long before anything of it is kept, with a page that says so (413).

    A view that takes more has `bytes_taken(request, **kwargs)`, which says how much from this very
    person; one that takes a file has `takes_files` besides. It stands before whatever reads forms.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Go on: everything is decided once the view is known."""
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        """Let it in, or answer 413."""
        size = _announced(request)
        view = getattr(view_func, "view_class", None)
        usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        takes_files = getattr(view, "takes_files", False)
        if size <= usual and not takes_files:
            return None
        taken = getattr(view, "bytes_taken", None)
        most = taken(request, **view_kwargs) if taken else usual
        if size > most:
            return _refusal(request, size)
        request.takes_files = takes_files and most > usual
        if size > usual and not takes_files:
            try:
                body = request.read()
            except UnreadablePostError:
                return render(request, "400.html", status=400)
            _give_back(request, body)
        return None


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refusal(request: HttpRequest, size: int) -> HttpResponse:
    if size <= MOST_DROPPED:
        try:
            while request.read(_PIECE):
                pass
        except UnreadablePostError:
            return HttpResponse(status=413)
    # Nobody looks for a form in what was dropped.
    _give_back(request, b"")
    return render(request, "413.html", status=413)


def _give_back(request: HttpRequest, body: bytes) -> None:
    # As Django itself does once it has read a body, within a bound that it takes from the settings.
    request._body = body  # noqa: SLF001
    request._stream = BytesIO(body)  # noqa: SLF001
