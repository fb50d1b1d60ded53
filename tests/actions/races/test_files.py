"""A file is sent, or admitted, while somebody writes in it by hand."""

import pytest

from actions.enums import Transition
from actions.models import Action, SelfAssessment
from actions.workflow import apply_transition
from tests.support.factories import OrganisationFactory, Story, fresh
from tests.support.races import race
from tests.support.refusals import name_of_refusal
from tests.support.without import trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

LEVELS = "actions_selfassessment_written_with_the_file"
PARTNERS = "actions_partnership_while_the_file_is_written"
LOCK = "FOR NO KEY UPDATE"


def taking(story: Story, transition: Transition, by):
    return lambda: (
        apply_transition(Action.objects.get(pk=story.action.pk), transition, by=fresh(by)).status
    )


def levelling(story: Story):
    """Raise one of the carrier's own levels."""
    return lambda: SelfAssessment.objects.filter(
        action=story.action, criterion_code="employment"
    ).update(level=3)


def partnering(story: Story):
    """Add a partner."""
    partner = OrganisationFactory()
    return lambda: story.action.partners.add(partner)


def test_a_level_written_while_the_file_is_sent_comes_too_late():
    story = Story()

    first, second, waited = race(taking(story, Transition.SUBMIT, story.manager), levelling(story))

    assert (first, name_of_refusal(second), waited) == ("submitted", LEVELS, True)


def test_without_the_lock_it_slips_in():
    story = Story()

    with trigger_without(LEVELS, LOCK):
        first, second, waited = race(
            taking(story, Transition.SUBMIT, story.manager), levelling(story)
        )

    assert (first, second, waited) == ("submitted", 1, False)


def test_a_partner_added_while_the_file_is_admitted_comes_too_late():
    story = Story().submitted()

    first, second, waited = race(taking(story, Transition.ADMIT, story.agent), partnering(story))

    assert (first, name_of_refusal(second), waited) == ("in_evaluation", PARTNERS, True)


def test_without_the_lock_the_partner_slips_in():
    """It waits for its foreign key alone, when the state has been looked at already."""
    story = Story().submitted()

    with trigger_without(PARTNERS, LOCK):
        first, second, waited = race(
            taking(story, Transition.ADMIT, story.agent), partnering(story)
        )

    assert (first, second, waited) == ("in_evaluation", None, True)
    assert story.action.partners.count() == 1
