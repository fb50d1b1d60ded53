"""Home, programme, challenges, measures: the promise word for word, and how it is kept."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from actions.models import Action
from actors.enums import Role
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Programme
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import prepared
from tests.support.factories import (
    ChallengeFactory,
    MeasureFactory,
    OrganisationFactory,
    ProgrammeFactory,
    Story,
    grid,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
FILE = Path("challenges/data/programme-2016-2020.json")


def texts(data):
    """Every text of the programme's file that people should read."""
    for key, value in data.items():
        if key in ("code", "starts_on", "ends_on"):
            continue
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from texts(value)
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, str):
                    yield row
                else:
                    yield from texts(row)


def folded(text: str) -> str:
    """The text with its white space folded."""
    return " ".join(text.split())


def filled(form) -> dict[str, str]:
    """What a form sends as it stands."""
    return {field["name"]: field.get("value") for field in form.all("input")}


class TestProgramme:
    def test_says_every_word_of_the_file(self):
        call_command("load_programme", str(FILE), verbosity=0)
        data = json.loads(FILE.read_text())
        shown = Page(Client().get("/programme/")).main.text
        expected = list(texts(data))
        assert len(expected) > 60
        assert [text for text in expected if folded(text) not in shown] == []

    def test_gives_the_rules_of_its_grid(self):
        grid(quorum=4, threshold=55, weights=(2, 1, 1, 1), floors=(3, 1, 1, 1))
        ChallengeFactory()
        page = Page(Client().get("/programme/"))
        conditions = page.main.one(id="criteres").parent.one("div", cls="prose").all("li")
        assert [condition.text for condition in conditions] == [
            "au moins 4 évaluations complètes ont été rendues ;",
            "chaque critère atteint son plancher, que rien ne compense ;",
            "le total atteint 55 sur 100.",
        ]
        first = page.main.one("ol", cls="criteria").all("li", cls="panel")[0]
        assert first.one("p", cls="small").text == "Poids : 2 · Plancher : niveau 3"

    def test_archived_stays_readable_and_says_so(self):
        ProgrammeFactory()
        old = ProgrammeFactory(
            code="2010-2014",
            title="L’ancien",
            state=ProgrammeState.ARCHIVED,
            starts_on="2010-01-01",
        )
        MeasureFactory(challenge=ChallengeFactory(programme=old), title="Ancienne mesure")
        page = Page(Client().get("/programme/2010-2014/"))
        assert page.title == "L’ancien"
        assert page.main.one("div", cls="notice-warning").one("strong").text == "Programme archivé."
        assert (
            page.main.one("ol", cls="measures").one("span", cls="title").text == "Ancienne mesure"
        )
        assert page.main.one("ol", cls="measures").all("a") == []
        assert "/programme/2010-2014/" in Page(Client().get("/programme/")).links.values()

    def test_in_preparation_is_not_shown(self):
        ProgrammeFactory()
        ProgrammeFactory(code="2030", title="Le suivant", state=ProgrammeState.PREPARATION)
        assert Client().get("/programme/2030/").status_code == 404
        assert "Le suivant" not in Client().get("/programme/").content.decode()

    def test_without_any_is_not_found_and_home_says_so(self):
        assert Client().get("/programme/").status_code == 404
        page = Page(Client().get("/"))
        assert page.title == "L’économie sociale et solidaire du territoire"
        assert page.main.one("p", cls="lead").text.startswith("Aucun programme n’est en cours")

    def test_archived_challenges_have_no_page_of_their_own(self):
        old = ProgrammeFactory(code="old", state=ProgrammeState.ARCHIVED)
        MeasureFactory(challenge=ChallengeFactory(programme=old, number=7))
        assert Client().get("/defis/7/").status_code == 404
        assert Client().get("/defis/7/mesures/1/").status_code == 404


