"""The address of an organisation: a temporary one, which names nobody, then its own.

While an organisation is provisional its name is told to nobody, so no address may show that the
name is taken.
"""

import secrets

from django.db import connection

from actors.models import Organisation
from ess_portal.base.address_words import slug_of

NAMELESS = "structure"
LONGEST = 60
TOKEN_BYTES = 6


def temporary_slug() -> str:
    """Return an address that says nothing of the organisation, and that nobody guesses."""
    return f"{NAMELESS}-{secrets.token_hex(TOKEN_BYTES)}"


def lasting_slug(organisation: Organisation) -> str:
    """Return an address made of the organisation's name; with a token, if another has that one.

    A token rather than a number, which would count the others, published or not. Of two homonyms
    at one instant, the second waits until the transaction of the first ends.
    """
    named = slug_of(organisation.name)[:LONGEST].strip("-") or NAMELESS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"actors_address:{named}"]
        )
    others = Organisation.objects.exclude(pk=organisation.pk)
    if others.filter(slug=named).exists():
        return f"{named}-{secrets.token_hex(TOKEN_BYTES)}"
    return named
