"""Sessions of the committee, prepared and held through the real services."""

from datetime import date, time
from decimal import Decimal

from actions.committee.queries.quorum import eligible_voters_of, missing_for
from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import (
    close_session,
    note_attendance,
    open_session,
    step_aside,
)
from actions.committee.services.item_decisions import ItemRecord, record_item, sponsor_item
from actions.committee.services.publication import confirm_session
from actions.committee.services.sessions import SessionContent, create_session
from actions.enums import Attendance, Outcome
from actors.enums import Role
from tests.support.factories import LESS_THAN_ASKED, ProgrammeFactory, Story, fresh, person
from tests.support.refusals import at_commit

SESSIONS = "/commission/seances/"

VOTE = {"method": "vote", "votes_for": 3, "votes_against": 0, "abstentions": 0}


class HeldSession:
    """A session of three voters, an agent to keep it, and as many evaluated actions as asked.

    `sitting.chair`, `sitting.second`, `sitting.third` vote; `sitting.stories` go with
    `sitting.items`, in the order of the agenda.
    """

    def __init__(self, actions: int = 1, *, stories=None, envelope=50_000, **columns):
        ProgrammeFactory()
        self.agent = person(Role.AGENT)
        self.voters = [person(Role.COMMITTEE) for _ in range(3)]
        self.chair, self.second, self.third = self.voters
        self.stories = [Story().evaluated() for _ in range(actions)] if stories is None else stories
        self.content = SessionContent(
            columns={
                "held_on": date(2026, 12, 3),
                "starts_at": time(14, 30),
                "place": "Salle des mariages",
                "chair": self.chair,
                "envelope": Decimal(envelope),
            }
            | columns,
            voters=self.voters,
        )
        # What was decided before is over, as in another transaction.
        at_commit()
        self.session = create_session(by=self.agent, content=self.content)
        for story in self.stories:
            put_on_agenda(session=self.session, actions=[story.action], by=self.agent)

    @property
    def items(self):
        """The items, in their order."""
        return list(self.session.items.for_list().order_by("position"))

    @property
    def members(self) -> dict:
        """Members by their user."""
        return {member.user: member for member in self.session.members.select_related("user")}

    def refresh(self) -> "HeldSession":
        """Read everything again."""
        self.session.refresh_from_db()
        for story in self.stories:
            story.action.refresh_from_db()
        return self

    def opened(self, *, present=None) -> "HeldSession":
        """Open it, with everybody there (or `present` alone)."""
        self.session = open_session(session=self.session, by=self.agent)
        there = self.voters if present is None else present
        note_attendance(
            session=self.session,
            by=self.agent,
            attendance={
                member.pk: Attendance.PRESENT if user in there else Attendance.EXCUSED
                for user, member in self.members.items()
            },
        )
        return self

    def record(self, item, *, by=None, **columns):
        """Note what the session makes of an item; a unanimous vote unless told otherwise."""
        item.refresh_from_db()
        if columns.get("outcome") in Outcome.DECISIONS:
            columns = VOTE | columns
        if "amount" in columns:
            columns = {"reason": LESS_THAN_ASKED} | columns
            columns["amount"] = Decimal(columns["amount"])
        return record_item(
            item=item, by=by or self.agent, version=item.version, record=ItemRecord(**columns)
        )

    def step_aside(self, item, user, *, by=None):
        """Have somebody step aside from an item."""
        return step_aside(
            item=item,
            member=self.members[user],
            by=by or user,
            reason="Je préside une structure voisine.",
        )

    def carry(self, item, user):
        """Have somebody carry the decision in the chair's place."""
        return sponsor_item(item=item, by=fresh(user))

    def close(self, by=None) -> "HeldSession":
        """Close it, by its chair."""
        self.session = close_session(session=self.session, by=fresh(by or self.chair))
        return self

    def closed(self) -> "HeldSession":
        """Grant 4,000 € to each of its actions, and close it."""
        for item in self.items:
            self.record(item, outcome="prioritise", amount=4000)
        return self.close()

    def confirm(self, user):
        """Have somebody confirm what they may."""
        return confirm_session(session=self.session, by=fresh(user))


def raised(story: Story, amount: int) -> HeldSession:
    """A session that raised what `story` has to `amount` euros, and is published."""
    story.action.refresh_from_db()
    sitting = HeldSession(stories=[story]).opened()
    sitting.record(
        sitting.items[0],
        outcome="increase",
        amount=amount - story.action.amount_granted,
        reason="Davantage de familles.",
    )
    sitting.close().confirm(sitting.second)
    return sitting.refresh()


def missing(sitting: HeldSession, item) -> list[str]:
    """What an item lacks."""
    (item,) = (other for other in sitting.items if other.pk == item.pk)
    return missing_for(item, eligible_voters_of(sitting.session, [item])[item.pk])


def address(sitting: HeldSession, step: str = "") -> str:
    """An address about the session."""
    return f"{SESSIONS}{sitting.session.pk}/{step}"


def point(item, step: str = "") -> str:
    """An address about an item."""
    return f"/commission/points/{item.pk}/{step}"


def closed(actions: int = 1, **columns) -> HeldSession:
    """A closed session that grants 4,000 € to each of its actions."""
    return HeldSession(actions=actions, **columns).opened().closed()
