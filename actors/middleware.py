"""Sessions of people whose role needs a second factor: verified before any work, and short."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from actors.sign_in import end_of, lacks_second_factor

# What one reads or does before, or instead of, giving a second factor: setting one up, leaving,
# asking for help. None of these shows anything of the programme's work.
OPEN = frozenset(
    {
        "account_inactive",
        "account_logout",
        "actors:add_passkey",
        "actors:application",
        "actors:confirm_identity",
        "actors:second_factor",
        *(
            f"pages:{name}"
            for name in [
                "accessibility",
                "contact",
                "contact_thanks",
                "health",
                "help",
                "legal_notice",
                "privacy",
                "reference",
                "robots",
                "site_map",
                "terms",
            ]
        ),
    }
)
KEPT = "Ce qui était enregistré l’est resté."
LOST = (
    "Ce que vous veniez d’envoyer n’a pas été enregistré : reconnectez-vous, puis recommencez. "
    "Le bouton « Précédent » de votre navigateur garde souvent ce que vous aviez tapé."
)


class SignInMiddleware(LoginRequiredMiddleware):
    """Lead strangers to the sign-in page, from a part of a page as from a page."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Lead the whole page there: a list that follows its filters mustn't hold that one.

        What saves by itself (a POST) stays where it is, and says that it isn't saved.
        """
        response = super().handle_no_permission(request, view_func)
        if request.method == "GET" and getattr(request, "htmx", False):
            return HttpResponseClientRedirect(response["Location"])
        return response


class StaffSessionMiddleware:
    """After the messages: it says why a session ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End a session that was idle, or lasted, for too long: the page is then a stranger's."""
        if request.user.is_authenticated and (reason := end_of(request)):
            logout(request)
            leaves = request.path == reverse("account_logout")
            lost = request.method == "POST" and not leaves
            messages.warning(request, f"{reason} {LOST if lost else KEPT}")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Lead to the page of the second factor, whatever was asked for."""
        match = request.resolver_match
        if (match and match.view_name in OPEN) or not lacks_second_factor(request):
            return None
        address = reverse("actors:second_factor")
        if request.method == "GET":
            address += f"?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()}, safe='/')}"
        # A part of a page mustn't hold another page.
        redirect = HttpResponseClientRedirect if request.htmx else HttpResponseRedirect
        return redirect(address)
