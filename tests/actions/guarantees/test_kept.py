"""Guarantee 4: what was bound, closed, or took place is neither changed nor deleted."""

from datetime import date

import pytest
from django.db import models

from actions.models import (
    ActionEvent,
    CriterionScore,
    Evaluation,
    GateResult,
    SentEvaluation,
    TransitionNote,
)
from tests.plugins.prepared import starts_from
from tests.support.factories import Story, fresh
from tests.support.factories import grid as make_grid
from tests.support.guarantee_steps import add_criterion, move, other_grid, reopen
from tests.support.refusals import by_sql, delete, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def other_value(field: models.Field, value):
    """A value that the field could hold, and doesn't."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}0"
    if isinstance(value, list):
        return []
    return "2020-01-01T00:00:00Z" if isinstance(field, models.DateField) else value


def each_change(row: models.Model):
    """Every column of a row but its key, with another value; and with NULL where it may be."""
    for field in row._meta.concrete_fields:
        if not field.primary_key:
            value = getattr(row, field.attname)
            if value is not None:
                yield {field.attname: other_value(field, value)}
            if value is None or field.null:
                yield {field.attname: 1 if value is None else None}


def assert_kept(row: models.Model, name: str) -> None:
    """No column of the row changes, whichever way; it isn't deleted either."""
    for columns in each_change(row):
        refused_every_way(name, row, **columns)
    with refused_by(name):
        by_sql(row, id=row.pk + 1000)
    with refused_by(name):
        delete(row)
    with refused_by(name):
        type(row).objects.filter(pk=row.pk).delete()


@starts_from(story="submitted")
def test_an_event_is_kept(story):
    event = story.action.events.get()

    assert_kept(event, "actions_actionevent_append_only")
    with refused_by("actions_actionevent_append_only"):
        ActionEvent.objects.all().delete()


@starts_from(story="evaluated")
def test_the_result_of_a_closing_is_kept(story):
    assert_kept(GateResult.objects.get(action=story.action), "actions_gateresult_append_only")


@pytest.mark.parametrize(
    ("story", "taken_back"),
    [
        pytest.param("scored", True, id="in_evaluation"),
        pytest.param("scored", False, id="scored"),
        pytest.param("evaluated", False, id="evaluated"),
        pytest.param("completed", False, id="completed"),
    ],
    indirect=["story"],
)
def test_what_was_sent_is_kept(story, taken_back):
    if taken_back:
        by_sql(story.evaluations[0], sent_at=None)

    assert_kept(story.evaluations[0].sendings.get(), "actions_sentevaluation_append_only")
    assert SentEvaluation.objects.count() == 3


# --- Evaluations --------------------------------------------------------------------------------


@pytest.mark.parametrize("story", ["evaluated", "prioritised", "declined"], indirect=True)
def test_an_evaluation_is_kept_once_closed(story):
    evaluation = Evaluation.objects.get(pk=story.evaluations[0].pk)
    score = evaluation.scores.first()

    for columns in ({"sent_at": None}, {"due_on": "2020-01-01"}, {"turn": 99}):
        refused_every_way("actions_evaluation_written_while_open", evaluation, **columns)
    with refused_by("actions_evaluation_written_while_open"):
        delete(evaluation)
    for columns in (
        {"level": 3},
        {"level": None},
        {"level": None, "no_opinion": True},
        {"reason": ""},
        {"reason": "Une autre explication."},
    ):
        refused_every_way("actions_criterionscore_sent_is_kept", score, **columns)
    with refused_by("actions_criterionscore_sent_is_kept"):
        delete(score)


@starts_from(story="in_evaluation")
def test_a_score_that_was_never_sent_is_kept_too_once_closed(story):
    for evaluation in story.evaluations:
        story.score(evaluation, send=evaluation is not story.evaluations[0])
    by_sql(story.evaluations[0], due_on=date(2020, 1, 1))
    story.apply("close_evaluation", story.agent)
    score = story.evaluations[0].scores.first()

    refused_every_way("actions_criterionscore_written_while_open", score, level=3)
    with refused_by("actions_criterionscore_written_while_open"):
        delete(score)


