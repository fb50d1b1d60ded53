"""Signs in as people do: ask for a code, read it in the mail, type it."""

import re

from django.contrib.auth import get_user

from ess_portal.base.models import OutgoingMail

ASK = "/connexion/code/"

CONFIRM = "/connexion/code/confirmer/"


def ask(client, email, **data):
    """Ask for a code."""
    return client.post(ASK, {"email": email} | data)


def code_of(email) -> str:
    """The code in the last mail to `email`."""
    body = OutgoingMail.objects.filter(recipient=email).order_by("-pk")[0].body
    return re.search(r"^\s*(\S*\d\S*|[A-Z0-9-]{6,})\s*$", body, re.MULTILINE).group(1)


def enter(client, code, **data):
    """Type a code."""
    return client.post(CONFIRM, {"code": code, "action": "verify"} | data)


def signed_in(client) -> str | None:
    """The address of the person whose browser this is."""
    client.get("/aide/")
    return getattr(get_user(client), "email", None)
