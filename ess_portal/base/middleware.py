"""Middleware of the whole portal."""

from django.utils.cache import patch_cache_control


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
