"""Lines of the log: when, and for whom in a word that names nobody.

The same person has the same word in all lines of an installation, so that what happened to them
can be followed; without `SECRET_KEY` nobody makes the number of an account of it.
"""

import hashlib
import hmac
import logging
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest

NOBODY = "-"
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def configuration(level: str) -> dict[str, Any]:
    """Return `LOGGING`: lines on the error output, from `level` on."""
    line = {
        "format": "{asctime} {levelname} {name} {person} {message}",
        "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        "style": "{",
    }
    console = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["person"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"person": {"()": PersonFilter}},
        "formatters": {"line": line},
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": level},
    }


class LoggedPersonMiddleware:
    """Let lines of the log know for whom they are written.

    First of all: what Django says of an answer, it says once every middleware has seen it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Remember the request until this thread answers the next one."""
        _request.set(request)
        return self.get_response(request)


class PersonFilter(logging.Filter):
    """Give each line `person`: an opaque word, or "-"."""

    def filter(self, record):
        """Add it. Never asks the database: what fails may be just that."""
        # Where Django keeps the account once something has asked for it.
        user = vars(_request.get() or object).get("_cached_user")
        record.person = opaque(user.pk) if user is not None and user.pk else NOBODY
        return True


def opaque(person: int) -> str:
    """Return eight hexadecimal digits that stand for the account number `person`."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"log:%d" % person, hashlib.sha256).hexdigest()[:8]
