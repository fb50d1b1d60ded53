"""Signing in, and what people say of themselves."""

import contextlib

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.validators import MaxLengthValidator

from actors.enums import ClaimState, MembershipRole
from actors.models import EvaluatorInvitation, Invitation, Membership, MembershipClaim, User
from actors.services.second_factors import spend
from ess_portal.base.mailboxes import mailbox, mailbox_key
from ess_portal.base.telephones import tidied

# Ten times what keys have.
LONGEST_CREDENTIAL = 20_000


def may_ask_from_here(email: str) -> bool:
    """Count a code asked for `email` from this network address, so that none takes them all; say
    whether it may be sent. The same whether the address is known or not.
    """
    key = f"{get_ip(context.request)} {mailbox_key(email)}"
    return ratelimit.consume(context.request, action="code_asked_from", key=key)


class PasswordLoginForm(LoginForm):
    """Address and password, for those who were given one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Adresse électronique"
        self.fields["password"].label = "Mot de passe"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_login(self):
        """Know the mailbox however it is typed, before anything is counted or searched by it."""
        return mailbox_key(super().clean_login())


class RequestCodeForm(RequestLoginCodeForm):
    """An address to which a code is sent; the answer is the same whoever asks."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["email"]
        field.label = "Adresse électronique"
        field.help_text = "Exemple : prenom.nom@exemple.fr"
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["autocomplete"] = "email"
        field.validators.append(MaxLengthValidator(User._meta.get_field("email").max_length))

    def clean_email(self):
        """Make an account for an address seen for the first time.

        It is empty and can't be used by anybody but the one who reads that mailbox; those never
        used are removed by `manage.py purge_expired`.
        """
        self.cleaned_data["email"] = mailbox(self.cleaned_data["email"])
        if not may_ask_from_here(self.cleaned_data["email"]):
            raise get_account_adapter().validation_error("too_many_login_attempts")
        email = super().clean_email()
        # Two clicks at once make one account.
        self._user, _ = User.objects.get_or_create(
            email=email, defaults={"password": make_password(None)}
        )
        # A closed account gets no code, and the page doesn't say so.
        if not self._user.is_active:
            self._user = None
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """The code that was mailed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "Code reçu par courriel"
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"autocomplete": "one-time-code", "spellcheck": "false"}


class PreferencesForm(forms.ModelForm):
    """How a person is called, and how often they are written to."""

    class Meta:
        model = User
        fields = ("full_name", "phone", "mail_rhythm")
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(
                attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}
            ),
            "mail_rhythm": forms.RadioSelect,
        }
        help_texts = {
            "full_name": "Montré aux agents et à ceux avec qui vous travaillez sur le portail.",
            "phone": "Pour que les agents puissent vous joindre. Facultatif.",
            "mail_rhythm": "Les codes de connexion, les accusés de réception, les décisions et les "
            "dates à respecter n’attendent jamais le lendemain. Sur une même action, vous recevez "
            "au plus un courriel par heure, décisions mises à part.",
        }

    def clean_full_name(self):
        """Fold every kind of space, line breaks included, into one."""
        return " ".join(self.cleaned_data["full_name"].split())

    def clean_phone(self):
        """Write a number of France as everybody reads it."""
        return tidied(self.cleaned_data["phone"])


class InvitationForm(forms.ModelForm):
    """Whom to invite into an organisation, and as what."""

    class Meta:
        model = Invitation
        fields = ("email", "role")
        labels = {"email": "Adresse électronique", "role": "Rôle"}
        help_texts = {
            "email": "Exemple : prenom.nom@exemple.fr. La personne se connectera avec cette "
            "adresse.",
            "role": "Un contributeur écrit et envoie les dossiers. Un responsable peut aussi les "
            "retirer, inviter et changer les rôles.",
        }
        widgets = {
            # Somebody else's address: the browser keeps it apart from the person's own.
            "email": forms.EmailInput(attrs={"autocomplete": "section-invited email"}),
            "role": forms.RadioSelect,
        }


class EvaluatorInvitationForm(forms.ModelForm):
    """Whom to invite to evaluate, and whom they speak for."""

    class Meta:
        model = EvaluatorInvitation
        fields = ("email", "evaluator_kind")
        labels = {"email": "Adresse électronique", "evaluator_kind": "Évalue en tant que"}
        help_texts = {
            "email": InvitationForm.Meta.help_texts["email"],
            "evaluator_kind": "Facultatif. Chaque action est lue par des évaluateurs de plusieurs "
            "sortes, autant que possible.",
        }
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "section-invited email"})}


class RoleForm(forms.ModelForm):
    """What a member may do for the organisation."""

    class Meta:
        model = Membership
        fields = ("role",)
        widgets = {"role": forms.RadioSelect}
        help_texts = {"role": InvitationForm.Meta.help_texts["role"]}


class ClaimForm(forms.ModelForm):
    """What a person says of their place in an organisation."""

    class Meta:
        model = MembershipClaim
        fields = ("message", "proof")
        widgets = {
            "message": forms.Textarea(attrs={"rows": 4}),
            "proof": forms.Textarea(attrs={"rows": 3}),
        }


class ClaimDecisionForm(forms.Form):
    """An agent's answer to a claim."""

    decision = forms.ChoiceField(
        label="Votre réponse",
        choices=[
            (ClaimState.CONFIRMED.value, "Confirmer : cette personne fait partie de la structure"),
            (ClaimState.REFUSED.value, "Refuser"),
        ],
        widget=forms.RadioSelect,
    )
    role = forms.ChoiceField(
        label="Rôle, si vous confirmez", choices=MembershipRole, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Obligatoire pour un refus. La personne le lira.",
    )

    def clean(self):
        """A refusal says why."""
        cleaned = super().clean()
        if cleaned.get("decision") == ClaimState.REFUSED and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Écrivez le motif du refus : la personne le lira.")
        return cleaned


