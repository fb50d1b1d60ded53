"""Middleware of the whole portal."""

from django.conf import settings
from django.utils.cache import patch_cache_control

from ess_portal.base.plain_text import LONGEST_TEXT, normalised


class PermissionsPolicyMiddleware:
    """Tell browsers what no page of ours, nor anything a page might load, is given."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Add the header to every answer."""
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


class PrivatePagesMiddleware:
    """Forbid any cache to keep a page made for a signed-in person.

    On a shared computer the "back" button after signing out must not show a file again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Add `no-store` to the answer when somebody is signed in or the page says so."""
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class NormalisedTextMiddleware:
    """Let views read typed text in one form: composed, without piles of marks, empty if unseen.

    A password stays as it was typed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        """Replace what was posted once its size was accepted, and before any view reads it."""
        if request.method != "POST":
            return
        posted = request.POST.copy()
        for name, values in request.POST.lists():
            if "password" not in name:
                posted.setlist(name, [_shortly(value) for value in values])
        request.POST = posted


def _shortly(value: str) -> str:
    """Normalise a text that a field may take; a longer one is refused for its length as it is."""
    return normalised(value) if len(value) <= LONGEST_TEXT else value
