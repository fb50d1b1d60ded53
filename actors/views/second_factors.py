"""One's own second factor: set up, confirmed, taken off; recovery codes, shown once."""

import base64
import time
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.views.generic import FormView, TemplateView, View

from actors.forms import ApplicationForm, ConfirmByPasskeyForm, ConfirmIdentityForm
from actors.rules import needs_second_factor
from actors.services.second_factors import (
    add_application,
    factors_of,
    make_recovery_codes,
    recovery_codes_left,
    remove_application,
    unused_recovery_codes,
)
from actors.sign_in import (
    MINUTES,
    has_second_step,
    lacks_second_factor,
    may_change_factors,
    prove,
)
from ess_portal.base.access_records import note
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.models import AccessKind
from ess_portal.base.views import RefusableFormView

# The codes are shown to the session that made them, for as long as it takes to write them down.
CODES_UNTIL = "recovery_codes_until"
TIME_TO_WRITE = 15 * MINUTES
# The secret of an application to come stays the same for as long: the page may be opened twice.
SHOWN_UNTIL = "application_shown_until"
TIME_TO_COPY = 15 * MINUTES


def with_next(name: str, target: str) -> str:
    """Return the address of the page `name`, which leads to `target` afterwards."""
    return with_target(reverse(name), target)


class LeadsOn:
    """A page on the way to another one of the portal."""

    @property
    def target(self) -> str:
        """Where the person was going, "" for nowhere, or out of the portal."""
        asked = self.request.POST.get(REDIRECT_FIELD_NAME) or self.request.GET.get(
            REDIRECT_FIELD_NAME, ""
        )
        return asked if asked and get_account_adapter().is_safe_url(asked) else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(target=self.target, **kwargs)


class RecentlySignedIn(LeadsOn):
    """A page that changes how one signs in: whoever is there has just proved who they are."""

    def dispatch(self, request, *args, **kwargs):
        """Ask for the second factor again, or to sign in again where there is none."""
        if request.user.is_authenticated and not may_change_factors(request):
            return HttpResponseRedirect(
                with_next("actors:confirm_identity", with_target(request.path, self.target))
            )
        return super().dispatch(request, *args, **kwargs)


def with_target(path: str, target: str) -> str:
    """Return `path` on the way to `target`."""
    return f"{path}?{urlencode({REDIRECT_FIELD_NAME: target}, safe='/')}" if target else path


class SecondFactorView(LeadsOn, TemplateView):
    """What one signs in with, and how to set up a second factor."""

    template_name = "actors/second_factor.html"

    def get(self, request, *args, **kwargs):
        """Lead whoever has a second factor and didn't give it to where it is asked."""
        if lacks_second_factor(request) and has_second_step(request):
            return HttpResponseRedirect(with_next("actors:confirm_identity", self.target))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user = self.request.user
        factors = list(factors_of(user))
        application = next((one for one in factors if one.type == Authenticator.Type.TOTP), None)
        return super().get_context_data(
            is_needed=bool(needs_second_factor(user)),
            is_waited_for=lacks_second_factor(self.request),
            application=application,
            passkeys=[one for one in factors if one is not application],
            codes_left=recovery_codes_left(user),
            **kwargs,
        )


class ApplicationView(RecentlySignedIn, RefusableFormView):
    """Associate an application: its secret as a picture and as text, then a first code."""

    form_class = ApplicationForm
    template_name = "actors/application.html"
    said = "Votre application est associée."

    def get_form_kwargs(self):
        """Give the secret that is shown, for as long as it takes to copy it: then another one."""
        session = self.request.session
        is_late = session.get(SHOWN_UNTIL, 0) < time.time()
        if is_late:
            clear_totp_secret(self.request)
            session[SHOWN_UNTIL] = time.time() + TIME_TO_COPY
        return super().get_form_kwargs() | {"user": self.request.user, "is_late": is_late}

    def get_context_data(self, **kwargs):
        """Give the secret in groups of four, and as a picture that the strict policy lets show."""
        context = super().get_context_data(**kwargs)
        secret, adapter = context["form"].secret, get_adapter()
        url = adapter.build_totp_url(self.request.user, secret)
        drawing = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
        groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        return context | {
            "secret": " ".join(groups),
            "drawing": f"data:image/svg+xml;base64,{drawing}",
        }

    def perform(self, form):
        factor = add_application(
            user=self.request.user,
            secret=form.secret,
            keep=self.request.session.session_key,
            code=form.cleaned_data["code"],
        )
        clear_totp_secret(self.request)
        self.request.session.pop(SHOWN_UNTIL, None)
        prove(self.request, factor)

    def get_success_url(self):
        """Show recovery codes, unless there are some."""
        return after_first_factor(self.request, self.target)


