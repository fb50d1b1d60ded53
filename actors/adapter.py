"""How django-allauth behaves here: no sign-up page, mails by the outbox, keys as a way in."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import consume
from allauth.mfa.adapter import DefaultMFAAdapter

from ess_portal.base.mail import enqueue

# The same whoever asks: it doesn't tell whether an address is known.
TOO_MANY_ATTEMPTS = (
    "Trop d’essais pour cette adresse électronique, ou depuis votre connexion. Attendez quelques "
    "minutes ; après une vingtaine d’essais, revenez demain. Une clé d’accès permet toujours de "
    "se connecter."
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
        return f"{self.get_client_ip(request)} {account}"

    def pre_authenticate(self, request, **credentials):
        """Count also those of an account wherever they come from; all are taken back when the
        password was right.
        """
        super().pre_authenticate(request, **credentials)
        everywhere = consume(
            request,
            app="allauth.account",
            action="account_failed",
            key=credentials.get("email", "").lower(),
        )
        if everywhere is None:
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage.extend(everywhere.usage)

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


class PasskeyAdapter(DefaultMFAAdapter):
    """A passkey is another way in, never a second step: the mailed code always remains."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Cette clé d’accès n’a pas été reconnue. Recevez plutôt un code par "
        "courriel.",
    }

    def is_mfa_enabled(self, user, types=None) -> bool:
        """Ask nobody for a second step."""
        return False

    def get_public_key_credential_rp_entity(self):
        """Name the portal as its keys show it."""
        return super().get_public_key_credential_rp_entity() | {"name": "Portail ESS"}

    def generate_authenticator_name(self, user, type) -> str:  # noqa: A002 - allauth's own name
        """Propose no name: the person's own words tell their keys apart."""
        return "Ma clé d’accès"
