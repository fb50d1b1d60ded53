"""One's own passkeys: list, add, remove."""

from allauth.mfa.webauthn.internal.auth import begin_registration
from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import ListView

from actors.forms import AddPasskeyForm
from actors.rules import needs_second_factor
from actors.services.passkeys import add_passkey, passkeys_of, remove_passkey
from actors.sign_in import prove
from actors.views.second_factors import RecentlySignedIn, after_first_factor
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.views import RefusableFormView


class PasskeyListView(ListView):
    """The keys of the person."""

    template_name = "actors/passkeys.html"
    context_object_name = "passkeys"

    def get_queryset(self):
        """One's own."""
        return passkeys_of(self.request.user)


class AddPasskeyView(RecentlySignedIn, RefusableFormView):
    """Make a key, once one has signed in lately."""

    form_class = AddPasskeyForm
    template_name = "actors/add_passkey.html"
    said = "La clé d’accès est ajoutée."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        options = begin_registration(self.request.user, passwordless=True)
        return super().get_context_data(options=options, **kwargs)

    def perform(self, form):
        """Keep it. Making it showed it, and who holds it: it counts as given."""
        passkey = add_passkey(
            user=self.request.user,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
            keep=self.request.session.session_key,
        )
        prove(self.request, passkey)

    def get_success_url(self):
        """Show recovery codes to those who can't do without; lead on."""
        if needs_second_factor(self.request.user):
            return after_first_factor(self.request, self.target)
        return self.target or reverse("actors:passkeys")


class RemovePasskeyView(RecentlySignedIn, AskFirstView):
    """Forget a key, after a question."""

    success_url = reverse_lazy("actors:passkeys")
    said = "La clé d’accès est retirée. Retirez-la aussi de votre appareil, s’il la garde."

    @cached_property
    def passkey(self):
        """The key of the address; those of others don't exist here."""
        return get_object_or_404(passkeys_of(self.request.user), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.passkey  # noqa: B018 - 404 for what isn't one's own
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        return Question(
            title=f"Retirer « {self.passkey} »",
            consequence="Cette clé ne vous connectera plus, et vos autres sessions se terminent ; "
            "un courriel vous le confirme. Vous pourrez toujours recevoir un code par courriel.",
            act="Retirer la clé",
            keep="Garder la clé",
            back=reverse("actors:passkeys"),
            crumbs=(
                ("Mon espace", settings.LOGIN_REDIRECT_URL),
                ("Mes clés d’accès", reverse("actors:passkeys")),
            ),
        )

    def perform(self, form):
        remove_passkey(
            user=self.request.user,
            passkey=self.passkey,
            keep=self.request.session.session_key,
        )
