"""The dashboard: exact figures, each leading to a list of exactly that many actions."""

from decimal import Decimal
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from actions.enums import ActionStatus, DecisionKind
from actions.models import Action
from actions.services.decisions import propose_decision
from actors.enums import Role
from challenges.enums import ProgrammeState
from challenges.models import Programme
from tests.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    MeasureFactory,
    ProgrammeFactory,
    Story,
    fresh,
    grid,
    member,
    person,
)
from tests.reading import Page

pytestmark = pytest.mark.django_db
DASHBOARD = "/tableau-de-bord/"


class World:
    """Two challenges; challenge 2 has a measure without action."""

    def __init__(self):
        first, second = ChallengeFactory(number=1), ChallengeFactory(number=2)
        one, two = MeasureFactory(challenge=first), MeasureFactory(challenge=first, number=2)
        three = MeasureFactory(challenge=second)
        self.gap = MeasureFactory(challenge=second, number=2)
        Story(title="Brouillon", measure=one)
        self.submitted = Story(title="Proposée", measure=one).submitted()
        Story(title="Complément", measure=one).in_correction()
        Story(title="En évaluation", measure=two).in_evaluation()
        Story(title="Évaluée", measure=three).evaluated()
        Story(title="En vivier", measure=three).postponed()
        Story(title="Priorisée", measure=one).prioritised(amount=4000)
        Story(title="En cours", measure=one).in_progress()
        Story(title="Réalisée", measure=three).completed()
        Story(title="Abandonnée", measure=three).abandoned()
        Story(title="Refus annoncé", measure=one).refusal_announced(BELOW_FLOOR)
        Story(title="Refusée", measure=three).declined()
        Story(title="Irrecevable", measure=one).inadmissible()
        Story(title="Retirée", measure=one).withdrawn()
        Action.objects.create(
            status=ActionStatus.RECORDED, reference="ANT-0001", title="Recensée", challenge=first
        )


