"""The charset that a request says to be written in: UTF-8, as browsers send it, or none."""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

REFUSED = "Cette requête n’est pas en UTF-8 : elle n’a pas été lue.\n"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_utf_8(application: Application) -> Application:
    """Return `application` behind a check: whatever says to be in another charset answers 400.

    Django decodes an address while it makes the request, before any middleware. Some of Python's
    codecs decode no text, others make half a pair, which no database keeps: both were errors 500.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if _says_utf_8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        body = REFUSED.encode()
        kind = ("Content-Type", "text/plain; charset=utf-8")
        start_response("400 Bad Request", [kind, ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _says_utf_8(content_type: str) -> bool:
    _, named = parse_header_parameters(content_type)
    try:
        return codecs.lookup(named.get("charset", "utf-8")).name == "utf-8"
    except LookupError:
        return True  # a name that means nothing: Django leaves it aside
