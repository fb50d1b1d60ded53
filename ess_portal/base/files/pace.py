"""How many files one person may send in an hour, whatever becomes of them.

Each is looked into in a process of its own: a file that is refused costs as much as another.
"""

from datetime import datetime

from allauth.core.internal.ratelimit import consume, get_cache_key, parse_rate
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from ess_portal.base.refusals import Refused

MOST_IN_AN_HOUR = 60
APP, ACTION = "files", "sent"
TOO_MANY = (
    "Vous avez envoyé {} fichiers en une heure, ceux qui ont été refusés compris. Vous pourrez "
    "envoyer le suivant à partir de {}."
)
IN_A_MOMENT = (
    "Plusieurs fichiers arrivent en même temps\u00a0: dans un instant, joignez-le à nouveau."
)


def count_sent_file(request: HttpRequest) -> None:
    """Count one file that the person sends. Raises `Refused`, saying when they may send the next,
    once there were too many in the last hour.

    To be called outside of the transaction that a refusal would undo.
    """
    # In the demonstration many share an account.
    most = MOST_IN_AN_HOUR * (100 if settings.DEMO else 1)
    rate = f"{most}/h/user"
    if consume(request, app=APP, action=ACTION, config={ACTION: rate}):
        return
    limit = parse_rate(rate)
    counted = cache.get(get_cache_key(request, app=APP, action=ACTION, rate=limit), [])
    if len(counted) < most:
        raise Refused([IN_A_MOMENT])
    raise Refused([TOO_MANY.format(most, _clock(counted[-1] + limit.duration))])


def _clock(seconds: float) -> str:
    """Return the first whole minute after an instant, as one says it: "14 h 05"."""
    at = datetime.fromtimestamp(seconds + 60, tz=timezone.get_current_timezone())
    return f"{at.hour}\u00a0h\u00a0{at:%M}"