@starts_from(story="scored")
def test_a_sent_evaluation_changes_only_once_taken_back(story):
    evaluation = story.evaluations[0]
    score = evaluation.scores.first()

    refused_every_way("actions_criterionscore_sent_is_kept", score, level=3)
    with refused_by("actions_criterionscore_sent_is_kept"):
        delete(score)
    refused_every_way(
        "actions_evaluation_sent_keeps_its_date", evaluation, sent_at="2020-01-01T00:00:00Z"
    )

    by_sql(evaluation, sent_at=None)
    by_sql(score, level=3)
    score.refresh_from_db()
    assert score.level == 3


@pytest.mark.parametrize(
    ("state", "story"),
    [
        pytest.param("sent", "scored", id="sent"),
        pytest.param("taken back", "scored", id="taken back"),
        pytest.param("reopened", "evaluated", id="reopened"),
    ],
    indirect=["story"],
)
def test_an_evaluation_that_was_sent_once_is_not_deleted(state, story):
    evaluation = story.evaluations[0]
    if state == "reopened":
        reopen(story)
    if state != "sent":
        by_sql(evaluation, sent_at=None)
        CriterionScore.objects.filter(evaluation=evaluation).delete()

    with refused_by("actions_evaluation_sent_is_kept"):
        delete(evaluation)


@starts_from(story="in_evaluation")
def test_an_evaluation_that_was_never_sent_is_unassigned(story):
    delete(story.evaluations[0])

    assert story.action.evaluations.count() == 2


@starts_from(story="scored")
def test_an_evaluation_cannot_leave_its_history_behind(story):
    """Under another key it would have no sendings, and could be deleted."""
    by_sql(story.evaluations[0], sent_at=None)

    with refused_by("actions_evaluation_keeps_its_author"):
        by_sql(story.evaluations[0], id=story.evaluations[0].pk + 1000)


@starts_from(story="scored")
def test_an_evaluation_keeps_its_action_author_and_round(story):
    other = Story().in_evaluation(assign=False)
    score = story.evaluations[0].scores.first()

    for columns in (
        {"action_id": other.action.pk},
        {"evaluator_id": other.evaluators[0].pk},
        {"round": "follow_up"},
    ):
        for evaluation in story.evaluations[:1]:
            refused_every_way("actions_evaluation_keeps_its_author", evaluation, **columns)
    other_criterion = story.action.grid.criteria.exclude(pk=score.criterion_id).first()
    for columns in (
        {"evaluation_id": story.evaluations[1].pk},
        {"criterion_id": other_criterion.pk},
    ):
        refused_every_way("actions_criterionscore_keeps_its_place", score, **columns)


@starts_from(story="in_evaluation")
def test_a_recusal_is_kept(story):
    user = fresh(story.evaluators[0])
    recusal = story.action.recusals.create(user=user, declared_by=user, reason="Un lien.")

    for columns in (
        {"user_id": story.evaluators[1].pk},
        {"declared_by_id": story.agent.pk},
        {"action_id": Story().action.pk},
        {"declared_at": "2026-01-01T00:00:00Z"},
        {"reason": "Un autre lien."},
        {"reason": None},
    ):
        refused_every_way("actions_recusal_is_kept", recusal, **columns)
    with refused_by("actions_recusal_is_kept"):
        delete(recusal)
    by_sql(recusal, reason="")  # retention may


@starts_from(story="submitted")
def test_a_reason_and_a_version_are_kept_until_they_are_emptied(story):
    note = TransitionNote.objects.create(event=story.action.events.last(), text="Un motif.")
    version = story.action.versions.get()

    for columns in (
        {"text": "Un autre."},
        {"text": None},
        {"public_text": "Un autre."},
        {"public_text": None},
        {"event_id": None},
    ):
        refused_every_way("actions_transitionnote_is_kept", note, **columns)
    for columns in (
        {"content": '{"title": "Un autre"}'},
        {"content": None},
        {"number": 2},
        {"sent_by_id": story.agent.pk},
        {"sent_at": "2026-01-01T00:00:00Z"},
        {"action_id": Story().action.pk},
    ):
        refused_every_way("actions_fileversion_is_kept", version, **columns)
    for row, name in ((note, "transitionnote"), (version, "fileversion")):
        with refused_by(f"actions_{name}_is_kept"):
            delete(row)
    by_sql(note, text="")
    by_sql(version, content="{}")


