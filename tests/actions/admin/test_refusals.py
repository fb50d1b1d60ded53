"""The agents’ page of an action keeps what was said of each announced refusal."""

import pytest

from ess_portal.base.french import long_date
from tests.support.factories import Story
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def refusals(client, story: Story) -> list[list[str]]:
    """The rows of the refusals on the action's page, without the moment of each."""
    page = Page(client.get(f"/admin/actions/action/{story.action.pk}/change/"))
    table = page.main.one("div", **{"aria-label": "Refus annoncés"}).one("tbody")
    return [[cell.text for cell in row.all("td")[1:]] for row in table.all("tr")]


def test_says_until_when_a_reply_is_awaited(as_user):
    story = Story().inadmissible()
    notice = story.action.refusal_notices.get()
    awaited = f"Attendue jusqu’au {long_date(notice.reply_until)}"
    assert refusals(as_user(story.agent), story) == [[notice.reason, awaited, "–"]]


def test_keeps_the_reply_and_what_was_answered_once_all_is_over(as_user):
    story = Story().declined_inadmissible()
    notice = story.action.refusal_notices.get()
    replied = f"Le {long_date(notice.replied_at)} : Nous regrettons."
    assert refusals(as_user(story.agent), story) == [[notice.reason, replied, "Motif maintenu."]]
