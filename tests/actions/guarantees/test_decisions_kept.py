"""Guarantee 2: a decision keeps what it is about and who took it, then stays as it is."""

from decimal import Decimal

import pytest

from actions.enums import DecisionKind
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import Story, person, story_in
from tests.support.guarantee_steps import confirm, propose
from tests.support.refusals import by_sql, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@prepared
def story() -> Story:
    """An evaluated action of community interest."""
    return Story().evaluated()


def settle(decision, state: str, story: Story) -> None:
    if state == "confirmed":
        confirm(decision, story.members[1])
    elif state == "cancelled":
        by_sql(decision, cancelled_at="2026-01-01T00:00:00Z")


@pytest.mark.parametrize("state", ["pending", "confirmed", "cancelled"])
def test_a_decision_changes_neither_object_nor_author(story, state):
    decision = propose(story)
    settle(decision, state, story)
    other = Story().evaluated()

    for columns in (
        {"action_id": other.action.pk},
        {"kind": "postpone"},
        {"amount": Decimal(9000)},
        {"amount": None},
        {"proposed_by_id": other.members[0].pk},
        {"proposed_at": "2026-01-01T00:00:00Z"},
    ):
        refused_every_way("actions_decision_is_kept", decision, **columns)
    refused_every_way("actions_decision_appeal_has_its_day", decision, appeal_on="2026-01-01")


@pytest.mark.parametrize("state", ["confirmed", "cancelled"])
def test_a_settled_decision_stays_so(story, state):
    decision = propose(story)
    settle(decision, state, story)
    third = person(Role.COMMITTEE)

    for columns in (
        {"confirmed_by_id": third.pk, "confirmed_at": "2026-02-01T00:00:00Z"},
        {"cancelled_at": "2026-02-01T00:00:00Z"},
        {"confirmed_by_id": None, "confirmed_at": None, "cancelled_at": None},
        {"reason": "Un autre motif."},
        {"public_reason": "Un autre motif."},
    ):
        refused_every_way("actions_decision_is_kept", decision, **columns)

    by_sql(decision, reason="", public_reason="")  # retention may


def test_a_decision_starts_pending(story):
    at = "2026-01-01T00:00:00Z"

    for columns in (
        {"confirmed_at": at},
        {"cancelled_at": at},
        {"confirmed_by": story.members[1]},
        {"confirmed_by": story.members[1], "confirmed_at": at},
    ):
        with refused_by("actions_decision_starts_pending"):
            propose(story, **columns)


@pytest.mark.parametrize("reason", ["", " ", "\u200b\u00a0"])
@pytest.mark.parametrize("kind", DecisionKind)
def test_a_decision_says_why_but_to_grant_what_was_asked(kind, reason):
    statuses = {DecisionKind.APPEAL_UPHELD: "declined"}
    story = story_in(statuses.get(kind, "evaluated"))
    by = story.agent if kind == DecisionKind.REOPEN_EVALUATION else story.members[0]

    with refused_by("actions_decision_has_reason"):
        propose(story, kind, proposed_by=by, reason=reason)
    if kind == DecisionKind.PRIORITISE:
        propose(story, kind, amount=story.action.funding_asked, reason=reason)


def test_its_reason_is_neither_rewritten_nor_emptied_before_it_is_taken():
    story = Story().evaluated()
    decision = propose(story, DecisionKind.POSTPONE)

    for reason in ("Un autre.", None):
        with refused_by("actions_decision_is_kept"):
            by_sql(decision, reason=reason)
    by_sql(decision, reason="")
    with refused_by("actions_decision_has_reason"):
        confirm(decision, story.members[1])
