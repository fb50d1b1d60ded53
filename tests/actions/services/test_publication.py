"""A session is published whole, or not at all."""

import pytest

from actions.enums import SessionState
from tests.sessions import Sitting

pytestmark = pytest.mark.django_db


def test_a_whole_session():
    sitting = Sitting(actions=3).opened()
    first, second, third = sitting.items
    sitting.record(first, outcome="prioritise", amount=4000)
    sitting.record(second, outcome="postpone", reason="À mûrir.")
    sitting.record(third, outcome="announce_refusal", reason="Hors sujet.")
    sitting.close()
    confirmation = sitting.confirm(sitting.second)
    assert confirmation.waiting == ()
    sitting.refresh()
    assert sitting.session.state == SessionState.PUBLISHED
    assert [story.action.status for story in sitting.stories] == [
        "prioritised",
        "postponed",
        "refusal_announced",
    ]
