"""Lines of the log say when, and for whom without a name."""

import logging
import re

import pytest
from django.conf import settings
from django.test import RequestFactory

from ess_portal.base.logs import LoggedPersonMiddleware, PersonFilter, opaque
from tests.support.factories import UserFactory


def line_of(respond) -> str:
    """What is written when `respond` logs while it answers a request."""
    handler = settings.LOGGING["formatters"]["line"]
    formatter = logging.Formatter(handler["format"], handler["datefmt"], handler["style"])
    written = []

    def view(request):
        respond(request)
        record = logging.LogRecord("portal", logging.WARNING, "", 0, "something", None, None)
        assert PersonFilter().filter(record)
        written.append(formatter.format(record))

    LoggedPersonMiddleware(view)(RequestFactory().get("/"))
    return written[0]


def test_before_anybody_is_known_nobody_is_named():
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} WARNING portal - something",
        line_of(lambda request: None),
    )


@pytest.mark.django_db
def test_a_known_person_is_an_opaque_word_the_same_each_time():
    user = UserFactory(email="ana@example.org")

    def known(request):
        request._cached_user = user

    word = line_of(known).split()[3]

    assert word == opaque(user.pk) == line_of(known).split()[3]
    assert re.fullmatch(r"[0-9a-f]{8}", word)
    assert opaque(user.pk + 1) != word
    assert "ana" not in line_of(known)


def test_outside_a_request_there_is_nobody():
    LoggedPersonMiddleware(lambda _: None)(RequestFactory().get("/"))
    record = logging.LogRecord("portal", logging.ERROR, "", 0, "a command", None, None)

    assert PersonFilter().filter(record)
    assert record.person == "-"


def test_lines_are_written_so():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["person"]
    assert settings.LOGGING["root"] == {"handlers": ["console"], "level": "WARNING"}
