"""Passkeys: they sign in by themselves, and count as a second factor."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db.models import QuerySet

from actors.models import User
from actors.services.belonging import link
from actors.services.second_factors import forget_codes_without_factor, refuse_last_factor
from actors.services.sessions import end_sessions
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
def add_passkey(
    *, user: User, name: str, credential: dict[str, Any], keep: str | None = None
) -> Authenticator:
    """Keep a credential that was verified, tell its owner by mail (it might not be them), and end
    their other sessions than that of key `keep`.

    Raises `Refused` beyond ten.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if passkeys_of(user).count() >= MOST_PASSKEYS:
        raise Refused([TOO_MANY])
    passkey = WebAuthn.add(user, name, credential).instance
    _tell(user, name, added=True)
    end_sessions(user=user, keep=keep)
    return passkey


@refusals_in_words()
def remove_passkey(*, user: User, passkey: Authenticator, keep: str | None = None) -> None:
    """Forget one of one's own passkeys, say so by mail, and end the other sessions than that of
    key `keep`.

    Raises `Refused` when the person's role needs a second factor and this is the last.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    own = passkeys_of(user).filter(pk=passkey.pk)
    refuse_last_factor(user, own)
    if own.delete()[0]:
        forget_codes_without_factor(user)
        _tell(user, str(passkey), added=False)
        end_sessions(user=user, keep=keep)


def _tell(user: User, name: str, *, added: bool) -> None:
    enqueue(
        recipient=user.email,
        template="passkey_changed",
        context={"name": name, "added": added, "link": link("/connexion/cles/")},
    )
