"""How django-allauth behaves here: no sign-up page, mails by the outbox, keys as a way in."""

from io import BytesIO

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import consume, get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from actors.rules import (
    is_administrator,
    is_agent,
    is_committee,
    is_elected,
    is_evaluator,
    needs_second_factor,
)
from ess_portal.base.access_records import note
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox_key
from ess_portal.base.models import AccessKind
from ess_portal.base.sealing import seal, unseal

# The same whoever asks: it doesn't tell whether an address is known.
TOO_MANY_ATTEMPTS = (
    "Trop d’essais pour cette adresse électronique, ou depuis votre connexion. Attendez quelques "
    "minutes ; après une vingtaine d’essais, revenez demain. Une clé d’accès permet toujours de "
    "se connecter."
)

# Of somebody with several roles, the first one counts.
FIRST_PAGES = (
    (is_agent, "dashboards:waiting", "instruire"),
    (is_committee, "actions:committee"),
    (is_elected, "dashboards:dashboard"),
    (is_evaluator, "actions:evaluations"),
    (is_administrator, "admin:index"),
)


class AccountAdapter(DefaultAccountAdapter):
    """One account per address, made when its owner first asks for a code."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": TOO_MANY_ATTEMPTS,
        "rate_limited": TOO_MANY_ATTEMPTS,
    }

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count faults by account and network address: nobody's faults lock somebody else out."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{get_ip(request)} {account}"

    def pre_authenticate(self, request, **credentials):
        """Count also those of an account wherever they come from; all are taken back when the
        password was right.
        """
        super().pre_authenticate(request, **credentials)
        everywhere = consume(
            request,
            app="allauth.account",
            action="account_failed",
            key=mailbox_key(credentials.get("email", "")),
        )
        if everywhere is None:
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage.extend(everywhere.usage)

    def post_login(self, request, user, **options):
        """Note it in the register of accesses."""
        note(AccessKind.SIGNED_IN, user.pk)
        return super().post_login(request, user, **options)

    def authentication_failed(self, request, **credentials):
        """Note a wrong password in the register of accesses."""
        note(AccessKind.SIGN_IN_REFUSED, _number_of(credentials.get("email", "")), "mot de passe")
        super().authentication_failed(request, **credentials)

    def get_login_redirect_url(self, request):
        """Lead people to what waits for them first, by their role; carriers to their space."""
        for has_role, page, *args in FIRST_PAGES:
            if has_role(request.user):
                return reverse(page, args=args)
        return super().get_login_redirect_url(request)

    def is_open_for_signup(self, request):
        """Close allauth's own sign-up: `RequestCodeForm` makes accounts."""
        return False

    def send_mail(self, template_prefix, email, context):
        """Write allauth's mail to the outbox; a sign-in code is a secret."""
        enqueue(
            recipient=email,
            template=template_prefix.rsplit("/", 1)[-1],
            context={"code": context.get("code", "")},
            secret="code" in context,
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Who is asked for a second factor, and how secrets are kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Cette clé d’accès n’a pas été reconnue. Réessayez, ou connectez-vous "
        "autrement.",
    }

    def is_mfa_enabled(self, user, types=None) -> bool:
        """Tell whether signing in as `user` goes on with a second factor.

        An application always asks, since its owner chose it. A passkey asks those whose role
        needs a second factor; for the others it is a way in beside the mailed code, which remains.
        """
        if user.is_anonymous:
            return False
        asking = {Authenticator.Type.TOTP}
        if needs_second_factor(user):
            asking.add(Authenticator.Type.WEBAUTHN)
        if types is not None:
            asking &= set(types)
        return Authenticator.objects.filter(user_id=user.pk, type__in=asking).exists()

    def encrypt(self, text: str) -> str:
        """Seal secrets: a copy of the database signs nobody in."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        return unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on white, so that it is read on a dark page too."""
        drawing = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawing)
        return drawing.getvalue().decode()

    def get_public_key_credential_rp_entity(self):
        """Name the portal as its keys show it."""
        return super().get_public_key_credential_rp_entity() | {"name": "Portail ESS"}

    def generate_authenticator_name(self, user, type) -> str:  # noqa: A002 - allauth's own name
        """Propose no name: the person's own words tell their keys apart."""
        return "Ma clé d’accès"


def _number_of(email: str) -> int | None:
    """Return the number of the account that bears this address, if one does."""
    known = get_user_model().objects.filter(email__iexact=email.strip())
    return known.values_list("pk", flat=True).first()
