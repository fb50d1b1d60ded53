"""Lines of the log say when, and for whom without a name."""

import logging
import re
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import include, path

from actors.enums import Role
from ess_portal.base.logs import LoggedPersonMiddleware, PersonFilter, opaque
from tests.support.factories import UserFactory, person


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


@pytest.fixture
def written(monkeypatch) -> StringIO:
    """What the console of the settings writes from now on."""
    (console,) = [
        handler
        for handler in logging.getLogger().handlers
        if any(isinstance(one, PersonFilter) for one in handler.filters)
    ]
    text = StringIO()
    monkeypatch.setattr(console, "stream", text)
    return text


@login_not_required
def refused(request):
    """A page that something typed makes no sense to."""
    raise SuspiciousOperation("no such\nERROR row\x1b[2J" + "x" * 5000)


@login_not_required
def broken(request):
    """A page that we broke."""
    raise ZeroDivisionError("ours")


urlpatterns = [
    path("refused/", refused),
    path("broken/", broken),
    path("", include("ess_portal.urls")),
]
LINE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("body__regex=^1", "Filtering by body__regex not allowed"),
        ("body%0AERROR=1", r"Filtering by body\nERROR not allowed"),
        ("_to_field=body", "The field body cannot be referenced."),
    ],
)
def test_a_refused_lookup_is_one_line(as_user, written, query, said):
    agent = person(Role.AGENT)

    assert as_user(agent).get(f"/admin/base/outgoingmail/?{query}").status_code == 400

    (line,) = written.getvalue().splitlines()
    when, level, name, who, message = line.split(" ", 4)
    assert re.fullmatch(LINE, when)
    assert (level, name.rpartition(".")[0], who, message) == (
        "ERROR",
        "django.security",
        opaque(agent.pk),
        said,
    )


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_one_line(written, settings):
    settings.ALLOWED_HOSTS = ["portail.example"]

    assert Client().get("/", headers={"host": "ailleurs.example"}).status_code == 400

    (line,) = written.getvalue().splitlines()
    assert line.split(" ", 1)[1] == (
        "ERROR django.security.DisallowedHost - Invalid HTTP_HOST header: 'ailleurs.example'. You "
        "may need to add 'ailleurs.example' to ALLOWED_HOSTS."
    )


@pytest.mark.django_db
def test_a_refused_access_is_one_line(as_user, written):
    agent = person(Role.AGENT)

    assert as_user(agent).get("/admin/base/outgoingmail/add/").status_code == 403

    (line,) = written.getvalue().splitlines()
    assert line.split(" ", 1)[1] == (
        f"WARNING django.request {opaque(agent.pk)} Forbidden (Permission denied): "
        "/admin/base/outgoingmail/add/"
    )


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_what_was_typed_makes_no_second_line_and_no_long_one(written):
    assert Client().get("/refused/").status_code == 400

    (line,) = written.getvalue().splitlines()
    start = r"ERROR django.security.SuspiciousOperation - no such\nERROR row\x1b[2Jx"
    said = line.split(" ", 1)[1]
    assert (said[: len(start)], said[-2:], len(said) < 400) == (start, "x…", True)


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_error_of_ours_keeps_its_traceback(written):
    assert Client(raise_request_exception=False).get("/broken/").status_code == 500

    first, second, *_, last = written.getvalue().splitlines()
    assert re.fullmatch(LINE + " ERROR django.request - Internal Server Error: /broken/", first)
    assert (second, last) == (
        "Traceback (most recent call last):",
        "ZeroDivisionError: ours",
    )
