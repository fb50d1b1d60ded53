"""What agents look at and the workflow writes: nothing of it to whom it concerns too closely."""

import pytest

from actions.models import Recusal
from actors.enums import Role
from actors.services import grant_role
from tests.plugins.prepared import starts_from
from tests.support.factories import member, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@starts_from(story="admitted")
def test_a_recusals_reason_is_hidden_from_an_agent_of_the_carrier(as_user, story):
    evaluator = story.evaluators[0]
    recusal = Recusal.objects.create(
        action=story.action, user=evaluator, declared_by=evaluator, reason="Un proche y travaille."
    )
    tied = member(story.carrier)
    grant_role(tied, Role.AGENT)

    def texts(reader) -> list[str]:
        page = Page(as_user(reader).get(f"/admin/actions/recusal/{recusal.pk}/change/"))
        return [box.text for box in page.all("div", cls="readonly")]

    assert "Un proche y travaille." in texts(person(Role.AGENT))
    assert [text for text in texts(tied) if "proche" in text] == []
    assert len(texts(tied)) == len(texts(person(Role.AGENT))) - 1
