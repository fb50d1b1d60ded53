"""What a session proves of who is there: how they signed in, when, and for how long it holds.

Everything is read from the session itself, so that no page asks the database one more question.
"""

import re
import time

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

from actors.rules import needs_second_factor

MINUTES = 60
# Somebody who finds a browser open mustn't make themselves a way in for later.
RECENT = 10 * MINUTES
# Of people whose role needs a second factor (rules.md, section 7).
IDLE, LONGEST = 60 * MINUTES, 12 * 60 * MINUTES
NOTED_EVERY = 5 * MINUTES
STARTED_AT, SEEN_AT, DEVICE = "signed_in_at", "seen_at", "device"

SECOND_FACTOR = "mfa"


def is_verified(request: HttpRequest) -> bool:
    """Whether a second factor was given in this session: a passkey, which alone is enough, a code
    of an application, a recovery code.
    """
    proofs = get_authentication_records(request, request.user)
    return any(proof["method"] == SECOND_FACTOR for proof in proofs)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person's role needs a second factor that this session hasn't seen."""
    if not request.user.is_authenticated or is_verified(request):
        return False
    return bool(needs_second_factor(request.user))


def signed_in_recently(request: HttpRequest) -> bool:
    """Whether the person proved who they are, in this session, within ten minutes."""
    proofs = get_authentication_records(request, request.user)
    return any(time.time() - proof["at"] < RECENT for proof in proofs)


def may_change_factors(request: HttpRequest) -> bool:
    """Whether this session may add or take away a way in.

    It signed in lately; and once there is a second factor, it has given one: a mailbox alone never
    replaces it.
    """
    return signed_in_recently(request) and (is_verified(request) or not has_second_step(request))


def has_second_step(request: HttpRequest) -> bool:
    """Whether signing in as this person may ask for a second factor."""
    return bool(is_mfa_enabled(request.user))


def prove(request: HttpRequest, factor: Authenticator) -> None:
    """Note in the session that the person just gave, or made, this factor."""
    record_authentication(
        request,
        request.user,
        SECOND_FACTOR,
        id=factor.pk,
        type=factor.type,
        reauthenticated=True,
    )


def note_sign_in(sender: type, request: HttpRequest, **kwargs: object) -> None:
    """Note when and with what the session began (receives `user_logged_in`)."""
    request.session[STARTED_AT] = request.session[SEEN_AT] = time.time()
    request.session[DEVICE] = device_of(request.META.get("HTTP_USER_AGENT", ""))


def end_of(request: HttpRequest) -> str:
    """Return why the session of somebody signed in has ended by now, in French; "" when it hasn't.

    Notes the activity of those whose sessions end when idle, at most every five minutes: the one
    write that merely reading a page may make.
    """
    session, now = request.session, time.time()
    idle = now - session.get(SEEN_AT, 0)
    age = now - session.get(STARTED_AT, 0)
    if (idle < NOTED_EVERY and age < LONGEST) or not needs_second_factor(request.user):
        return ""
    if age >= LONGEST:
        return "Votre session a pris fin : elle dure douze heures au plus."
    if idle >= IDLE:
        return "Votre session a pris fin après une heure sans activité."
    session[SEEN_AT] = now
    return ""


BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Return what its owner recognises a browser by, and no more: « Firefox, Windows »."""

    def named(table: tuple[tuple[str, str], ...]) -> str:
        return next((name for sign, name in table if re.search(sign, user_agent)), "")

    return ", ".join(part for part in (named(BROWSERS), named(SYSTEMS)) if part)
