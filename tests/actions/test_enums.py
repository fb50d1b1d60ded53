"""actions/enums.py: each state of an action says in one sentence what it means."""

import pytest
from django.test import Client

from actions.enums import ActionStatus
from ess_portal.base.french import no_breaks
from tests.support.factories import Story
from tests.support.reading import Page, plain


@pytest.mark.parametrize("status", ActionStatus)
def test_each_state_has_its_sentence(status):
    meaning = status.meaning
    assert meaning == no_breaks(meaning)
    assert (meaning[0].isupper(), meaning.endswith("."), meaning.count(".")) == (True, True, 1)


def test_no_two_states_mean_the_same():
    assert len({status.meaning for status in ActionStatus}) == len(ActionStatus)


def explained(page) -> list[str]:
    """The states that a page explains, in their order."""
    said = {plain(status.meaning): status.label for status in ActionStatus}
    return [said[plain(one.text)] for one in page.main.all("dd") if plain(one.text) in said]


@pytest.mark.django_db
class TestWhereTheyAreMet:
    def test_the_list_explains_those_its_reader_may_meet(self, as_user):
        story = Story().prioritised()
        public = ["En vivier", "Priorisée", "En cours", "Réalisée", "Abandonnée", "Recensée"]
        assert explained(Page(Client().get("/actions/"))) == public
        every = [status.label for status in ActionStatus if status != ActionStatus.DRAFT]
        assert explained(Page(as_user(story.agent).get("/actions/"))) == every

    def test_the_help_page_explains_all(self):
        assert explained(Page(Client().get("/aide/"))) == [status.label for status in ActionStatus]

    @pytest.mark.parametrize("state", ["prioritised", "postponed", "completed"])
    def test_the_page_of_an_action_explains_its_own(self, state):
        story = getattr(Story(), state)()
        page = Page(Client().get(f"/actions/{story.action.reference}/"))
        meanings = {plain(status.meaning) for status in ActionStatus}
        said = [plain(one.text) for one in page.main.all("p", cls="small")]
        own = plain(ActionStatus(story.action.status).meaning)
        assert [text for text in said if text in meanings] == [own]
