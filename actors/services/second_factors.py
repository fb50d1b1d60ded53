"""The second factor: an application's codes, recovery codes, and what to do when both are lost.

Passkeys, which count alone, are next door (`passkeys.py`). Each change is told by mail, because it
might not be the person's own, and ends their other sessions.
"""

import time

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.text import capfirst

from actors.models import User
from actors.rules import needs_second_factor
from actors.services.belonging import link
from actors.services.sessions import end_sessions
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words, require

Type = Authenticator.Type
MAIN = (Type.TOTP, Type.WEBAUTHN)
LAST_FACTOR = (
    "Votre rôle demande un second facteur, et c’est le dernier : ajoutez-en un autre d’abord."
)


def factors_of(user: User) -> QuerySet[Authenticator]:
    """Return what `user` may give as a second factor besides a recovery code, the oldest first."""
    own: QuerySet[Authenticator] = Authenticator.objects.filter(user=user, type__in=MAIN)
    return own.order_by("created_at", "pk")


def recovery_codes_left(user: User) -> int | None:
    """Return how many recovery codes `user` hasn't used, None when they have none at all."""
    kept = _recovery_codes(user)
    return None if kept is None else len(kept.get_unused_codes())


def unused_recovery_codes(user: User) -> list[str]:
    """Return the recovery codes of `user` that didn't serve, for the session that made them."""
    kept = _recovery_codes(user)
    return [] if kept is None else kept.get_unused_codes()


@refusals_in_words()
def add_application(*, user: User, secret: str, keep: str | None, code: str = "") -> Authenticator:
    """Associate the application that holds `secret`, instead of the one there may be, and end all
    sessions but that of key `keep`. The caller saw a `code` of it, which serves no more.

    The one that is associated already, by a form sent twice, stays as it is, and nobody is told.
    """
    _lock(user)
    if code:
        spend(user, code)
    own = Authenticator.objects.filter(user=user, type=Type.TOTP)
    for one in own:
        if constant_time_compare(decrypt(one.data["secret"]), secret):
            return one
    replaced, _ = own.delete()
    factor: Authenticator = TOTP.activate(user, secret).instance
    tell(
        user,
        "Une autre application d’authentification vient d’être associée à votre compte : celle "
        "d’avant ne donne plus de code valable."
        if replaced
        else "Une application d’authentification vient d’être associée à votre compte.",
    )
    end_sessions(user=user, keep=keep)
    return factor


@refusals_in_words()
def remove_application(*, user: User, keep: str | None) -> None:
    """Take the application off, and end all sessions but that of key `keep`.

    Raises `Refused` when the person's role needs a second factor and this is the last.
    """
    _lock(user)
    own = Authenticator.objects.filter(user=user, type=Type.TOTP)
    refuse_last_factor(user, own)
    if own.delete()[0]:
        forget_codes_without_factor(user)
        tell(user, "L’application d’authentification vient d’être retirée de votre compte.")
        end_sessions(user=user, keep=keep)


def refuse_last_factor(user: User, leaving: QuerySet[Authenticator]) -> None:
    """Raise `Refused` when `user` needs a second factor and has no other than those `leaving`."""
    others = factors_of(user).exclude(pk__in=leaving.values("pk"))
    if needs_second_factor(user) and not others.exists():
        raise Refused([LAST_FACTOR])


@transaction.atomic
def make_recovery_codes(*, user: User, keep: str | None) -> None:
    """Make the recovery codes of `user`, which replace those there were; tell them by mail, and end
    all sessions but that of key `keep`. They open as much as a factor does.
    """
    _lock(user)
    replaced, _ = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    if replaced:
        tell(user, "De nouveaux codes de secours remplacent les vôtres, qui ne servent plus.")
    else:
        tell(user, "Des codes de secours viennent d’être créés pour votre compte.")
    end_sessions(user=user, keep=keep)


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: User | None) -> int:
    """Take every second factor off, as another administrator decides (None: a command of the
    server); return how many. The person is told, their sessions end, and their next sign-in asks
    them to set up another one if their role needs it.

    Raises `Refused` to whoever would reset their own: that is what recovery codes are for.
    """
    require(by is None or by.pk != user.pk, "Un autre administrateur réinitialise votre compte.")
    _lock(user)
    removed: int = Authenticator.objects.filter(user=user).delete()[0]
    who = capfirst(by.shown_name) if by else "Un responsable du serveur"
    what = "vient de retirer votre second facteur et vos clés d’accès"
    tell(user, f"{who} {what}. Motif : {reason}")
    end_sessions(user=user)
    return removed


def tell(user: User, what: str, *, also: str = "") -> None:
    """Write to `user`, and to the address `also`, `what` changed in their way of signing in."""
    for address in dict.fromkeys(filter(None, (user.email, also))):
        enqueue(
            recipient=address,
            template="account_changed",
            context={"what": what, "link": link("/connexion/second-facteur/")},
        )


def spend(user: User, code: str) -> bool:
    """Note that a code of `user`'s application served; say whether this was the first time."""
    spent: bool = cache.add(_spent(user, code), True, timeout=_valid_for())
    return spent


def current_code(user: User, at: float | None = None) -> str | None:
    """Return a code of `user`'s application that is valid now and didn't serve, None without.

    For the demonstration alone: nobody else reads a secret of somebody else.
    """
    kept = Authenticator.objects.filter(user=user, type=Type.TOTP).first()
    if kept is None:
        return None
    secret = decrypt(kept.data["secret"])
    now = int((at or time.time()) // app_settings.TOTP_PERIOD)
    codes: list[str] = [format_hotp_value(hotp_value(secret, now + step)) for step in (0, 1, -1)]
    return next((code for code in codes if _spent(user, code) not in cache), codes[0])


def _recovery_codes(user: User) -> RecoveryCodes | None:
    kept = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return None if kept is None else kept.wrap()


def _valid_for() -> int:
    return int((2 * app_settings.TOTP_TOLERANCE + 2) * app_settings.TOTP_PERIOD)


def _spent(user: User, code: str) -> str:
    return f"actors.second_factor.spent:{user.pk}:{normalize_user_code(code)}"


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def forget_codes_without_factor(user: User) -> None:
    """Delete recovery codes that recover nothing any more."""
    if not factors_of(user).exists():
        Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
