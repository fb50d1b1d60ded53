"""The agenda over HTTP, and the ranking it is drawn from: groups, ties, envelope."""

from datetime import date

import pytest
from django.db import connection

from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    SectorFactory,
    Story,
    grid,
    person,
)
from tests.support.reading import Page, plain
from tests.support.sessions import HeldSession, address, closed

pytestmark = pytest.mark.django_db


@prepared
def sitting() -> HeldSession:
    """A session without any action yet."""
    return HeldSession(stories=[])


def candidates(page) -> list[str]:
    """The references that may be ticked."""
    return [box["value"] for box in page.main.all("input", name="action")]


class TestAgenda:
    def test_is_ticked_in_the_ranking(self, as_user, sitting):
        low, high = Story().evaluated((1, 2, 2, 3)), Story().evaluated((3, 3, 3, 3))
        client = as_user(sitting.agent)
        page = Page(client.get(address(sitting, "ordre-du-jour/")))
        references = [high.action.reference, low.action.reference]
        assert candidates(page) == references
        response = client.post(
            address(sitting, "ordre-du-jour/"), {"action": references}, follow=True
        )
        assert Page(response).messages == ["2 actions à l’ordre du jour."]
        assert [item.action.reference for item in sitting.items] == references

    def test_says_which_session_holds_an_action_already(self, as_user, sitting):
        low, high = Story().evaluated((1, 2, 2, 3)), Story().evaluated((3, 3, 3, 3))
        other = HeldSession(stories=[high], held_on=date(2026, 12, 1))
        page = Page(as_user(sitting.agent).get(address(sitting, "ordre-du-jour/")))
        assert candidates(page) == [low.action.reference]
        assert page.links["séance du 1er décembre 2026"] == address(other)
        assert [plain(cell.text) for cell in page.main.all("td", **{"data-label": "Cumul"})] == [
            "–",
            "6 000 €",
        ]

    def test_adds_up_what_is_ticked_without_a_script(self, as_user):
        sitting = HeldSession(stories=[Story().evaluated()], envelope=15_000)
        first, second = Story().evaluated().action, Story().evaluated().action
        client = as_user(sitting.agent)
        path = address(sitting, "ordre-du-jour/")

        def said(**data):
            page = Page(client.post(path, data) if data else client.get(path))
            ticked = [box["value"] for box in page.main.all("input", name="action", checked="")]
            return ticked, plain(page.main.one("p", **{"data-sum": ""}).text)

        assert said() == (
            [],
            "Rien n’est coché. L’ordre du jour demanderait 6 000 € sur une enveloppe de 15 000 € : "
            "il reste 9 000 €.",
        )
        assert said(action=[first.reference], somme="1") == (
            [first.reference],
            "1 action cochée : 6 000 €. L’ordre du jour demanderait 12 000 € sur une enveloppe de "
            "15 000 € : il reste 3 000 €.",
        )
        assert said(action=[first.reference, second.reference], somme="1")[1] == (
            "2 actions cochées : 12 000 €. L’ordre du jour demanderait 18 000 € sur une enveloppe "
            "de 15 000 € : l’enveloppe est dépassée de 3 000 €."
        )
        assert sitting.session.items.count() == 1

    def test_without_a_tick_says_so(self, as_user, sitting):
        response = as_user(sitting.agent).post(address(sitting, "ordre-du-jour/"), follow=True)
        assert Page(response).messages == ["Cochez au moins une action à mettre à l’ordre du jour."]

    def test_says_which_action_was_taken_meanwhile(self, as_user, sitting):
        other = HeldSession()
        reference = other.stories[0].action.reference
        response = as_user(sitting.agent).post(
            address(sitting, "ordre-du-jour/"), {"action": [reference]}, follow=True
        )
        assert Page(response).messages == [
            f"{reference} : elle est à l’ordre du jour de la séance du 3 décembre 2026."
        ]

    def test_adds_up_what_is_asked_and_says_where_the_envelope_ends(self, as_user):
        sitting = HeldSession(stories=[Story().evaluated()], envelope=15_000)
        for _ in range(2):
            Story().evaluated()
        page = Page(as_user(sitting.agent).get(address(sitting, "ordre-du-jour/")))
        totals = [cell.text for cell in page.main.all("td", **{"data-label": "Cumul"})]
        assert [plain(total) for total in totals] == ["12 000 €", "18 000 €"]
        (end,) = page.main.all("tr", cls="envelope-end")
        assert plain(end.text) == (
            "L’enveloppe de 15 000 € s’arrête ici : l’action n° 2 la dépasserait."
        )

    @pytest.mark.slow
    def test_the_second_page_adds_to_the_first(self, as_user):
        sitting = HeldSession(stories=[], envelope=10**6)
        grid(quorum=2)
        evaluators = [person(Role.EVALUATOR) for _ in range(2)]
        for _ in range(21):
            story = Story()
            story.evaluators = evaluators
            story.evaluated()
        path = address(sitting, "ordre-du-jour/")
        page = Page(as_user(sitting.agent).get(path, {"page": 2}))
        (total,) = page.main.all("td", **{"data-label": "Cumul"})
        assert plain(total.text) == "126 000 €"

    def test_a_closed_agenda_isnt_drawn(self, as_user):
        sitting = closed()
        assert as_user(sitting.agent).get(address(sitting, "ordre-du-jour/")).status_code == 403


