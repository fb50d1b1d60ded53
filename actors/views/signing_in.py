"""Signing in by a mailed code, counted by account."""

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse

from actors.forms import may_ask_from_here


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

    @property
    def _too_many(self) -> str:
        return get_adapter().error_messages["too_many_login_attempts"]
