"""What agents did about an evaluation is kept, by whom may do it, once a day for a reminder."""

import pytest

from actions.models import AssignmentAct
from actors.enums import Role
from actors.models import Membership
from tests.plugins.prepared import starts_from
from tests.support.factories import person
from tests.support.refusals import (
    delete,
    execute,
    holder_of,
    refused_by,
    refused_every_way,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def insert(story, by, at="2026-03-01T08:00:00Z", **columns) -> None:
    """Write a reminder by SQL, or what `columns` say."""
    said = {
        "action_id": story.action.pk,
        "evaluator_id": story.evaluators[0].pk,
        "kind": "reminded",
        "at": at,
        "by_id": by,
        "due_on": None,
        "successor_id": None,
    } | columns
    execute(
        f"INSERT INTO actions_assignmentact ({', '.join(said)})"
        f" VALUES ({', '.join(['%s'] * len(said))})",
        *said.values(),
    )


@starts_from(story="in_evaluation")
def test_an_act_is_kept(story):
    insert(story, story.agent.pk)
    act = AssignmentAct.objects.get()
    for columns in ({"kind": "taken_off"}, {"at": "2020-01-01T00:00:00Z"}, {"by_id": None}):
        refused_every_way("actions_assignmentact_append_only", act, **columns)
    with refused_by("actions_assignmentact_append_only"):
        delete(act)


@starts_from(story="in_evaluation")
def test_an_agent_without_interest_acts(story):
    for somebody in (story.members[0].pk, story.evaluators[0].pk):
        with refused_by("actions_assignmentact_by_an_agent"):
            insert(story, somebody)
    tied = person(Role.AGENT)
    Membership.objects.create(user=tied, organisation=story.carrier)
    with refused_by("actions_assignmentact_by_an_agent_without_interest"):
        insert(story, tied.pk)
    assert not AssignmentAct.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "unknown"},
        {"kind": ""},
        {"kind": "reminded", "due_on": "2026-12-01"},
        {"kind": "taken_off", "due_on": "2026-12-01"},
        {"kind": "due_changed"},
        {"kind": "replaced", "due_on": "2026-12-01"},
    ],
)
@starts_from(story="in_evaluation")
def test_an_act_says_what_was_done(columns, story):
    with refused_by("actions_assignmentact_says_what_was_done"):
        insert(story, story.agent.pk, **columns)


@pytest.mark.parametrize("kind", ["reminded", "taken_off", "due_changed", "replaced"])
@starts_from(story="in_evaluation")
def test_a_successor_has_a_date_and_belongs_to_a_replacement(kind, story):
    successor = story.evaluators[1].pk
    with refused_by("actions_assignmentact_says_what_was_done"):
        insert(story, story.agent.pk, kind=kind, successor_id=successor)


@starts_from(story="in_evaluation")
def test_a_reminder_leaves_once_a_day_of_paris(story):
    """The day on which the hour changes lasts from 23:00 to 22:00, by UTC."""
    agent, other = story.agent.pk, story.evaluators[1].pk
    holder_of("actions_assignmentact_by_an_agent").drop()  # which dates them
    for instant in ("2026-03-28T22:59:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"):
        insert(story, agent, instant)
    with refused_by("actions_assignmentact_one_reminder_a_day"):
        insert(story, agent, "2026-03-29T21:59:00Z")
    insert(story, agent, "2026-03-29T21:59:00Z", evaluator_id=other)
    insert(story, agent, "2026-03-29T21:59:00Z", kind="taken_off")