# --- The bound grid -----------------------------------------------------------------------------


@starts_from(story="in_evaluation")
def test_a_bound_grid_is_kept(story):
    grid = story.action.grid
    name = "challenges_grid_bound_is_immutable"

    for columns in (
        {"quorum": 2},
        {"threshold": 1},
        {"version": 9},
        {"bound_at": None},
        {"bound_at": "2020-01-01T00:00:00Z"},
    ):
        refused_every_way(name, grid, **columns)
    with refused_by(name):
        by_sql(grid, id=grid.pk + 1000)
    with refused_by(name):
        delete(grid)
    by_sql(grid, is_current=False)  # another one may take its place


@starts_from(story="in_evaluation")
def test_the_criteria_of_a_bound_grid_are_kept(story):
    grid = story.action.grid
    criterion = grid.criteria.first()
    name = "challenges_criterion_bound_is_immutable"

    assert_kept(criterion, name)
    with refused_by(name):
        add_criterion(grid, position=4, code="fifth")


@starts_from(story="in_evaluation")
def test_a_criterion_neither_leaves_nor_joins_a_bound_grid(story):
    bound, free = story.action.grid, other_grid(story, criteria=3)
    name = "challenges_criterion_bound_is_immutable"

    refused_every_way(name, bound.criteria.first(), grid_id=free.pk)
    refused_every_way(name, free.criteria.first(), grid_id=bound.pk)


def test_a_grid_that_no_action_is_bound_to_changes_freely():
    grid = make_grid()
    Story().submitted()

    by_sql(grid, quorum=2, threshold=70)
    by_sql(grid.criteria.first(), weight=3)
    delete(grid.criteria.last())

    assert grid.criteria.count() == 3


@pytest.mark.parametrize(
    ("story", "status"),
    [
        pytest.param("in_evaluation", "in_evaluation", id="in_evaluation"),
        pytest.param("evaluated", "evaluated", id="evaluated"),
        pytest.param("prioritised", "prioritised", id="prioritised"),
        pytest.param("in_evaluation", "withdrawn", id="withdrawn"),
    ],
    indirect=["story"],
)
def test_an_action_keeps_its_grid(story, status):
    if status == "withdrawn":
        move(story.action, "withdrawn", story.manager)
    other = other_grid(story, is_current=True)

    for grid_id in (other.pk, None):
        refused_every_way("actions_action_grid_is_bound_once", story.action, grid_id=grid_id)


def test_an_action_that_is_admitted_again_keeps_its_grid():
    story = Story().in_evaluation(assign=False)
    move(story.action, "submitted", story.agent)
    other = other_grid(story, is_current=True)

    refused_every_way(
        "actions_action_grid_is_bound_once",
        story.action,
        status="in_evaluation",
        grid_id=other.pk,
    )


@pytest.mark.parametrize("story", ["draft", "submitted", "in_correction"], indirect=True)
def test_a_grid_is_bound_by_admission_only(story):
    refused_every_way("actions_action_grid_is_bound_once", story.action, grid_id=make_grid().pk)


@starts_from(story="submitted")
def test_admission_binds_the_grid_in_force_of_the_programme(story):
    refused_every_way("actions_action_admitted_has_grid", story.action, status="in_evaluation")
    refused_every_way(
        "actions_action_grid_is_the_current_one",
        story.action,
        status="in_evaluation",
        grid_id=other_grid(story).pk,
    )
    incomplete = other_grid(story, criteria=3, is_current=True)
    refused_every_way(
        "actions_action_grid_has_four_criteria",
        story.action,
        status="in_evaluation",
        grid_id=incomplete.pk,
    )
