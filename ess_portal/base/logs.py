"""Lines of the log: when, and for whom in a word that names nobody.

What is refused to somebody (an answer from 400 to 499) is one line, whatever they sent; an error of
ours keeps its traceback.

The same person has the same word in all lines of an installation, so that what happened to them
can be followed; without `SECRET_KEY` nobody makes the number of an account of it.
"""

import hashlib
import hmac
import logging
from contextvars import ContextVar
from copy import copy
from typing import Any

from django.conf import settings
from django.http import HttpRequest

NOBODY = "-"
LONGEST_REFUSAL = 300
FIRST_REFUSAL, FIRST_ERROR_OF_OURS = 400, 500
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def configuration(level: str) -> dict[str, Any]:
    """Return `LOGGING`: lines on the error output, from `level` on."""
    line = {
        "class": f"{__name__}.{LineFormatter.__name__}",
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


class LineFormatter(logging.Formatter):
    """Write a refusal in one line: anybody causes as many as they like, in words of their own."""

    def format(self, record):
        """Return the line; of anything but a refusal, with its traceback if there is one."""
        status = getattr(record, "status_code", None) or 0
        if not FIRST_REFUSAL <= status < FIRST_ERROR_OF_OURS:
            return super().format(record)
        # A copy: what others write of it is theirs to say.
        record = copy(record)
        record.msg, record.args = _in_one_line(record.getMessage()), None
        record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)


def _in_one_line(text: str) -> str:
    if len(text) > LONGEST_REFUSAL:
        text = f"{text[:LONGEST_REFUSAL]}…"
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def opaque(person: int) -> str:
    """Return eight hexadecimal digits that stand for the account number `person`."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"log:%d" % person, hashlib.sha256).hexdigest()[:8]
