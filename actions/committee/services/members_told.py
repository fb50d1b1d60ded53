"""What the members of a session are written, in the transaction of what they are told of.

The pack isn't attached: each reader has their own, without the pages they may not read.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from actions.committee.queries.calendar_files import calendar_event, calendar_name
from actions.models import Action, AgendaItem, CommitteeSession
from actions.rules import can_see_sessions
from actors.models import User
from ess_portal.base.icalendar import MEDIA_TYPE, calendar_file
from ess_portal.base.mail import AttachedText, enqueue
from ess_portal.base.models import Pace


def convoke(session: CommitteeSession, people: Collection[int]) -> None:
    """Tell `people` (keys of members) that they sit in a session; a file goes to their calendar."""
    _tell(session, "session_convoked", people, attached=_calendar(session))


def tell_of_changes(
    session: CommitteeSession, people: Collection[int], changes: Sequence[str]
) -> None:
    """Tell `people` that date, hour, place or chair changed, as `changes` say, one line each."""
    _tell(session, "session_changed", people, attached=_calendar(session), changes=changes)


def tell_who_leaves(session: CommitteeSession, people: Collection[User]) -> None:
    """Tell `people` that they sit in it no longer: their calendar takes it away."""
    attached = _calendar(session, is_cancelled=True)
    for person in people:
        _write(session, "session_left", person, attached=attached)


def tell_of_agenda(session: CommitteeSession) -> None:
    """Tell the members what the session will be about, and where each finds their pack."""
    _tell(session, "session_agenda", items=_items(session))


def tell_of_opening(session: CommitteeSession) -> None:
    """Tell the members that the session is being held, with agenda and pack."""
    _tell(session, "session_opened", items=_items(session))


def tell_of_agenda_change(
    session: CommitteeSession, *, added: Sequence[Action] = (), taken_off: Sequence[Action] = ()
) -> None:
    """Tell the members, at most once an hour, what joined an agenda they know, or left it."""
    if session.agenda_sent_at is None:
        return
    _tell(session, "session_agenda_changed", added=added, taken_off=taken_off, pace=Pace.HOURLY)


def tell_of_cancellation(session: CommitteeSession) -> None:
    """Tell the members that the session won't take place: their calendar takes it away."""
    _tell(session, "session_cancelled", attached=_calendar(session))


def _items(session: CommitteeSession) -> list[AgendaItem]:
    return list(session.items.for_list().order_by("position"))


def _calendar(session: CommitteeSession, *, is_cancelled: bool | None = None) -> AttachedText:
    event = calendar_event(session, is_cancelled=is_cancelled)
    return AttachedText(
        name=calendar_name(session),
        content_type=f"{MEDIA_TYPE}; method={event.method}",
        content=calendar_file(event),
    )


def _tell(
    session: CommitteeSession, template: str, people: Collection[int] | None = None, **more: Any
) -> None:
    members = session.members.select_related("user").order_by("pk")
    for member in members if people is None else members.filter(user__in=people):
        _write(session, template, member.user, **more)


def _write(
    session: CommitteeSession,
    template: str,
    person: User,
    *,
    attached: AttachedText | None = None,
    pace: Pace = Pace.AT_ONCE,
    **context: Any,
) -> None:
    if not person.is_active:
        return
    # Others who sit without a vote, as elected officials, have no page to open.
    if can_see_sessions(person):
        pack = reverse("actions:session_document", args=[session.pk, "dossier"])
        context |= {
            "link": f"{settings.SITE_URL}{session.get_absolute_url()}",
            "pack": f"{settings.SITE_URL}{pack}",
        }
    enqueue(
        recipient=person.email,
        template=template,
        context={"session": session} | context,
        topic=f"seance-{session.pk}",
        pace=pace,
        attached=attached,
    )