class TestChallengeAndMeasure:
    @prepared
    def challenge(self):
        """A challenge with two measures: one kept, one not."""
        challenge = ChallengeFactory(number=2, title="Soutenir")
        Story(title="Priorisée", measure=MeasureFactory(challenge=challenge)).prioritised()
        MeasureFactory(challenge=challenge, number=2)
        Story(title="Proposée", measure=MeasureFactory(challenge=challenge, number=2)).submitted()
        return challenge

    def test_challenge_counts_public_actions_by_measure(self, challenge):
        page = Page(Client().get("/defis/2/"))
        assert page.title == "Soutenir"
        measures = page.main.one("ol", cls="measures").all("li")
        assert [row.text for row in measures] == [
            "2.1 Intitulé de la mesure 1 Pas de point d’étape publié 1 action, mesure 2.1",
            "2.2 Intitulé de la mesure 2 Pas de point d’étape publié Aucune action publiée",
        ]
        rows = page.main.one(id="actions").parent.parent.all("li", cls="row-item")
        assert [row.one("h3").text for row in rows] == ["Priorisée"]

    def test_measure_shows_its_public_actions(self, challenge):
        page = Page(Client().get("/defis/2/mesures/1/"))
        assert [row.one("h3").text for row in page.main.all("li", cls="row-item")] == ["Priorisée"]
        empty = Page(Client().get("/defis/2/mesures/2/"))
        assert empty.main.one(id="sans-action").text == (
            "Aucune action financée ne répond encore à cette mesure"
        )

    def test_challenge_says_first_which_measures_have_no_action(self, challenge):
        Story(measure=MeasureFactory(challenge=challenge, number=3)).abandoned()
        Story(measure=MeasureFactory(challenge=challenge, number=2)).postponed()
        page = Page(Client().get("/defis/2/"))
        notice = page.main.one("section", cls="gap-notice")
        assert notice.one("h2").text == "2 mesures sur 3 n’ont encore aucune action financée"
        assert [line.text for line in notice.all("li")] == [
            "2.2 Intitulé de la mesure 2 Proposer une action sur la mesure 2.2",
            "2.3 Intitulé de la mesure 3 Proposer une action sur la mesure 2.3",
        ]
        sides = [
            line.one("span", cls="side") for line in page.main.one("ol", cls="measures").all("li")
        ]
        assert [side.text for side in sides][2] == (
            "Pas de point d’étape publié 1 action abandonnée, mesure 2.3"
        )

    def test_challenge_names_the_others_by_their_own_numbers(self, challenge):
        ChallengeFactory(number=7, title="Un autre défi")
        siblings = Page(Client().get("/defis/2/")).main.one("nav", cls="siblings")
        assert [row.text for row in siblings.all("li")] == [
            f"Défi 2 {challenge.title}",
            "Défi 7 Un autre défi",
        ]

    def test_challenge_without_gap_says_nothing_of_it(self):
        Story(measure=MeasureFactory()).prioritised()
        page = Page(Client().get("/defis/1/"))
        assert page.main.all(cls="gap-notice") == []

    def test_public_figures_are_the_same_for_everybody_and_lead_to_their_list(
        self, challenge, as_user
    ):
        first = MeasureFactory(challenge=challenge)
        Story(title="En cours", measure=first).in_progress()
        for client in (Client(), as_user(person(Role.AGENT))):
            page = Page(client.get("/defis/2/"))
            figures = page.main.one("dl", cls="figures")
            assert [(f.one("dd").text, f.one("dt").text) for f in figures.all("div")] == [
                ("1", "mesure engagée, sur 2"),
                ("2", "actions financées"),
                ("10 000 €", "accordés par Clermont Communauté"),
                ("5", "emplois créés ou maintenus, prévus par ces actions (ETP)"),
            ]
            (counted,) = [
                link
                for link in page.main.one("ol", cls="measures").all("a")
                if link.text.startswith("2 actions")
            ]
            assert Page(client.get(counted["href"])).main.one(id="resultats").text == (
                "2 actions pour ces filtres"
            )
            page = Page(client.get("/defis/2/mesures/1/"))
            figures = page.main.one("dl", cls="figures")
            assert [f.one("dd").text for f in figures.all("div")] == ["2", "10 000 €", "5", "2"]

    def test_organisations_are_those_of_public_actions_linked_when_published(self, challenge):
        first = MeasureFactory(challenge=challenge)
        partner = OrganisationFactory(name="Partenaire")
        hidden = OrganisationFactory(name="Sans fiche", is_published=False)
        Story(title="Une", measure=first, carrier=hidden, partners=[partner]).in_progress()
        Story(measure=first, carrier=OrganisationFactory(name="Indécise")).evaluated()
        page = Page(Client().get("/defis/2/mesures/1/"))
        section = page.main.one(id="structures").parent
        assert section.one("h2").text == "3 structures engagées"
        chips = section.all("li", cls="chip")
        assert [chip.text for chip in chips][:2] == ["Partenaire", "Sans fiche"]
        assert [len(chip.all("a")) for chip in chips] == [1, 0, 1]
        assert Page(Client().get("/defis/2/")).main.one(id="structures").text == (
            "3 structures engagées"
        )

    @pytest.mark.slow
    def test_twelve_organisations_and_ten_actions_at_most(self, challenge):
        first = MeasureFactory(challenge=challenge)
        partners = [OrganisationFactory() for _ in range(12)]
        for _ in range(10):
            Story(measure=first, partners=partners).prioritised()
        page = Page(Client().get("/defis/2/mesures/1/"))
        assert len(page.main.all("li", cls="row-item")) == 10
        assert len(page.main.all("li", cls="chip")) == 12
        everything = page.main.one(id="actions").following
        assert everything.text == "Toutes les actions de cette mesure"
        assert Page(Client().get(everything["href"])).main.one(id="resultats").text == (
            "11 actions pour ces filtres"
        )

    def test_proposing_from_a_measure_keeps_it_through_the_sign_in(self, challenge):
        grid()
        measure = challenge.measures.get(number=2)
        client = Client()
        page = Page(client.get("/defis/2/mesures/2/"))
        (link,) = [
            link for link in page.main.all("a") if link.text.startswith("Proposer une action")
        ]
        start = Page(client.get(link["href"]))
        form = start.main.one("form", cls="form-narrow")
        asked = client.post(form["action"], filled(form) | {"email": "a@example.org"}, follow=True)
        code = re.search(
            r"^[A-Z0-9-]{6,}$", OutgoingMail.objects.get(secret=True).text, re.MULTILINE
        )[0]
        (form,) = [form for form in Page(asked).main.all("form") if form.all("input", name="code")]
        answer = client.post(form["action"], filled(form) | {"code": code}, follow=True)
        address, _ = answer.redirect_chain[-1]
        client.post(address, Page(answer).form | {"go": "mesure"})
        assert Action.objects.get(created_by__email="a@example.org").measure == measure

    @pytest.mark.parametrize(
        "path",
        [
            "/defis/9/",
            "/defis/0/",
            "/defis/2/mesures/9/",
            f"/defis/{'9' * 30}/",
            f"/defis/2/mesures/{'9' * 30}/",
        ],
    )
    def test_unknown_are_not_found(self, challenge, path):
        response = Client().get(path)
        assert (response.status_code, Page(response).title) == (404, "Cette page est introuvable")


