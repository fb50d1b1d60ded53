"""What an agent corrects, by the service: whose it is, and when."""

import pytest

from actions.enums import Transition
from actions.models import Action
from actions.proposals.services.corrections_by_agents import (
    NOT_CORRECTED_ANY_MORE,
    note_correction,
)
from actors.enums import Role
from actors.services import grant_role
from tests.plugins.prepared import starts_from
from tests.support.factories import fresh, member, person
from tests.support.refusals import by_sql, refusal

pytestmark = pytest.mark.django_db
ANOTHER_AGENT = "Un autre agent, sans lien avec cette action, corrige ce dossier."


@starts_from(story="submitted")
def test_is_an_agent_s_without_interest(story):
    tied = member(story.carrier)
    grant_role(tied, Role.AGENT)
    by_sql(story.action, title="Autre")
    for somebody in (fresh(tied), person(Role.COMMITTEE)):
        assert refusal(note_correction, action=story.action, by=somebody, reason="Un motif.") == [
            ANOTHER_AGENT
        ]
    version = note_correction(action=story.action, by=story.agent, reason=" Un motif. ")
    assert (version.number, version.reason) == (2, "Un motif.")


@starts_from(story="submitted")
def test_ends_with_the_examination(story):
    by_sql(story.action, title="Autre")
    story.action.refresh_from_db()
    story.apply(Transition.ADMIT, story.agent)
    assert refusal(note_correction, action=story.action, by=story.agent, reason="Un motif.") == [
        NOT_CORRECTED_ANY_MORE
    ]
    assert Action.objects.get().versions.count() == 1
