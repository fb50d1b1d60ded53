"""By raw SQL too, only a prioritisation and an abandonment have a reason that anybody reads."""

import pytest

from actors.enums import Role
from tests.plugins.prepared import starts_from
from tests.support.factories import person, story_in
from tests.support.guarantee_rows.history import publish
from tests.support.guarantee_steps import confirm, move, propose, tell_by_two
from tests.support.refusals import by_sql, execute, holder_of, refused_by

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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


@starts_from(story="evaluated")
def test_as_two_people_read_it(story):
    decision = propose(story, public_reason="À tous.")
    confirm(decision, story.members[1])
    tell_by_two(story, "prioritised")
    with refused_by("actions_transitionnote_published_as_decided"):
        publish(story, "Autre chose.")
    publish(story, "À tous.")


@starts_from(story="prioritised")
def test_of_an_abandonment_when_it_takes_place(story):
    """Written by whoever abandons, with the event: not years later, nor by anybody else."""
    move(story.action, "abandoned", story.agent)
    event = story.action.events.last()
    holder_of("actions_actionevent_append_only").drop()
    by_sql(event, by_id=person(Role.AGENT).pk)
    with refused_by("actions_transitionnote_published_as_decided"):
        publish(story, "Bien plus tard.")
    by_sql(event, by_id=story.agent.pk)
    publish(story, "Le local est perdu.")
