"""Sessions of the demonstration's committee, held through the real services."""

import uuid
from collections.abc import Mapping
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import (
    close_session,
    note_attendance,
    open_session,
    step_aside,
)
from actions.committee.services.item_decisions import ItemRecord, record_item
from actions.committee.services.publication import confirm_session, set_deliberation_number
from actions.committee.services.sessions import SessionContent, create_session
from actions.demonstration.applications import NAMESPACE
from actions.enums import Attendance
from actions.models import Action, CommitteeSession
from actors.models import User
from challenges.models import Challenge, Programme

COMMITTEE = ("comite1", "comite2", "comite3")
# How far each session goes; each step leads to the next.
STEPS = {
    "preparing": (),
    "sitting": ("open", "record"),
    "published": ("open", "record", "close", "publish"),
}


@transaction.atomic
def load_sessions(rows, people: Mapping[str, User]) -> int:
    """Hold the sessions of the file over actions already evaluated; none when there are some.

    Returns how many were made.
    """
    if CommitteeSession.objects.exists():
        return 0
    for row in rows:
        held = _Held(row, people)
        for step in STEPS[row["reaches"]]:
            getattr(held, step)()
    return len(rows)


class _Held:
    """One session of the file, step by step."""

    def __init__(self, row: Mapping[str, Any], people: Mapping[str, User]):
        self.row, self.people = row, people
        self.agent, self.chair = people["agent"], people["comite1"]
        challenges = Challenge.objects.filter(programme=Programme.objects.current())
        self.session = create_session(
            by=self.agent,
            content=SessionContent(
                columns={
                    "held_on": timezone.localdate() + timedelta(days=row["held_in_days"]),
                    "starts_at": time.fromisoformat(row["starts_at"]),
                    "place": row["place"],
                    "chair": self.chair,
                    "envelope": Decimal(row["envelope"]),
                },
                envelopes={
                    challenges.get(number=number).pk: Decimal(amount)
                    for number, amount in row["challenge_envelopes"].items()
                },
                voters=[people[name] for name in COMMITTEE],
                observers=[self.agent],
            ),
        )
        for item in row["items"]:
            put_on_agenda(session=self.session, actions=[_action(item["key"])], by=self.agent)

    def open(self):
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
            item = self.session.items.get(action=_action(recusal["key"]))
            step_aside(item=item, member=member, by=user, reason=recusal["reason"])

    def record(self):
        for noted, item in zip(
            self.row["items"], self.session.items.order_by("position"), strict=True
        ):
            votes = noted.get("voices", (None, None, None))
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
        close_session(session=self.session, by=self.chair)

    def publish(self):
        number = self.row["deliberation_number"]
        set_deliberation_number(session=self.session, by=self.agent, number=number)
        confirm_session(session=self.session, by=self.people["comite2"])


def _action(key: str) -> Action:
    return Action.objects.get(uuid=uuid.uuid5(NAMESPACE, key))
