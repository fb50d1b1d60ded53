"""The dashboard: exact figures, each leading to a list of exactly that many actions."""

from collections import Counter
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from actions.committee.services.decisions import propose_decision
from actions.enums import ActionStatus, DecisionKind
from actions.models import Action
from actors.enums import Role
from challenges.enums import ProgrammeState
from challenges.models import Programme
from tests.plugins.prepared import prepared
from tests.support.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    ProgrammeFactory,
    Story,
    fresh,
    grid,
    member,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
DASHBOARD = "/tableau-de-bord/"


def figures_of(page: Page) -> list[str]:
    """The figures at the head of a page."""
    return [value.text for value in page.main.one("dl", cls="figures").all("dd")]


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


@prepared
def world() -> World:
    """An action in every status, over two challenges."""
    return World()


def page_of(client) -> Page:
    """The dashboard as somebody sees it."""
    return Page(client.get(DASHBOARD))


def table(page, heading) -> list[list[str]]:
    """The rows of the first table below a heading."""
    body = page.main.one(id=heading).parent.all("tbody")[0]
    return [
        [cell.text for cell in row.children if not isinstance(cell, str)] for row in body.all("tr")
    ]


def count_at(client, address) -> int:
    """How many actions the list at `address` has, all pages together."""
    heading = Page(client.get(unescape(address))).main.one(id="resultats").text
    number = heading.split()[0]
    return 0 if number == "Aucune" else int(number)


def counting_links(page) -> list[tuple[str, int]]:
    """The address and the number of each link that counts actions: not euros, jobs or days."""
    links = []
    for link in page.main.all("a"):
        number = link.text.split()[0]
        label = link.get("aria-label")
        amounts = any(unit in label for unit in ("€", "emplois", "jour"))
        counts = not amounts and ("action" in link.text or "€" not in link.text)
        if number.isdecimal() and link["href"].startswith("/") and counts:
            links.append((link["href"], int(number)))
    return links