def headings(page) -> list[str]:
    """The headings that group the ranking."""
    return [row.text for row in page.main.all("tr", cls="group")]


NARROW = 500  # bytes


def cuts(node: dict) -> list[dict]:
    """The nodes of a plan that keep the first rows only, those asked for each row left out."""
    once = [node for node in node.get("Plans", []) if node["Parent Relationship"] != "SubPlan"]
    below = [cut for child in once for cut in cuts(child)]
    return [node, *below] if node["Node Type"] == "Limit" else below


class TestGroups:
    @prepared
    def reader(self):
        """A member of the committee, and two actions far apart."""
        first = ChallengeFactory(number=1, title="Coopérer")
        second = ChallengeFactory(number=2, title="Innover")
        here, there = CommuneFactory(name="Aubière"), CommuneFactory(name="Royat")
        food = SectorFactory(name="Alimentation")
        Story(
            measure=MeasureFactory(challenge=second, number=1, title="Former"),
            communes=[here],
            sectors=[food],
        ).evaluated()
        Story(
            measure=MeasureFactory(challenge=first, number=2, title="Financer"),
            communes=[here, there],
        ).evaluated()
        return person(Role.COMMITTEE)

    @pytest.fixture
    def client(self, as_user, reader):
        """The member's browser."""
        return as_user(reader)

    @pytest.mark.parametrize(
        ("order", "groups"),
        [
            ("classement", []),
            ("defi", ["Défi 1 : Coopérer", "Défi 2 : Innover"]),
            ("mesure", ["1.2 Financer", "2.1 Former"]),
            ("commune", ["Aubière", "Plusieurs communes"]),
            ("filiere", ["Alimentation", "Plusieurs filières, ou aucune"]),
            ("n’importe quoi", []),
        ],
    )
    def test_follow_the_order_asked_for(self, client, order, groups):
        assert headings(Page(client.get("/commission/", {"tri": order}))) == groups

    @pytest.mark.parametrize(
        ("order", "index"),
        [
            ("", "actions_action_ranking"),
            ("commune", "actions_action_by_commune"),
            ("filiere", "actions_action_by_sector"),
        ],
    )
    def test_read_the_keys_of_a_page_from_an_index_in_its_order(self, client, order, index):
        plans = []

        def explain(execute, statement, parameters, many, context):
            """Plan it as it is asked, parameters apart, where sorting costs too much."""
            if '"disagreement"' in statement:
                with connection.connection.cursor() as cursor:
                    cursor.execute("SET LOCAL enable_sort = off")
                    cursor.execute("SET LOCAL enable_bitmapscan = off")
                    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                    plans.append(cursor.fetchone()[0][0]["Plan"])
            return execute(statement, parameters, many, context)

        with connection.execute_wrapper(explain):
            client.get("/commission/", {"tri": order})
        (plan,) = plans
        (cut,) = cuts(plan)
        (read,) = cut["Plans"]
        assert (read["Node Type"], read["Index Name"]) == ("Index Scan", index)
        assert cut["Plan Width"] <= NARROW


class TestTies:
    def test_say_what_decides(self, as_user):
        for levels in ((3, 2, 2, 1), (2, 2, 2, 2), (2, 2, 2, 2), (1, 1, 2, 2)):
            Story().evaluated(levels)
        page = Page(as_user(person(Role.COMMITTEE)).get("/commission/"))
        rows = page.main.one("tbody").all("th")
        assert [
            next(
                (
                    tie
                    for tie in ("départagées par « Critère 1 »", "déposée avant elle")
                    if tie in row.text
                ),
                "",
            )
            for row in rows
        ] == ["", "départagées par « Critère 1 »", "déposée avant elle", ""]
