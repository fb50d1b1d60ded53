"""A file goes round with what was asked and answered, at the moments that the database writes."""

from datetime import date

import pytest
from django.utils import timezone

from actions.models import Action, AssignmentAct
from tests.plugins.prepared import starts_from
from tests.support.guarantee_rows.corrections import act, ask
from tests.support.guarantee_rows.rounds import answer, type_it
from tests.support.guarantee_steps import move
from tests.support.refusals import at_commit, refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LONG_AGO = "2001-01-01T08:00:00Z"


def is_of_today(moment) -> bool:
    return timezone.localdate(moment) == timezone.localdate()


@pytest.mark.parametrize("day", [date(1999, 1, 1), None])
@starts_from(story="draft")
def test_what_comes_on_paper_has_its_day(day, story):
    day = day or timezone.localdate()
    type_it(day)(story)

    assert Action.objects.get(pk=story.action.pk).received_on_paper == day


@starts_from(story="in_correction")
def test_a_reminder_is_of_the_day_it_is_written(story):
    first = act(at=LONG_AGO)(story)
    first.refresh_from_db()

    assert is_of_today(first.at)
    with refused_by("actions_correctionact_one_reminder_a_day"):
        act(at="2001-01-02T08:00:00Z")(story)


@starts_from(story="in_evaluation")
def test_so_is_one_to_an_evaluator(story):
    noted = {"action": story.action, "evaluator": story.evaluators[0], "by": story.agent}
    AssignmentAct.objects.create(kind="reminded", at=LONG_AGO, **noted)

    with refused_by("actions_assignmentact_one_reminder_a_day"):
        AssignmentAct.objects.create(kind="reminded", at="2001-01-02T08:00:00Z", **noted)


@starts_from(story="in_correction")
def test_a_file_that_goes_twice_is_answered_once(story):
    """In one transaction: what is asked last waits."""
    answer(timezone.now())(story)
    ask(story)
    move(story.action, "in_correction", story.agent)
    at_commit()

    assert story.action.correction_requests.filter(answered_at=None).count() == 1
