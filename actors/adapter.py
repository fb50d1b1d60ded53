"""How django-allauth behaves here: no sign-up page, mails through the outbox."""

from allauth.account.adapter import DefaultAccountAdapter

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
