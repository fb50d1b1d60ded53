"""Pages shown when something can't be shown."""

from django.shortcuts import render


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
