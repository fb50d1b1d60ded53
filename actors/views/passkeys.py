"""One's own passkeys: list, add, remove."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import ListView

from actors.forms import AddPasskeyForm
from actors.services.passkeys import add_passkey, passkeys_of, remove_passkey
from ess_portal.base.views import RefusableFormView

# Somebody who finds a browser open mustn't make themselves a way in for later.
RECENT = 15 * 60


def signed_in_recently(request) -> bool:
    """Whether the person proved who they are, in this session, within fifteen minutes."""
    proofs = get_authentication_records(request, request.user)
    return any(time.time() - proof["at"] < RECENT for proof in proofs)


class PasskeysMixin:
    """Back to the list."""

    success_url = reverse_lazy("actors:passkeys")


class PasskeyListView(ListView):
    """The keys of the person."""

    template_name = "actors/passkeys.html"
    context_object_name = "passkeys"

    def get_queryset(self):
        """One's own."""
        return passkeys_of(self.request.user)


class AddPasskeyView(PasskeysMixin, RefusableFormView):
    """Make a key, once one has signed in lately."""

    form_class = AddPasskeyForm
    template_name = "actors/add_passkey.html"
    said = "La clé d’accès est ajoutée."

    def post(self, request, *args, **kwargs):
        """Ask to sign in again after a while."""
        if not signed_in_recently(request):
            return HttpResponseRedirect(request.path)
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        is_recent = signed_in_recently(self.request)
        context = super().get_context_data(is_recent=is_recent, **kwargs)
        if is_recent:
            context["options"] = begin_registration(self.request.user, passwordless=True)
        return context

    def perform(self, form):
        add_passkey(
            user=self.request.user,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
        )


class RemovePasskeyView(PasskeysMixin, RefusableFormView):
    """Forget a key, after a confirmation."""

    template_name = "actors/remove_passkey.html"
    said = "La clé d’accès est retirée. Retirez-la aussi de votre appareil, s’il la garde."

    @cached_property
    def passkey(self):
        """The key of the address; those of others don't exist here."""
        return get_object_or_404(passkeys_of(self.request.user), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.passkey  # noqa: B018 - 404 for what isn't one's own
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(passkey=self.passkey, **kwargs)

    def perform(self, form):
        remove_passkey(user=self.request.user, passkey=self.passkey)