WRONG_CODE = (
    "Ce code n’est pas le bon, ou il a déjà servi. Attendez que votre application en montre un "
    "autre, ou donnez un code de secours."
)


class SpentOnce(forms.Form):
    """A code of an application, or a recovery code, that serves once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = "Code de votre application, ou code de secours"
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
        }
        field.max_length = 20

    def clean_code(self):
        """Refuse a code that served already: it stays valid longer than allauth remembers it."""
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        try:
            code = super().clean_code()
        except forms.ValidationError as error:
            if error.code == "incorrect_code":
                raise forms.ValidationError(WRONG_CODE, code="incorrect_code") from error
            raise
        is_spent = self.authenticator.type == Authenticator.Type.TOTP and not spend(self.user, code)
        if is_spent:
            raise forms.ValidationError(WRONG_CODE, code="incorrect_code")
        return code


class SecondFactorForm(SpentOnce, AuthenticateForm):
    """The second step of signing in."""


class ConfirmIdentityForm(SpentOnce, ReauthenticateForm):
    """The same, asked again before something that matters."""


class ReadablePasskey:
    """What a browser found; allauth reads it as it comes, and it may be anything."""

    def clean_credential(self):
        """Answer the same to a key that isn't known and to what is no key at all."""
        with unreadable_refused():
            return super().clean_credential()


class CredentialField(forms.JSONField):
    """What a browser says of a key: some hundred letters, of few levels."""

    widget = forms.HiddenInput

    def to_python(self, value):
        """Read it, unless it is longer or deeper than any key."""
        try:
            return super().to_python(value if len(value or "") <= LONGEST_CREDENTIAL else "x")
        except RecursionError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error

    def bound_data(self, data, initial):
        """Give nothing back: no page shows it."""
        return


class LoginPasskeyForm(ReadablePasskey, LoginWebAuthnForm):
    """A passkey that signs in by itself."""

    credential = CredentialField()


class PasskeySecondFactorForm(ReadablePasskey, AuthenticateWebAuthnForm):
    """A passkey as the second step of signing in."""

    credential = CredentialField()


class ConfirmByPasskeyForm(ReadablePasskey, ReauthenticateWebAuthnForm):
    """A passkey, asked again before something that matters."""

    credential = CredentialField()


LATE = (
    "La clé que montrait cette page ne vaut plus, en voici une autre\u00a0: photographiez le "
    "nouveau dessin avec votre application, puis recopiez le code qu’elle montre."
)


class ApplicationForm(ActivateTOTPForm):
    """The first code of an application, which shows that it holds the secret."""

    def __init__(self, *args, user, is_late=False, **kwargs):
        # The secret stays for a while, whatever is typed: the page may be opened twice.
        forms.Form.__init__(self, *args, **kwargs)
        self.user, self.secret, self.is_late = user, get_totp_secret(), is_late
        field = self.fields["code"]
        field.label = "Code à six chiffres que montre l’application"
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}
        field.max_length = 20

    def clean_code(self):
        """Say in our own words that it isn't the right one, or that its key is gone."""
        if self.is_late:
            raise forms.ValidationError(LATE, code="late")
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        try:
            return super().clean_code()
        except forms.ValidationError as error:
            if error.code == "incorrect_code":
                raise forms.ValidationError(
                    "Ce code n’est pas celui que l’application devrait montrer. Vérifiez que "
                    "l’heure de votre téléphone est juste, puis recopiez le code suivant.",
                    code="incorrect_code",
                ) from error
            raise


class AddPasskeyForm(AddWebAuthnForm):
    """What the browser made, and how its owner calls it. It opens by itself, hence verifies."""

    credential = CredentialField()

    name = forms.CharField(
        label="Nom de la clé",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "section-passkey nickname"}),
        help_text="Pour la reconnaître : « Mon téléphone », « Ordinateur du bureau ».",
    )
    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_passwordless(self):
        """Always: allauth then demands that the device verified who holds it."""
        return True

    def clean(self):
        with unreadable_refused():
            return super().clean()


@contextlib.contextmanager
def unreadable_refused():
    """Say in words that what a browser sent is no key, however it fails to be one."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error
