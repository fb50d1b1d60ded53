"""The sessions on which an increase may be put: those that whoever asks keeps, not over."""

import pytest

from actions.committee.forms.increases import IncreaseForm
from actions.committee.services.sessions import cancel_session
from tests.plugins.prepared import prepared
from tests.support.factories import Story
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """A granted action."""
    return Story().prioritised()


def offered(story: Story, user) -> list:
    form = IncreaseForm(action=story.action, user=user)
    return list(form.fields["session"].queryset)


def test_an_agent_chooses_among_all_and_a_chair_among_theirs(story):
    first, second = HeldSession(stories=[]), HeldSession(stories=[])
    assert offered(story, story.agent) == [first.session, second.session]
    assert offered(story, second.chair) == [second.session]
    assert offered(story, second.second) == []


def test_what_is_over_is_not_offered(story):
    sitting = HeldSession(stories=[])
    cancel_session(session=sitting.session, by=sitting.agent)
    assert offered(story, story.agent) == []