def after_first_factor(request, target: str) -> str:
    """Return where to go once a factor was added: recovery codes first when there were none."""
    if recovery_codes_left(request.user) is None:
        show_new_codes(request)
        return with_next("actors:recovery_codes", target)
    return target or reverse("actors:second_factor")


def show_new_codes(request) -> None:
    """Make recovery codes, which this session may show for a while."""
    make_recovery_codes(user=request.user, keep=request.session.session_key)
    request.session[CODES_UNTIL] = time.time() + TIME_TO_WRITE


def codes_shown(request) -> list[str]:
    """Return the codes that this session just made, none once they were put away."""
    is_time = time.time() < request.session.get(CODES_UNTIL, 0)
    return unused_recovery_codes(request.user) if is_time else []


class RemoveApplicationView(RecentlySignedIn, AskFirstView):
    """Take the application off, after a question."""

    success_url = reverse_lazy("actors:second_factor")
    said = "L’application est retirée. Supprimez aussi le compte qu’elle garde."

    def dispatch(self, request, *args, **kwargs):
        """Answer 404 to whoever has none."""
        if request.user.is_authenticated:
            get_object_or_404(factors_of(request.user), type=Authenticator.Type.TOTP)
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        return Question(
            title="Retirer l’application",
            consequence="Ses codes ne serviront plus, et vos autres sessions se terminent. Un "
            "courriel vous le confirme.",
            act="Retirer l’application",
            keep="Garder l’application",
            back=reverse("actors:second_factor"),
            crumbs=(("Ma connexion", reverse("actors:second_factor")),),
        )

    def perform(self, form):
        remove_application(user=self.request.user, keep=self.request.session.session_key)


class RecoveryCodesView(RecentlySignedIn, RefusableFormView):
    """Make new recovery codes; they are shown on the page that follows, once."""

    template_name = "actors/recovery_codes.html"

    def dispatch(self, request, *args, **kwargs):
        """Codes recover a factor: without one there is nothing to recover."""
        if request.user.is_authenticated and not factors_of(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            codes=codes_shown(self.request),
            codes_left=recovery_codes_left(self.request.user),
            **kwargs,
        )

    def perform(self, form):
        """Put those that are shown away, or make others."""
        if "kept" in self.request.POST:
            self.request.session.pop(CODES_UNTIL, None)
            self.done = True
        else:
            show_new_codes(self.request)
            self.done = False

    def get_success_url(self):
        if not self.done:
            return with_next("actors:recovery_codes", self.target)
        return self.target or reverse("actors:second_factor")


class RecoveryCodesFileView(View):
    """The codes that are being shown, as a text to keep."""

    def get(self, request):
        """Answer 404 once they were put away: they are shown once."""
        codes = codes_shown(request)
        if not codes:
            raise Http404
        lines = ["Codes de secours du portail ESS", str(request.user.email), "", *codes, ""]
        answer = HttpResponse("\r\n".join(lines), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="codes-de-secours-portail-ess.txt"'
        return answer


class ConfirmIdentityView(LeadsOn, FormView):
    """Prove again who one is: a code or a passkey; without a second factor, by signing in again."""

    form_class = ConfirmIdentityForm
    template_name = "actors/confirm_identity.html"

    def get_form_class(self):
        """Read what was sent: a passkey, or a code."""
        return ConfirmByPasskeyForm if "credential" in self.request.POST else self.form_class

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def post(self, request, *args, **kwargs):
        """Nothing to give where there is no second factor: sign in again."""
        if not factors_of(request.user).exists():
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        form.save()
        return HttpResponseRedirect(self.target or reverse("actors:second_factor"))

    def form_invalid(self, form):
        """Show the fault beside the field for codes, whichever was sent; the register notes it."""
        note(AccessKind.SIGN_IN_REFUSED, self.request.user.pk, "confirmation d’identité")
        context = self.get_context_data(form=form)
        if isinstance(form, ConfirmByPasskeyForm):
            context["form"] = ConfirmIdentityForm(user=self.request.user)
            context["passkey_errors"] = [str(fault) for fault in form.errors.get("credential", [])]
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        user = self.request.user
        types = set(factors_of(user).values_list("type", flat=True))
        context = super().get_context_data(
            has_factor=bool(types),
            has_application=Authenticator.Type.TOTP in types,
            has_codes=recovery_codes_left(user) is not None,
            has_passkey=Authenticator.Type.WEBAUTHN in types,
            is_asked_by_role=lacks_second_factor(self.request),
            again=with_next("account_login", self.target),
            **kwargs,
        )
        if context["has_passkey"]:
            context["options"] = begin_authentication(user)
        return context