class TestHome:
    def test_gives_the_figures_of_what_was_granted(self):
        first, second = ChallengeFactory(number=1), ChallengeFactory(number=2)
        MeasureFactory(challenge=first, number=2)
        MeasureFactory(challenge=second)
        measure = MeasureFactory(challenge=first)
        Story(title="Une", measure=measure).prioritised(amount=4000)
        Story(title="Deux", measure=measure).in_progress()
        Story(title="Ni comptée ni montrée", measure=MeasureFactory(challenge=second)).postponed()
        page = Page(Client().get("/"))
        figures = page.main.one("dl", cls="figures")
        assert [(f.one("dd").text, f.one("dt").text) for f in figures.all("div")] == [
            ("3", "mesures, dont 1 engagée"),
            ("2", "actions financées"),
            ("5", "emplois créés ou maintenus, prévus par ces actions (ETP)"),
            ("9 000 €", "accordés par Clermont Communauté"),
        ]
        cards = page.main.all("div", cls="challenge-card")
        assert [card.one("p", cls="meta").text for card in cards] == [
            "1 mesure engagée sur 2 1 sans action financée",
            "0 mesure engagée sur 1 1 sans action financée",
        ]
        assert [card.one("h3").text for card in page.main.all("li", cls="card-item")] == [
            "Deux",
            "Une",
        ]

    def test_shows_three_actions_at_most(self):
        for _ in range(4):
            Story().prioritised()
        assert len(Page(Client().get("/")).main.all("li", cls="card-item")) == 3


def test_the_current_programme_is_the_one_shown():
    call_command("load_programme", str(FILE), verbosity=0)
    assert Programme.objects.get().is_current
    assert Challenge.objects.of_current_programme().count() == 5
