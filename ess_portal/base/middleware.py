"""Middleware of the whole portal."""

from django.conf import settings
from django.utils.cache import patch_cache_control


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
