"""Signs in as people do: ask for a code, read it in the mail, type it. Or at once, for tests about
something else.
"""

import re
import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY as METHODS_OF,
)
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from django.contrib.auth import get_user

from actors.models import User
from ess_portal.base.models import OutgoingMail

ASK = "/connexion/code/"

CONFIRM = "/connexion/code/confirmer/"


def ask(client, email, **data):
    """Ask for a code."""
    return client.post(ASK, {"email": email} | data)


def code_of(email) -> str:
    """The code in the last mail to `email`."""
    body = OutgoingMail.objects.filter(recipient=email).order_by("-pk")[0].text
    return re.search(r"^\s*(\S*\d\S*|[A-Z0-9-]{6,})\s*$", body, re.MULTILINE).group(1)


def enter(client, code, **data):
    """Type a code."""
    return client.post(CONFIRM, {"code": code, "action": "verify"} | data)


def signed_in(client) -> str | None:
    """The address of the person whose browser this is."""
    client.get("/aide/")
    return getattr(get_user(client), "email", None)


def open_session(client, user: User) -> None:
    """Sign `user` in at once, as by a passkey: their second factor is given."""
    client.force_login(user, backend="actors.backends.PersonBackend")
    session = client.session
    session.update(verified(user))
    session.save()


def verified(user: User) -> dict:
    """What a session holds once somebody signed in by a passkey."""
    given = {"method": "mfa", "at": time.time(), "type": "webauthn", "passwordless": True}
    return {METHODS: [given], METHODS_OF: str(user.pk)}
