"""An action to evaluate."""

import pytest

from tests.support.factories import Story


@pytest.fixture
def story():
    """An action given to three evaluators, who declared that they have no interest in it."""
    return Story().in_evaluation().declare()


@pytest.fixture
def evaluation(story):
    """The first evaluator's."""
    return story.evaluations[0]
