"""What is asked of a carrier: by whom may ask it, with a step, in parts; versions are in words."""

import pytest

from actions.models import ApplicationVersion
from tests.plugins.prepared import starts_from
from tests.support.factories import Story
from tests.support.guarantee_rows.corrections import (
    KEPT,
    LISTED,
    ask,
    ask_for_something_else,
    asked,
    keep,
)
from tests.support.guarantee_steps import move
from tests.support.refusals import at_commit, refused_by, refused_every_way
from tests.support.transitions import incomplete

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = "2026-03-01T08:00:00Z"


@starts_from(story="in_correction")
def test_it_is_answered_by_nobody_once_the_file_is_withdrawn(story):
    move(story.action, "withdrawn", story.manager)

    refused_every_way(KEPT, asked(story), answered_at=NOW)


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

    with refused_by("actions_correctionrequest_asked_in_its_state"):
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


def test_a_refusal_given_up_asks_what_was_asked():
    story = incomplete(Story())
    with refused_by("actions_correctionrequest_asked_again_as_it_was"):
        ask_for_something_else(story)
