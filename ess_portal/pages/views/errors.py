"""Pages shown when something can't be shown."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

SECONDS_TO_COME_BACK = 30


def bad_request(request, exception=None):
    """400: what was sent can't be read."""
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    """403: one sees the thing, but may not do this to it."""
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    """404: it doesn't exist, or not for this person: the answer is the same."""
    return render(request, "404.html", status=404)


def csrf_failure(request, reason=""):
    """403: the form was open too long, or cookies are refused."""
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """500: we broke. 503: the database doesn't answer, or is too busy to; it will again.

    Both pages are drawn without any context: nothing can fail twice.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
        response["Retry-After"] = str(SECONDS_TO_COME_BACK)
        return response
    return HttpResponseServerError(loader.get_template("500.html").render())
