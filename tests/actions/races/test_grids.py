"""A grid is bound while it changes."""

import pytest
from django.db import transaction

from actions.enums import Transition
from actions.models import Action
from actions.workflow import apply_transition
from challenges.models import Criterion, Grid
from tests.support.factories import (
    Story,
    fresh,
)
from tests.support.races import race
from tests.support.refusals import execute, name_of_refusal
from tests.support.without import reasons, trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


# --- The grid ----------------------------------------------------------------------------------


def admitting(story: Story):
    return lambda: (
        apply_transition(
            Action.objects.get(pk=story.action.pk), Transition.ADMIT, by=fresh(story.agent)
        ).status
    )


def removing_a_criterion():
    criterion = Criterion.objects.order_by("position").last()

    def remove():
        with transaction.atomic():
            execute("DELETE FROM challenges_criterion WHERE id = %s", criterion.pk)
        return Criterion.objects.count()

    return remove


def test_a_grid_that_is_being_bound_does_not_change():
    story = Story().submitted()

    first, second, waited = race(admitting(story), removing_a_criterion())

    assert (first, name_of_refusal(second), waited) == (
        "in_evaluation",
        "challenges_criterion_bound_is_immutable",
        True,
    )


def test_a_grid_that_is_changing_is_not_bound():
    story = Story().submitted()

    first, second, waited = race(removing_a_criterion(), admitting(story))

    assert (first, reasons(second), waited) == (
        3,
        ["La grille en vigueur n’a pas ses quatre critères."],
        True,
    )


@pytest.mark.parametrize("order", ["admitted first", "removed first"])
def test_without_the_lock_a_bound_grid_loses_a_criterion(order):
    story = Story().submitted()
    steps = [admitting(story), removing_a_criterion()]
    with trigger_without("challenges_criterion_bound_is_immutable", "FOR SHARE"):
        *_, waited = race(*(steps if order == "admitted first" else steps[::-1]))

    assert waited is False
    assert Grid.objects.get().bound_at is not None
    assert Criterion.objects.count() == 3
