"""A session as a file that calendars read."""

from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from actions.committee.queries.session_snapshot import start_of
from actions.enums import SessionState
from actions.models import CommitteeSession
from ess_portal.base.icalendar import Event

# Nobody says beforehand when a session will end.
USUAL_DURATION = timedelta(hours=2)


def calendar_event(session: CommitteeSession, *, is_cancelled: bool | None = None) -> Event:
    """Return the session as an event, under a name that stays the same.

    `is_cancelled`, by default what the session is: for whoever no longer sits in it, it is.
    """
    address = f"{settings.SITE_URL}{session.get_absolute_url()}"
    if is_cancelled is None:
        is_cancelled = session.state == SessionState.CANCELLED
    start = start_of(session)
    return Event(
        uid=f"seance-{session.pk}@{urlsplit(settings.SITE_URL).hostname}",
        edition=session.calendar_edition,
        written_at=session.saved_at,
        starts_at=start,
        ends_at=start + USUAL_DURATION,
        summary="Séance de la commission",
        place=session.place,
        description=f"{session.programme.title}\nPrésidence : {session.chair}\n{address}",
        address=address,
        organiser=settings.AUTHORITY["name"],
        organiser_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        is_cancelled=is_cancelled,
    )


def calendar_name(session: CommitteeSession) -> str:
    """Return the name under which the file is saved."""
    return f"seance-{session.held_on:%Y-%m-%d}.ics"
