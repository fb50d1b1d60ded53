"""How django-allauth behaves here: no sign-up page, mails by the outbox, keys as a way in."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from ess_portal.base.mail import enqueue


class AccountAdapter(DefaultAccountAdapter):
    """One account per address, made when its owner first asks for a code."""

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