class TestOverAWorld:
    def test_figures_of_an_agent(self, world, as_user):
        page = page_of(as_user(person(Role.AGENT)))
        figures = page.main.one("dl", cls="figures")
        assert [(f.one("dd").text, f.one("dt").text) for f in figures.all("div")] == [
            ("12", "actions déposées"),
            ("2", "mesures engagées, sur 4"),
            ("72 000 €", "demandés"),
            ("14 000 €", "accordés, actions financées"),
            ("7,5", "emplois créés ou maintenus, prévus par les actions financées (ETP)"),
        ]
        assert [row[:6] for row in table(page, "defis")] == [
            ["Défi 1 Titre du défi 1", "1 sur 2", "7", "42 000 €", "9 000 €", "5"],
            ["Défi 2 Titre du défi 2", "1 sur 2", "5", "30 000 €", "5 000 €", "2,5"],
        ]
        assert [[row[0], row[1], *row[3:]] for row in table(page, "etapes")] == [
            ["À instruire", "2", "2", "0", "0 j", "0 j"],
            ["En évaluation", "1", "1", "0", "0 j", "0 j"],
            ["À décider", "1", "0", "1", "0 j", "0 j"],
            ["En vivier", "1", "0", "1", "0 j", "0 j"],
            ["Priorisées", "1", "1", "0", "0 j", "0 j"],
            ["En cours", "1", "1", "0", "0 j", "0 j"],
            ["Réalisées", "1", "0", "1", "–", "–"],
            ["Abandonnées", "1", "0", "1", "–", "–"],
            ["Refus annoncés", "2", "2", "0", "0 j", "0 j"],
            ["Refusées", "1", "0", "1", "–", "–"],
        ]

    def test_figures_of_an_elected_official_start_at_the_closing(self, world, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        figures = page.main.one("dl", cls="figures")
        assert [f.one("dd").text for f in figures.all("div")] == [
            "8",
            "2",
            "48 000 €",
            "14 000 €",
            "7,5",
        ]
        assert [[row[0], *row[3:5]] for row in table(page, "etapes")] == [
            ["À décider", "0", "1"],
            ["En vivier", "0", "1"],
            ["Priorisées", "1", "0"],
            ["En cours", "1", "0"],
            ["Réalisées", "0", "1"],
            ["Abandonnées", "0", "1"],
            ["Refus annoncés", "1", "0"],
            ["Refusées", "0", "1"],
        ]
        assert page.main.one("p", cls="lead").text.endswith(
            "d’après les actions que vous pouvez consulter."
        )

    @pytest.mark.parametrize(
        "role",
        [
            Role.ELECTED,
            pytest.param(Role.AGENT, marks=pytest.mark.slow),
            pytest.param(Role.COMMITTEE, marks=pytest.mark.slow),
        ],
    )
    def test_figures_lead_to_lists_of_exactly_that_many_actions(self, world, as_user, role):
        client = as_user(person(role))
        page = page_of(client)
        links = counting_links(page)
        wrong = [
            (address, number) for address, number in links if count_at(client, address) != number
        ]
        assert wrong == []
        assert Counter(address.partition("?")[0] for address, _ in links) == {
            "/actions/": {Role.AGENT: 40, Role.ELECTED: 31, Role.COMMITTEE: 31}[role]
        }

    def test_delays_lead_to_the_actions_that_wait(self, world, as_user):
        client = as_user(person(Role.AGENT))
        delays = [
            link
            for link in page_of(client).main.one(id="etapes").parent.all("a")
            if "/attentes/" in link["href"]
        ]
        assert [(link["href"], count_at(client, link["href"])) for link in delays] == [
            ("/tableau-de-bord/attentes/instruire/", 2),
            ("/tableau-de-bord/attentes/evaluer/", 1),
            ("/tableau-de-bord/attentes/decider/", 1),
            ("/tableau-de-bord/attentes/vivier/", 1),
            ("/tableau-de-bord/attentes/priorisees/", 1),
            ("/tableau-de-bord/attentes/en-cours/", 1),
            ("/tableau-de-bord/attentes/refus-annonces/", 2),
        ]

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ELECTED])
    def test_figures_of_money_and_jobs_lead_to_the_actions_they_add_up(self, world, as_user, role):
        client = as_user(person(role))
        page = page_of(client)
        total = page.main.one("dl", cls="figures").all("a")
        counted = [count_at(client, total[position]["href"]) for position in (0, 2, 3, 4)]
        everything = int(total[0].text)
        assert counted == [everything, everything, 3, 3]
        funded = Action.objects.filter(status__in=ActionStatus.FUNDED)
        assert sum(funded.values_list("amount_granted", flat=True)) == Decimal(14000)

    def test_one_figure_has_one_meaning_whoever_reads(self, world, as_user):
        """On the home page, the challenges' own, the measures' own, and every dashboard."""
        home = figures_of(Page(Client().get("/")))
        dashboards = [
            figures_of(page_of(as_user(person(role))))
            for role in (Role.AGENT, Role.ELECTED, Role.COMMITTEE)
        ]
        challenges = [figures_of(Page(Client().get(f"/defis/{number}/"))) for number in (1, 2)]

        assert [figures[2:] for figures in dashboards] == [["72 000 €", "14 000 €", "7,5"]] + [
            ["48 000 €", "14 000 €", "7,5"]
        ] * 2
        assert [figures[1] for figures in dashboards] == ["2"] * 3
        assert home == ["4", "3", "7,5", "14 000 €"]
        assert "2 engagées" in Page(Client().get("/")).main.one("dl", cls="figures").text
        assert challenges == [["1", "2", "9 000 €", "5"], ["1", "1", "5 000 €", "2,5"]]
        for challenge, measure, said in (
            (1, 1, "Mesure engagée : 1 action priorisée et 1 action en cours."),
            (2, 1, "Mesure engagée : 1 action réalisée et 1 action abandonnée."),
            (2, 2, "Mesure pas encore engagée : aucune action financée n’y répond."),
        ):
            page = Page(Client().get(f"/defis/{challenge}/mesures/{measure}/"))
            assert said in [line.text for line in page.main.all("p")]

    def test_money_of_abandoned_actions_is_told_apart(self, world, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        said = [line for line in page.main.all("a") if "abandonnée" in line.text]
        assert [line.text for line in said][:1] == [
            "1 action abandonnée ne compte plus : 5 000 € étaient accordés."
        ]

    def test_gaps_are_the_measures_without_funded_action_whoever_reads(self, world, as_user):
        sentence = "2 mesures sur 4 n’ont encore aucune action financée."
        gaps = ["1.2 Intitulé de la mesure 2", "2.2 Intitulé de la mesure 2"]
        for role in (Role.AGENT, Role.ELECTED):
            page = page_of(as_user(person(role)))
            (said,) = [link for link in page.main.all("a") if link.text == sentence]
            assert said["href"] == "#sans-action"
            assert [link.text for link in page.main.one(id="sans-action").all("a")] == gaps
            hollow = [tile.one("span", cls="code").text for tile in page.all(cls="measure-gap")]
            assert hollow == [gap.split()[0] for gap in gaps]

    def test_communes_without_funded_action_are_those_of_any_reader(self, world, as_user):
        CommuneFactory(name="Nohanent", population=2000)
        CommuneFactory(name="Durtol")
        told = set()
        for role in (Role.AGENT, Role.ELECTED):
            page = page_of(as_user(person(role)))
            (said,) = [line for line in page.main.all("li") if "communes sur" in line.text]
            listed = page.main.one(id="communes-sans-action")
            names = [span.text for span in listed.all("span")]
            assert said.one("a")["href"] == "#communes-sans-action"
            assert {"Durtol", "Nohanent"} < set(names)
            assert said.text == f"{len(names)} communes sur 16 n’ont encore aucune action financée."
            told.add(tuple(names))
        funded = Action.objects.filter(status__in=ActionStatus.FUNDED)
        (names,) = told
        assert len(names) == 16 - len(set(funded.values_list("communes", flat=True)))

    def test_latest_decisions_come_first_five_at_most(self, world, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        rows = [[row[1], row[2].split(" Structure")[0], row[3]] for row in table(page, "decisions")]
        assert rows == [
            ["Refus annoncé", "Refusée", "–"],
            ["Refus annoncé", "Refus annoncé", "–"],
            ["Priorisée", "Abandonnée", "5 000 € accordés"],
            ["Priorisée", "Réalisée", "5 000 € accordés"],
            ["Priorisée", "En cours", "5 000 € accordés"],
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
        assert [total[position].text for position in (0, 2, 3)] == ["1", "6 000 €", "5 000 €"]
        assert [count_at(client, total[position]["href"]) for position in (0, 2, 3)] == [1, 1, 1]
        assert [row[2].split()[0] for row in table(page_of(client), "decisions")] == ["Nouvelle"]

    def test_without_any_current_the_page_says_so(self, as_user):
        page = page_of(as_user(person(Role.ELECTED)))
        assert page.main.one("div", cls="empty").text == (
            "Aucun programme n’est en cours : il n’y a rien à compter."
        )


def test_a_decision_that_waits_is_none(as_user):
    story = Story().evaluated()
    propose_decision(
        action=story.action, kind=DecisionKind.POSTPONE, by=fresh(story.members[0]), reason="R"
    )
    page = page_of(as_user(story.members[0]))
    assert page.main.one(id="decisions").parent.one("div", cls="empty").text == (
        "La commission n’a encore pris aucune décision."
    )


def test_nobody_else_has_a_dashboard(as_user):
    assert Client().get(DASHBOARD).headers["Location"] == f"/connexion/?next={DASHBOARD}"
    for user in (member(Story().carrier), person(Role.EVALUATOR), person(Role.ADMINISTRATOR)):
        assert as_user(user).get(DASHBOARD).status_code == 404
