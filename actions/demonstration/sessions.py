"""Sessions of the demonstration's committee, held through the real services."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from actions.committee.queries.deliberations import proposed_in
from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import (
    close_session,
    note_attendance,
    open_session,
    step_aside,
    vote_envelope,
)
from actions.committee.services.deliberations import record_deliberation
from actions.committee.services.item_decisions import ItemRecord, record_item
from actions.committee.services.publication import confirm_session
from actions.committee.services.sessions import SessionContent, create_session
from actions.demonstration.calendar import working_day
from actions.demonstration.contents import key_of
from actions.enums import Attendance
from actions.models import Action, CommitteeSession
from actors.models import User
from challenges.models import Challenge, Programme

COMMITTEE = ("comite1", "comite2", "comite3")
# From the session to the vote of the council.
TO_VOTE = timedelta(days=14)
# How far each session goes; each step leads to the next. What is to come isn't taken.
STEPS = {
    "preparing": ("prepare",),
    "sitting": ("prepare", "open", "record"),
    "published": ("prepare", "open", "record", "close", "publish", "deliberate"),
}


class Held:
    """One session of the file, step by step, held on `held_on`."""

    def __init__(self, row: Mapping[str, Any], people: Mapping[str, User], *, held_on: date):
        self.row, self.people, self.held_on = row, people, held_on
        self.agent, self.chair = people["agent"], people[row.get("chair", COMMITTEE[0])]
        self.session: CommitteeSession

    def prepare(self):
        """Make the session, and put its actions on the agenda one after the other."""
        challenges = Challenge.objects.filter(programme=Programme.objects.current())
        self.session = create_session(
            by=self.agent,
            content=SessionContent(
                columns={
                    "held_on": self.held_on,
                    "starts_at": time.fromisoformat(self.row["starts_at"]),
                    "place": self.row["place"],
                    "chair": self.chair,
                    "envelope": Decimal(self.row["envelope"]),
                },
                envelopes={
                    challenges.get(number=number).pk: Decimal(amount)
                    for number, amount in self.row["challenge_envelopes"].items()
                },
                voters=[self.people[name] for name in COMMITTEE],
                observers=[self.agent],
            ),
        )
        for item in self.row["items"]:
            put_on_agenda(session=self.session, actions=[_action(item)], by=self.agent)

    def open(self):
        """Open it, note who came and who leaves the room for a point."""
        self.session = open_session(session=self.session, by=self.agent)
        absent = {self.people[name].pk for name in self.row["absent"]}
        members = list(self.session.members.all())
        note_attendance(
            session=self.session,
            by=self.agent,
            attendance={
                member.pk: Attendance.EXCUSED if member.user_id in absent else Attendance.PRESENT
                for member in members
            },
        )
        for recusal in self.row.get("recusals", ()):
            user = self.people[recusal["who"]]
            (member,) = (member for member in members if member.user_id == user.pk)
            item = self.session.items.get(action=_action(recusal))
            step_aside(item=item, member=member, by=user, reason=recusal["reason"])

    def record(self):
        """Vote the envelope again if the row says so, and note what becomes of each action."""
        if raised := self.row.get("raised"):
            vote_envelope(
                session=self.session,
                by=self.agent,
                amount=Decimal(raised["envelope"]),
                votes=tuple(raised["votes"]),
            )
        for noted, item in zip(
            self.row["items"], self.session.items.order_by("position"), strict=True
        ):
            votes = noted.get("votes", (None, None, None))
            record_item(
                item=item,
                by=self.agent,
                version=item.version,
                record=ItemRecord(
                    outcome=noted.get("outcome", ""),
                    amount=Decimal(noted["amount"]) if "amount" in noted else None,
                    reason=noted.get("reason", ""),
                    method=noted.get("method", ""),
                    votes_for=votes[0],
                    votes_against=votes[1],
                    abstentions=votes[2],
                ),
            )

    def close(self):
        """Close it, as its chair."""
        close_session(session=self.session, by=self.chair)

    def publish(self):
        """Have other members who came confirm."""
        others = [name for name in COMMITTEE if name not in self.row["absent"]]
        for name in others:
            # Whoever left the room for one point leaves it to a third person.
            if self.people[name] != self.chair and not self.session.published_at:
                self.session = confirm_session(session=self.session, by=self.people[name]).session

    def deliberate(self):
        """Note that the council, two weeks after the session, voted all that it granted."""
        held_on = self.voted_on
        # Numbers grow within a year, whatever day the demonstration is loaded on.
        number = f"DEL-FICTIVE-{held_on:%Y}-{held_on.timetuple().tm_yday:03}"
        proposed = proposed_in(self.session)
        record_deliberation(proposed=proposed, by=self.agent, number=number, held_on=held_on)

    @property
    def voted_on(self) -> date:
        """The day on which the council votes."""
        return working_day(self.held_on + TO_VOTE, last=date.max)


def _action(row: Mapping[str, Any]) -> Action:
    return Action.objects.get(uuid=key_of(row))
