"""ess_portal/base/charsets.py: what isn't in UTF-8 is refused before anything of it is read."""

from io import BytesIO

import pytest
from django.test import RequestFactory

from ess_portal import wsgi
from ess_portal.base.charsets import in_utf_8

PART = b'--B\r\nContent-Disposition: form-data; name="name"\r\n\r\nAna\r\n--B--\r\n'


def status(path: str, query: str, content_type: str, body: bytes = b"") -> int:
    """Ask what the web processes serve, as gunicorn does."""
    sent = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    environ = RequestFactory().get(path).environ | sent
    said = []
    answer = wsgi.application(environ, lambda status, _headers: said.append(status))
    list(answer)
    getattr(answer, "close", int)()
    return int(said[0][:3])


@pytest.mark.parametrize("charset", ["hex", "idna", "undefined", "utf-7", "unicode_escape"])
def test_another_charset_is_refused(charset):
    """What Python can't decode was an error, and so was half a pair, which it can."""
    for path, query in (("/actions/", "q=%5Cud800"), ("/recherche/", "q=%2B2AA-")):
        assert status(path, query, f"text/plain; charset={charset}") == 400
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    assert status("/contact/", "", kind, PART) == 400


@pytest.mark.parametrize("named", ["", "; charset=utf-8", "; charset=UTF8", "; charset=nothing"])
def test_utf_8_is_handed_on_however_it_is_named(named):
    """A name that means nothing is left aside, as Django does."""
    handed = in_utf_8(lambda environ, _: [environ["CONTENT_TYPE"].encode()])
    kind = f"text/plain{named}"
    assert handed({"CONTENT_TYPE": kind}, None) == [kind.encode()]
    assert in_utf_8(lambda _environ, _: [b"read"])({}, None) == [b"read"]
