"""How often the pages of everybody may write, counted as attempts to sign in are."""

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest

from ess_portal.base.mailboxes import mailbox_key

TOO_MANY_MESSAGES = (
    "Vous avez envoyé plusieurs messages en peu de temps : attendez un peu, puis envoyez celui-ci. "
    "Il est resté dans cette page."
)


def contact_limits(rate: int) -> dict[str, str]:
    """Return how many messages may be left, times `rate`: from one network address, and in the name
    of the address that is given.
    """
    return {"contact": f"{5 * rate}/m/ip,{30 * rate}/d/ip,{3 * rate}/m/key,{10 * rate}/d/key"}


def may_send_message(request: HttpRequest, email: str) -> bool:
    """Count one message from this network address and from `email`; False when it is too much."""
    return bool(
        consume(
            request,
            app="pages",
            action="contact",
            config=contact_limits(100 if settings.DEMO else 1),
            key=mailbox_key(email),
        )
    )
