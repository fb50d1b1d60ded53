"""By raw SQL too, only a prioritisation and an abandonment have a reason that anybody reads."""

import pytest

from tests.plugins.prepared import starts_from
from tests.support.factories import story_in
from tests.support.guarantee_steps import propose
from tests.support.refusals import execute, refused_by

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["postpone", "announce_refusal", "reopen_evaluation"])
@starts_from(story="evaluated")
def test_of_a_decision(story, kind):
    by = story.agent if kind == "reopen_evaluation" else story.members[0]
    with refused_by("actions_decision_public_reason_of_a_grant"):
        propose(story, kind, proposed_by=by, public_reason="À tous.")
    with refused_by(None):
        propose(story, kind, proposed_by=by, public_reason=None)
    propose(story, public_reason="À tous.")


@pytest.mark.parametrize("status", ["submitted", "postponed", "refusal_announced", "declined"])
@pytest.mark.parametrize("published", ["À tous.", None])
def test_of_a_step(status, published):
    event = story_in(status).action.events.last()
    with refused_by("actions_transitionnote_published_where_it_may"):
        execute(
            "INSERT INTO actions_transitionnote (event_id, text, public_text) VALUES (%s, '', %s)",
            event.pk,
            published,
        )
