"""Who may confirm what of a closed session."""

from actions.committee.queries.quorum import eligible_voters_of, may_decide_on_item
from actions.enums import Attendance
from actions.models import AgendaItem, CommitteeSession
from actors.models import User


def confirmable(session: CommitteeSession, items: list[AgendaItem], user: User) -> list[AgendaItem]:
    """Return the items that `user` may confirm now."""
    by_item = eligible_voters_of(session, items)
    return [
        item
        for item in items
        if item.is_decided
        and item.seconded_by_id is None
        and item.proposed_by_id != user.pk
        and may_decide_on_item(item, by_item[item.pk], user)
    ]


def may_confirm(session: CommitteeSession, items: list[AgendaItem], user: User) -> bool:
    """Whether `user` has something to confirm in a closed session whose agenda is `items`.

    Nothing but adjournments still takes a second look, by another member who was there.
    """
    if any(item.is_decided for item in items):
        return bool(confirmable(session, items, user))
    voters = session.members.filter(votes=True, attendance=Attendance.PRESENT)
    return user.pk != session.closed_by_id and voters.filter(user=user).exists()
