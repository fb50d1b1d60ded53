"""Pages that everybody reads are kept whole, until something published changes (decision 36).

A copy lies under the version of what is published, read before the page is made, and under the day:
a page made while something changes is kept under a version that nobody asks for any more.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from ess_portal.base.published import published_version

DAY = 24 * 60 * 60  # seconds
LONGEST_PAGE = 100_000  # bytes, compressed
# Who has one of these isn't just anybody, or has something to be told.
COOKIES = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def kept(*parameters: str) -> Callable:
    """Mark a view whose page is the same for everybody who isn't signed in.

    `parameters`: all that it reads of an address's query. A page asked for with others isn't kept.
    For functions, and for `dispatch` by `method_decorator`.
    """

    def marked(view: Callable) -> Callable:
        view.kept_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return view

    return marked


class KeptPagesMiddleware:
    """Answers with the copy that is kept, or 304 to who has it; keeps what was made.

    Outside of compression, so that copies are compressed once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the page, if `process_view` and its headers say that it may be."""
        response = self.get_response(request)
        key = getattr(request, "kept_under", None)
        if key is None or not response.has_header("ETag"):
            return response
        if not getattr(response, "is_kept", False) and _is_everybodys(request, response):
            caches["pages"].set(key, (response.content, dict(response.headers)), DAY)
        return get_conditional_response(request, etag=response["ETag"], response=response)

    def process_view(
        self, request: HttpRequest, view: Callable, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Answer the copy, if there is one of today's version."""
        parameters = getattr(view, "kept_parameters", None)
        if parameters is None or not _is_anybodys(request, parameters):
            return None
        version = published_version()
        if not version:
            return None
        request.kept_under = _key(version, request)  # type: ignore[attr-defined]
        copy = caches["pages"].get(request.kept_under)  # type: ignore[attr-defined]
        return None if copy is None else _answer(*copy)

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Name the content, before compression adds its random bytes."""
        if hasattr(request, "kept_under"):
            patch_cache_control(response, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
            response.add_post_render_callback(_name)
        return response


def _is_anybodys(request: HttpRequest, parameters: Iterable[str]) -> bool:
    """Whether the answer can't depend on who asks."""
    return (
        settings.PAGES_KEPT
        and request.method == "GET"
        and not any(name in request.COOKIES for name in COOKIES)
        and "HX-Request" not in request.headers
        # Copies are compressed: others would take ten times the room.
        and re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")) is not None
        and request.GET.keys() <= set(parameters)
    )


def _is_everybodys(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the page holds nothing of one reader's: a cookie, a token of a form."""
    return (
        response.status_code == 200  # noqa: PLR2004 - what was asked for
        and not response.cookies
        and "CSRF_COOKIE" not in request.META
        and len(response.content) <= LONGEST_PAGE  # type: ignore[attr-defined]
    )


def _key(version: str, request: HttpRequest) -> str:
    """Under what a page is kept: all that it depends on."""
    parts = (
        version,
        timezone.localdate().isoformat(),
        request.build_absolute_uri(),
    )
    return blake2b("\n".join(parts).encode(), digest_size=20).hexdigest()


def _name(response: HttpResponse) -> None:
    response["ETag"] = f'"{blake2b(response.content, digest_size=16).hexdigest()}"'


def _answer(content: bytes, headers: dict[str, str]) -> HttpResponse:
    response = HttpResponse(content, headers=headers)
    response.is_kept = True  # type: ignore[attr-defined]
    return response
