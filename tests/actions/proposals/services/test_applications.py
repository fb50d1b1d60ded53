"""A file is kept, sent, typed from paper, and deleted while it is a draft."""

import pytest

from actions.proposals.services.applications import delete_draft
from ess_portal.base.refusals import Refused
from tests.support.factories import Story, UserFactory, fresh

pytestmark = pytest.mark.django_db


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses."""
    with pytest.raises(Refused) as refused:
        service(**arguments)
    return refused.value.reasons


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_only_ones_own_draft_is_deleted(state):
    story = getattr(Story(), state)()
    who = UserFactory() if state == "draft" else fresh(story.manager)
    assert refusals(delete_draft, action=story.action, by=who) == [
        "Seul un brouillon peut être supprimé."
    ]
