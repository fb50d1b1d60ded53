"""An evaluator is replaced while another agent asks the same person for the same evaluation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.evaluation.services.assignments import assign_evaluators, replace_evaluator
from actors.enums import Role
from tests.support.factories import Story, fresh, person
from tests.support.races import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_who_was_asked_meanwhile_replaces_nobody():
    story = Story().in_evaluation()
    evaluation, successor = story.evaluations[0], person(Role.EVALUATOR)
    asked = {"due_on": timezone.localdate() + timedelta(days=5), "by": fresh(story.agent)}
    _, refused, waited = race(
        lambda: assign_evaluators(action=story.action, evaluators=[successor], **asked),
        lambda: replace_evaluator(evaluation=evaluation, successor=successor, **asked),
    )
    assert (refused.reasons, waited) == ([f"{successor} évalue déjà cette action."], True)
    assert story.action.evaluations.filter(pk=evaluation.pk).exists()
