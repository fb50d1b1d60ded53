"""The public list: filters and pages in the address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from actions.models import Action
from challenges.enums import ProgrammeState
from tests.plugins.prepared import prepared
from tests.support.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    ProgrammeFactory,
    SectorFactory,
    Story,
)
from tests.support.public_list import LIST, listed, recorded
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@prepared
def actions() -> None:
    """Three granted actions and a recorded one, told apart by everything."""
    first, second = ChallengeFactory(number=1), ChallengeFactory(number=2)
    beaumont = CommuneFactory(name="Beaumont", insee_code="64445")
    food = SectorFactory(slug="alimentation")
    measure = MeasureFactory(challenge=first)
    Story(title="A", measure=measure, communes=[beaumont]).prioritised()
    measure = MeasureFactory(challenge=first, number=2)
    Story(title="B", measure=measure, sectors=[food]).completed()
    measure = MeasureFactory(challenge=second)
    Story(title="C", measure=measure, communes=[beaumont]).prioritised()
    recorded(title="D", challenge=second, recorded_year=2014)


class TestFilters:
    def test_is_latest_first_then_recorded(self, actions):
        assert listed() == ["C", "B", "A", "D"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?defi=1", ["B", "A"]),
            ("?defi=2", ["C", "D"]),
            ("?commune=64445", ["C", "A"]),
            ("?filiere=alimentation", ["B"]),
            ("?etat=priorisee", ["C", "A"]),
            ("?etat=realisee&etat=recensee", ["B", "D"]),
            ("?defi=1&commune=64445", ["A"]),
            ("?defi=1&filiere=alimentation&etat=recensee", []),
            ("?q=ANT-0001", ["D"]),
            ("?q=épicerie+ouverte", ["C", "B", "A"]),
            # What makes no sense filters nothing.
            ("?defi=x", ["C", "B", "A", "D"]),
            ("?defi=99", ["C", "B", "A", "D"]),
            ("?defi=" + "9" * 30, ["C", "B", "A", "D"]),
            ("?mesure=" + "9" * 30, ["C", "B", "A", "D"]),
            ("?mesure=%00", ["C", "B", "A", "D"]),
            ("?commune=%00", ["C", "B", "A", "D"]),
            ("?filiere=%00", ["C", "B", "A", "D"]),
            ("?etat=%00", ["C", "B", "A", "D"]),
            ("?q=%00", ["C", "B", "A", "D"]),
            ("?q=" + "a" * 200, []),
            ("?q=" + "ANT-0001" + "%20" * 200 + "rien", ["D"]),
            ("?q=e%CC%81picerie", ["C", "B", "A"]),
            ("?etat=proposee&etat=realisee", ["B"]),
            ("?q=%25", []),
            ("?q=_", []),
            ("?etat=brouillon", ["C", "B", "A", "D"]),
            ("?etat=proposee", ["C", "B", "A", "D"]),
        ],
    )
    def test_filters_are_in_the_address(self, actions, query, found):
        assert listed(query) == found

    def test_a_measure_keeps_its_own(self, actions):
        measure = Action.objects.get(title="B").measure
        assert listed(f"?mesure={measure.pk}") == ["B"]

    def test_a_programme_keeps_its_own_once_there_are_two(self, actions):
        assert Page(Client().get(LIST)).main.all("select", name="programme") == []
        old = ProgrammeFactory(code="2016", state=ProgrammeState.ARCHIVED)
        recorded(2, title="E", challenge=ChallengeFactory(programme=old))
        assert listed("?programme=2016") == ["E"]
        assert listed("?programme=2022-2026") == ["C", "B", "A", "D"]

    def test_the_form_shows_the_filters_in_force(self, actions):
        page = Page(Client().get(f"{LIST}?defi=1&etat=realisee&q=ouverte"))
        form = page.main.one("form")
        assert form.one("input", name="q")["value"] == "ouverte"
        (chosen,) = [
            o for o in form.one("select", name="defi").all("option") if "selected" in o.attributes
        ]
        assert chosen["value"] == "1"
        boxes = form.all("input", type="checkbox", name="etat")
        assert [b["value"] for b in boxes if "checked" in b.attributes] == ["realisee"]
        # Only the states that lead somewhere beside the other filters.
        assert [b["value"] for b in boxes] == ["priorisee", "realisee"]
        assert page.main.one(id="resultats").text == "1 action pour ces filtres"

    @pytest.mark.parametrize(
        "query", ["", "?defi=1", "?etat=priorisee", "?q=épicerie&commune=64445"]
    )
    def test_each_choice_says_how_many_it_gives(self, actions, query):
        main = Page(Client().get(LIST + query)).main
        said = {}
        for select in main.one("form").all("select"):
            for option in select.all("option"):
                if option["value"] and select["name"] != "tri":
                    other = "&".join(
                        part for part in query[1:].split("&") if not part.startswith(select["name"])
                    )
                    choice = f"?{other}&{select['name']}={option['value']}"
                    said[choice] = int(option.text.rsplit("(")[-1].rstrip(")"))
        assert said == {choice: len(listed(choice)) for choice in said}
        assert len(said) >= 3

    def test_states_say_how_many_they_give(self, actions):
        main = Page(Client().get(f"{LIST}?defi=2")).main
        boxes = main.one("form").all("div", cls="form-check")
        assert [box.text for box in boxes] == ["Priorisée (1)", "Recensée (1)"]

    def test_filters_in_use_can_be_removed_one_by_one(self, actions):
        main = Page(
            Client().get(f"{LIST}?q=ANT-0001&defi=2&etat=recensee&etat=realisee&page=1")
        ).main
        chips = {chip.text: parse_qs(urlsplit(chip["href"]).query) for chip in main.all(cls="chip")}
        assert chips == {
            "Enlever le filtre Rechercher : « ANT-0001 »": {
                "defi": ["2"],
                "etat": ["recensee", "realisee"],
            },
            "Enlever le filtre État : Recensée": {
                "q": ["ANT-0001"],
                "defi": ["2"],
                "etat": ["realisee"],
            },
            "Enlever le filtre État : Réalisée": {
                "q": ["ANT-0001"],
                "defi": ["2"],
                "etat": ["recensee"],
            },
            "Enlever le filtre Défi : 2": {"q": ["ANT-0001"], "etat": ["recensee", "realisee"]},
        }
        assert listed("?q=ANT-0001&defi=2&etat=recensee&etat=realisee") == ["D"]

    def test_the_order_follows_the_search_until_one_is_chosen(self, actions):
        def orders(query):
            options = Page(Client().get(LIST + query)).main.one("select", name="tri").all("option")
            return [(o["value"], o.text, "selected" in o.attributes) for o in options]

        others = [
            ("titre", "Titre, de A à Z", False),
            ("montant", "Montant décidé, du plus grand au plus petit", False),
        ]
        assert orders("") == [("", "Les plus récentes d’abord", True), *others]
        assert orders("?q=mot") == [
            ("", "Pertinence", True),
            ("recentes", "Les plus récentes d’abord", False),
            *others,
        ]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?tri=titre", ["A", "B", "C", "D"]),
            ("?tri=recentes", ["C", "B", "A", "D"]),
            ("?tri=n-importe-quoi", ["C", "B", "A", "D"]),
            ("?tri=titre&q=épicerie", ["A", "B", "C"]),
        ],
    )
    def test_sorts(self, actions, query, found):
        assert listed(query) == found

    def test_best_answers_come_first(self, actions):
        Story(title="Une épicerie").prioritised()
        Story(title="E").prioritised()
        assert listed("?q=epicerie") == ["Une épicerie", "E", "C", "B", "A"]

    def test_what_is_found_is_marked(self, actions):
        main = Page(Client().get(f"{LIST}?q=EPICERIES&defi=1&commune=64445")).main
        assert [mark.text for mark in main.all("mark")] == ["épicerie"]

    def test_htmx_gets_the_list_its_choices_and_what_to_announce(self, actions):
        response = Client().get(f"{LIST}?q=&defi=1&tri=", headers={"HX-Request": "true"})
        assert response["Vary"] == "HX-Request, HX-History-Restore-Request, Cookie, Accept-Encoding"
        page = Page(response)
        parts = [node for node in page.root.children if not isinstance(node, str)]
        assert [(node.tag, node.get("id"), node.get("hx-swap-oob")) for node in parts] == [
            ("div", "liste", ""),
            ("details", "choix", "true"),
            ("div", "", "innerHTML:#annonce"),
        ]
        assert parts[-1].text == "2 actions"
        assert response["HX-Replace-Url"] == f"{LIST}?defi=1"

    def test_going_back_to_the_list_gives_the_whole_page(self, actions):
        headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
        assert Page(Client().get(LIST, headers=headers)).main.one("h1").text == "Les actions"

    def test_a_chip_removes_its_filter_however_it_was_written(self, actions):
        key = Action.objects.get(title="B").measure_id
        (chip,) = Page(Client().get(f"{LIST}?mesure=0{key}")).main.all(cls="chip")
        assert chip["href"] == LIST

    @pytest.mark.parametrize("number", ["0", "2", "x", "9" * 30])
    def test_a_page_that_is_not_there_is_not_found(self, actions, number):
        assert Client().get(f"{LIST}?page={number}").status_code == 404

    def test_of_nothing_found_offers_to_forget_the_filters(self, actions):
        page = Page(Client().get(f"{LIST}?q=introuvable"))
        assert page.links["Voir toutes les actions"] == LIST


class TestList:
    def test_sorts_by_amount_unknown_ones_last(self):
        for title, amount in (("A", 3), ("B", 9), ("C", 1)):
            Story(title=title).prioritised(amount)
        recorded(title="D")
        assert listed("?tri=montant") == ["B", "A", "C", "D"]

    def test_pages_and_filters_keep_each_other(self):
        challenge = ChallengeFactory(number=2)
        for number in range(1, 46):
            recorded(number, challenge=challenge)
        recorded(46)
        page = Page(Client().get(f"{LIST}?defi=2&etat=recensee&page=2"))
        assert len(page.main.all("li", cls="row-item")) == 20
        assert page.main.one("nav", cls="pager").one("p").text == "Page 2 sur 3"
        links = [link["href"] for link in page.main.one("nav", cls="pager").all("a")]
        assert [parse_qs(urlsplit(link).query) for link in links] == [
            {"defi": ["2"], "etat": ["recensee"], "page": [number]} for number in ("1", "3")
        ]
        last = Page(Client().get(LIST + links[1]))
        assert len(last.main.all("li", cls="row-item")) == 5
        # Filtering anew starts at the first page.
        assert [f for f in page.main.one("form").all("input") if f.get("name") == "page"] == []

    def test_of_nothing_offers_to_propose(self):
        page = Page(Client().get(LIST))
        assert page.main.one(id="resultats").text == "Aucune action"
        assert page.links == {"Proposer une action": "/actions/proposer/"}
