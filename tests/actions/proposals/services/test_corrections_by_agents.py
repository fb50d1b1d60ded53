"""What an agent corrects, by the service: whose it is, and when."""

import pytest

from actions.enums import Transition
from actions.models import Action
from actions.models.application_version import content_of
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
    before = content_of(story.action)
    by_sql(story.action, title="Autre")
    said = {"action": story.action, "before": before, "reason": " Un motif. "}
    for somebody in (fresh(tied), person(Role.COMMITTEE)):
        assert refusal(note_correction, by=somebody, **said) == [ANOTHER_AGENT]
    version = note_correction(by=story.agent, **said)
    assert (version.number, version.reason) == (2, "Un motif.")


@starts_from(story="submitted")
def test_ends_with_the_examination(story):
    before = content_of(story.action)
    by_sql(story.action, title="Autre")
    story.action.refresh_from_db()
    story.apply(Transition.ADMIT, story.agent)
    said = {"action": story.action, "before": before, "reason": "Un motif."}
    assert refusal(note_correction, by=story.agent, **said) == [NOT_CORRECTED_ANY_MORE]
    assert Action.objects.get().versions.count() == 1


@starts_from(story="submitted")
def test_is_of_what_the_agent_changed_and_nothing_else(story):
    by_sql(story.carrier, name="Un autre nom")
    before = content_of(Action.objects.get())
    assert note_correction(action=story.action, by=story.agent, reason="", before=before) is None
