"""An action to evaluate."""

import pytest

from tests.plugins.prepared import prepared
from tests.support.factories import Story, story_in


@prepared
def story(param: str | None) -> Story:
    """An action given to three evaluators without interest in it; or in the status asked for."""
    return story_in(param) if param else Story().in_evaluation().declare()


@pytest.fixture
def evaluation(story):
    """The first evaluator's."""
    return story.evaluations[0]
