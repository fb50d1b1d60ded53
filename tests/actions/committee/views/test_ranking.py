"""The committee reads the ranking, and why each result is what it is."""

import pytest

from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.deciding import COMMITTEE, propose, result
from tests.support.factories import (
    BELOW_FLOOR,
    BELOW_THRESHOLD,
    Story,
    grid,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An evaluated action."""
    return Story().evaluated()


class TestRanking:
    def test_puts_community_interest_then_share_then_medians_then_date(self, as_user):
        stories = {}
        for title, levels in (
            ("Sous le seuil", BELOW_THRESHOLD),
            ("Sous un plancher", BELOW_FLOOR),
            ("Bonne", (2, 2, 2, 2)),
            ("Aussi bonne, plus tard", (2, 2, 2, 2)),
            ("Aussi bonne, autrement", (3, 2, 2, 1)),
            ("Meilleure", (3, 3, 3, 3)),
        ):
            stories[title] = Story(title=title).evaluated(levels)
        page = Page(as_user(person(Role.COMMITTEE)).get(COMMITTEE))
        rows = page.main.one("tbody").all("tr")
        assert [row.one("a").text for row in rows] == [
            "Meilleure",
            "Aussi bonne, autrement",
            "Bonne",
            "Aussi bonne, plus tard",
            "Sous un plancher",
            "Sous le seuil",
        ]
        last = rows[-1].all("td")[-1]
        assert last.one("strong").text == "Non"
        assert [line.text for line in last.all("li")] == stories["Sous le seuil"].action.blockers()
        assert rows[0].all("td")[-1].text == "Oui"
        assert [cell.text for cell in rows[0].all("td", cls="number")] == ["12 sur 12", "6 000 €"]

    def test_puts_a_criterion_without_opinion_below_level_0(self, as_user):
        Story(title="Sans avis").evaluated((3, 3, None, 0))
        Story(title="Absent").evaluated((3, 3, 0, 0))
        page = Page(as_user(person(Role.COMMITTEE)).get(COMMITTEE))
        assert [row.one("a").text for row in page.main.one("tbody").all("tr")] == [
            "Absent",
            "Sans avis",
        ]

    def test_shows_what_waits_and_what_is_announced(self, as_user, story):
        refused = Story(title="Refusée").refusal_announced()
        client = as_user(story.members[0])
        propose(client, story)
        page = Page(client.get(COMMITTEE))
        (waiting,) = page.main.one(id="pending").parent.all("li")
        assert waiting.text == (
            f"{story.action.reference} « {story.action.title} » : prioriser (5 000 €), proposé par "
            f"{story.members[0].full_name}"
        )
        (announced,) = page.main.one(id="refusals").parent.all("li")
        assert announced.one("h3").text == "Refusée"
        assert announced.one("a")["href"] == result(refused)

    def test_of_nothing_says_so(self, as_user):
        page = Page(as_user(person(Role.COMMITTEE)).get(COMMITTEE))
        assert page.main.one("p", cls="empty").text.startswith(
            "Aucune action n’attend de décision."
        )


def test_the_result_gives_reasons_without_names(as_user, story):
    page = Page(as_user(story.members[0]).get(result(story)))
    text = page.main.text
    assert [who.full_name for who in story.evaluators if who.full_name in text] == []
    assert page.main.one("p", cls="result-summary").text == (
        "D’intérêt communautaire : 66,6 sur 100, pour un seuil de 60."
    )
    assert [len(opinions.all("li")) for opinions in page.main.all("details")] == [3, 3, 3, 3]


def test_the_total_is_cut_and_never_rounded(as_user):
    grid(weights=(1, 1, 1, 3))
    story = Story().evaluated((1, 2, 2, 2))
    page = Page(as_user(story.members[0]).get(result(story)))
    assert page.main.one("tfoot").all("td")[0].text == (
        "11 points sur 18, soit 61,1 sur 100, arrondi au dixième inférieur (seuil : 60)"
    )
