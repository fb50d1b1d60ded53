"""Signing in: by a mailed code, counted by account; the second step; sessions that are open."""

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView
from allauth.core import ratelimit
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.views.generic import ListView

from actors.forms import may_ask_from_here
from actors.services.second_factors import current_code, factors_of
from actors.services.sessions import end_session, end_sessions, open_sessions
from ess_portal.base.access_records import note
from ess_portal.base.models import AccessKind
from ess_portal.base.views import RefusableButtonView


class ConfirmCodeView(ConfirmLoginCodeView):
    """Type the code, or ask for another one: both are limited, whoever the account belongs to."""

    @property
    def email(self) -> str:
        """The address that the code was asked for."""
        return self._process.state["email"]

    def get_form(self, form_class=None):
        """Count each code that is tried before it is looked at: a session counts its own faults,
        but requests of the same instant all find the same count there.
        """
        form = super().get_form(form_class)
        counts = self._action == "verify" and form.is_bound
        if counts and not ratelimit.consume(
            self.request, action="code_tried", key=self.email.lower()
        ):
            form.errors["code"] = form.error_class([self._too_many])
        return form

    def form_valid(self, form):
        """Send another code, which counts as one that was asked for; or sign in."""
        if self._action != "resend":
            return super().form_valid(form)
        if not self._may_send_again():
            messages.error(self.request, self._too_many)
            here = self.passthrough_next_url(reverse("account_confirm_login_code"))
            return HttpResponseRedirect(here)
        return super().form_valid(form)

    def _may_send_again(self) -> bool:
        return may_ask_from_here(self.email) and ratelimit.consume(
            self.request, action="request_login_code", key=self.email.lower()
        )

    def form_invalid(self, form):
        """Note a wrong code in the register of accesses."""
        if self._action == "verify":
            known = getattr(self._process.user, "pk", None)
            note(AccessKind.SIGN_IN_REFUSED, known, "code reçu par courriel")
        return super().form_invalid(form)

    @property
    def _too_many(self) -> str:
        return get_adapter().error_messages["too_many_login_attempts"]


class SecondStepView(AuthenticateView):
    """The second step of signing in: a code of the application, a recovery code, a passkey."""

    def get_context_data(self, **kwargs):
        """Give the ways that this person has; in the demonstration, the code itself."""
        user = self.stage.login.user
        context = super().get_context_data(**kwargs)
        types = set(factors_of(user).values_list("type", flat=True))
        context |= {
            "has_application": Authenticator.Type.TOTP in types,
            "has_passkey": Authenticator.Type.WEBAUTHN in types,
            "options": context["js_data"]["request_options"],
        }
        if settings.DEMO:
            context["demo_code"] = current_code(user)
        return context

    def form_invalid(self, form):
        """Note a wrong code in the register of accesses."""
        note(AccessKind.SIGN_IN_REFUSED, self.stage.login.user.pk, "deuxième facteur")
        return super().form_invalid(form)


class PasskeyView(LoginWebAuthnView):
    """Sign in with a passkey."""

    def form_invalid(self, form):
        """Note a key that nobody knows in the register of accesses."""
        note(AccessKind.SIGN_IN_REFUSED, None, "clé d’accès")
        return super().form_invalid(form)


class SessionsView(ListView):
    """The sessions of the person."""

    template_name = "actors/sessions.html"
    context_object_name = "sessions"

    def get_queryset(self):
        """One's own, this one first."""
        return open_sessions(self.request.user, self.request.session.session_key)


class EndSessionView(RefusableButtonView):
    """End another session of one's own, or all the others: no form is lost by surprise here."""

    success_url = reverse_lazy("actors:sessions")

    def perform(self, form):
        user, here = self.request.user, self.request.session.session_key
        name = self.request.POST.get("session", "")
        if not name:
            end_sessions(user=user, keep=here)
            self.said = "Vos autres sessions sont terminées."
        elif end_session(user=user, name=name):
            self.said = "La session est terminée."
