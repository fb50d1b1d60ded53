"""How often the pages of everybody may write, counted as attempts to sign in are."""

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest

TOO_MANY_MESSAGES = (
    "Vous avez envoyé plusieurs messages en peu de temps : attendez un peu, puis envoyez celui-ci. "
    "Il est resté dans cette page."
)


def may_send_message(request: HttpRequest, email: str) -> bool:
    """Count one message from this network address and from `email`; False when it is too much."""
    return bool(
        consume(
            request,
            app="pages",
            action="contact",
            config=settings.CONTACT_RATE_LIMITS,
            key=email.lower(),
        )
    )