@pytest.fixture(scope="class")
def world(django_db_setup, django_db_blocker):
    """One world for the tests of a class, thrown away with its transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def page_of(client) -> Page:
    """The dashboard as somebody sees it."""
    return Page(client.get(DASHBOARD))


def table(page, heading) -> list[list[str]]:
    """The rows of the table below a heading."""
    body = page.main.one(id=heading).parent.one("tbody")
    return [
        [cell.text for cell in row.children if not isinstance(cell, str)] for row in body.all("tr")
    ]


def count_at(client, address) -> int:
    """How many actions the list at `address` has, all pages together."""
    heading = Page(client.get(unescape(address))).main.one(id="resultats").text
    number = heading.split()[0]
    return 0 if number == "Aucune" else int(number)


class TestOverAWorld:
    def test_figures_of_an_agent(self, world, as_user):
        page = page_of(as_user(person(Role.AGENT)))
        figures = page.main.one("dl", cls="figures")
        assert [(f.one("dd").text, f.one("dt").text) for f in figures.all("div")] == [
            ("12", "actions déposées"),
            ("72 000 €", "demandés"),
            ("19 000 €", "accordés"),
            ("30", "emplois créés ou maintenus (ETP)"),
            ("3", "mesures avec une action, sur 4"),
        ]
        assert table(page, "challenges") == [
            ["Défi 1 Titre du défi 1", "2 sur 2", "7", "42 000 €", "9 000 €", "17,5"],
            ["Défi 2 Titre du défi 2", "1 sur 2", "5", "30 000 €", "10 000 €", "12,5"],
        ]
        head = page.main.one(id="states").parent.one("thead")
        assert [cell.text for cell in head.all("th")] == [
            "Défi",
            "À instruire",
            "En évaluation",
            "À décider",
            "En vivier",
            "Priorisées",
            "En cours",
            "Réalisées",
            "Abandonnées",
            "Refusées",
        ]
        assert table(page, "states") == [
            ["Défi 1", "2", "1", "0", "0", "1", "1", "0", "0", "2"],
            ["Défi 2", "0", "0", "1", "1", "0", "0", "1", "1", "1"],
        ]

    def test_figures_of_an_elected_official_start_at_the_closing(self, world, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        figures = page.main.one("dl", cls="figures")
        assert [f.one("dd").text for f in figures.all("div")] == [
            "8",
            "48 000 €",
            "19 000 €",
            "20",
            "2",
        ]
        assert table(page, "states") == [
            ["Défi 1", "0", "0", "1", "1", "0", "0", "1"],
            ["Défi 2", "1", "1", "0", "0", "1", "1", "1"],
        ]
        assert page.main.one("p", cls="lead").text.endswith(
            "d’après les actions que vous pouvez consulter : évaluées, décidées ou publiées."
        )

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ELECTED, Role.COMMITTEE])
    def test_figures_lead_to_lists_of_exactly_that_many_actions(self, world, as_user, role):
        client = as_user(person(role))
        page = page_of(client)
        wrong, checked = [], 0
        for section in ("states", "challenges"):
            body = page.main.one(id=section).parent.one("tbody")
            for link in body.all("a"):
                if link.text.isdecimal():
                    checked += 1
                    if count_at(client, link["href"]) != int(link.text):
                        wrong.append((link["href"], link.text))
        total = page.main.one("dl", cls="figures").all("a")[0]
        assert count_at(client, total["href"]) == int(total.text)
        assert wrong == []
        assert checked >= 9

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ELECTED])
    def test_figures_of_money_and_jobs_lead_to_the_actions_they_add_up(self, world, as_user, role):
        client = as_user(person(role))
        page = page_of(client)
        total = page.main.one("dl", cls="figures").all("a")
        counted = [count_at(client, link["href"]) for link in total[:4]]
        everything = int(total[0].text)
        assert counted == [everything, everything, 4, everything]
        granted = Action.objects.filter(status__in=ActionStatus.GRANTED)
        assert sum(granted.values_list("amount_granted", flat=True)) == Decimal(19000)

    def test_gaps_are_the_measures_that_no_visible_action_answers(self, world, as_user):
        for role, gaps in (
            (Role.AGENT, ["2.2 Intitulé de la mesure 2"]),
            (Role.ELECTED, ["1.2 Intitulé de la mesure 2", "2.2 Intitulé de la mesure 2"]),
        ):
            page = page_of(as_user(person(role)))
            section = page.main.one(id="gaps")
            assert section.text == f"Mesures sans action ({len(gaps)})"
            assert [link.text for link in section.parent.all("a")] == gaps

    def test_latest_decisions_come_first_five_at_most(self, world, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        lines = page.main.one(id="decisions").parent.all("li")
        assert [line.text.partition(" : ")[2] for line in lines] == [
            "refus annoncé, Refusée",
            "refus annoncé, Refus annoncé",
            "priorisée, Abandonnée (5 000 €)",
            "priorisée, Réalisée (5 000 €)",
            "priorisée, En cours (5 000 €)",
        ]


class TestOtherProgrammes:
    def test_are_neither_counted_nor_listed(self, as_user):
        old = ProgrammeFactory()
        measure = MeasureFactory(challenge=ChallengeFactory(programme=old))
        Story(title="Ancienne", measure=measure).prioritised()
        Programme.objects.filter(pk=old.pk).update(state=ProgrammeState.ARCHIVED)
        current = ProgrammeFactory(code="2027-2031")
        grid(current)
        measure = MeasureFactory(challenge=ChallengeFactory(programme=current))
        Story(title="Nouvelle", measure=measure).prioritised()
        client = as_user(person(Role.AGENT))
        total = page_of(client).main.one("dl", cls="figures").all("a")
        assert [link.text for link in total[:3]] == ["1", "6 000 €", "5 000 €"]
        assert [count_at(client, link["href"]) for link in total[:3]] == [1, 1, 1]

    def test_without_any_current_the_page_says_so(self, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        assert page.main.one("p", cls="empty").text == "Aucun programme n’est en cours."


def test_a_decision_that_waits_is_none(as_user):
    story = Story().evaluated()
    propose_decision(
        action=story.action, kind=DecisionKind.POSTPONE, by=fresh(story.members[0]), reason="R"
    )
    page = page_of(as_user(story.members[0]))
    assert page.main.one(id="decisions").parent.one("p").text == ("Aucune décision pour le moment.")


def test_nobody_else_has_a_dashboard(as_user):
    assert Client().get(DASHBOARD).headers["Location"] == f"/connexion/?next={DASHBOARD}"
    for user in (member(Story().carrier), person(Role.EVALUATOR), person(Role.ADMINISTRATOR)):
        assert as_user(user).get(DASHBOARD).status_code == 404
