"""Guarantee 21: what an agent asks of a carrier stays as it was asked, by whom may ask it."""

import pytest

from actions.models import ApplicationVersion, CorrectionRequest
from actors.enums import Role
from tests.plugins.prepared import starts_from
from tests.support.factories import person
from tests.support.guarantee_rows.corrections import KEPT, LISTED, ask, asked_of, keep
from tests.support.guarantee_steps import move
from tests.support.refusals import (
    at_commit,
    by_sql,
    delete,
    execute,
    refused_by,
    refused_every_way,
)

pytestmark = pytest.mark.django_db

NOW = "2026-03-01T08:00:00Z"


@starts_from(story="in_correction")
def test_what_was_asked_is_kept(story):
    asked = asked_of(story)
    for columns in (
        {"due_on": "2031-01-01"},
        {"message": "Autre chose."},
        {"requested_by_id": person(Role.AGENT).pk},
        {"requested_at": NOW},
    ):
        refused_every_way(KEPT, asked, **columns)
    for fields in ('["title"]', "[]", "7", "null"):
        with refused_by(KEPT):
            by_sql(asked, fields=fields)
    with refused_by(KEPT):
        by_sql(asked, id=asked.pk + 1000)
    with refused_by(KEPT):
        delete(asked)
    with refused_by("actions_correctionrequest_of_a_sent_file"):
        execute(
            "INSERT INTO actions_correctionrequest SELECT * FROM actions_correctionrequest"
            " ON CONFLICT (id) DO UPDATE SET message = 'Autre chose.'"
        )

    by_sql(asked, message="")  # retention may

    assert CorrectionRequest.objects.get().fields == asked.fields


@starts_from(story="in_correction")
def test_it_is_answered_once_while_its_file_is_corrected(story):
    asked = asked_of(story)

    by_sql(asked, answered_at=NOW)

    for answered in (None, "2026-03-02T08:00:00Z"):
        refused_every_way(KEPT, asked, answered_at=answered)


@starts_from(story="in_correction")
def test_it_is_answered_by_nobody_once_the_file_is_withdrawn(story):
    move(story.action, "withdrawn", story.manager)

    refused_every_way(KEPT, asked_of(story), answered_at=NOW)


@pytest.mark.parametrize("fields", [7, "summary", {"summary": 1}, [], [7], [None], ["summary", {}]])
@starts_from(story="submitted")
def test_it_lists_parts_of_the_file(fields, story):
    """Anything else, and the carrier's page couldn't be made."""
    with refused_by(LISTED):
        ask(story, fields=fields)


@starts_from(story="submitted")
def test_it_goes_with_a_step(story):
    """Neither ahead of one, nor twice."""
    ask(story)
    move(story.action, "in_correction", story.agent)
    at_commit()

    with refused_by("actions_correctionrequest_of_a_sent_file"):
        ask(story)


@starts_from(story="submitted")
def test_two_are_not_asked_by_one_step(story):
    ask(story)
    ask(story)
    move(story.action, "in_correction", story.agent)

    with refused_by("actions_correctionrequest_of_a_step"):
        at_commit()


@pytest.mark.parametrize("content", [7, "x", [], [["title", "x"]], {"title": 7}, {"title": None}])
@starts_from(story="submitted")
def test_a_version_says_each_part_in_words(content, story):
    with refused_by("actions_fileversion_says_it_in_words"):
        keep(content)(story)

    assert ApplicationVersion.objects.filter(action=story.action).count() == 1
