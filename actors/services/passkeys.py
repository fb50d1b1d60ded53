"""Passkeys: a second way in, beside the mailed code which always remains."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db.models import QuerySet

from actors.models import User
from actors.services.belonging import link
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words

MOST_PASSKEYS = 10
TOO_MANY = "Vous avez déjà dix clés d’accès : retirez-en une d’abord."


def passkeys_of(user: User) -> QuerySet[Authenticator]:
    """Return the passkeys of `user`, the oldest first."""
    own: QuerySet[Authenticator] = Authenticator.objects.filter(
        user=user, type=Authenticator.Type.WEBAUTHN
    )
    return own.order_by("created_at", "pk")


@refusals_in_words()
def add_passkey(*, user: User, name: str, credential: dict[str, Any]) -> Authenticator:
    """Keep a credential that was verified, and tell its owner by mail: it might not be them.

    Raises `Refused` beyond ten.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if passkeys_of(user).count() >= MOST_PASSKEYS:
        raise Refused([TOO_MANY])
    passkey = WebAuthn.add(user, name, credential).instance
    _tell(user, name, added=True)
    return passkey


@refusals_in_words()
def remove_passkey(*, user: User, passkey: Authenticator) -> None:
    """Forget one of one's own passkeys, and say so by mail."""
    removed, _ = passkeys_of(user).filter(pk=passkey.pk).delete()
    if removed:
        _tell(user, str(passkey), added=False)


def _tell(user: User, name: str, *, added: bool) -> None:
    enqueue(
        recipient=user.email,
        template="passkey_changed",
        context={"name": name, "added": added, "link": link("/connexion/cles/")},
    )
