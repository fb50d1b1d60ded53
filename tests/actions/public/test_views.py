"""What anybody reads of actions: each state, recorded ones, filters and pages in the address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from actions.enums import ActionStatus
from actions.models import Action
from actors.enums import Role
from challenges.enums import ProgrammeState
from tests.support.factories import (
    BELOW_FLOOR,
    REASON,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SectorFactory,
    Story,
    person,
    story_in,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
LIST = "/actions/"
PUBLIC = ("prioritised", "in_progress", "completed", "abandoned")
HIDDEN = (
    "submitted",
    "in_correction",
    "in_evaluation",
    "evaluated",
    "refusal_announced",
    "declined",
    "inadmissible",
    "withdrawn",
)


def recorded(number=1, **columns) -> Action:
    """A real action known from before the portal."""
    columns = {"title": f"Recensée {number}", "sources": "Une délibération"} | columns
    return Action.objects.create(
        status=ActionStatus.RECORDED, reference=f"ANT-{number:04d}", **columns
    )


def listed(query="", client=None) -> list[str]:
    """The titles on the list of actions."""
    page = Page((client or Client()).get(f"{LIST}{query}"))
    return [row.one("h3").text for row in page.main.all("li", cls="row-item")]


class TestOneAction:
    @pytest.mark.parametrize("state", PUBLIC)
    def test_granted_shows_its_file_and_result(self, state):
        story = story_in(state, title="Un vélo pour tous", sectors=[SectorFactory(name="Mobilité")])
        page = Page(Client().get(story.action.get_absolute_url()))
        assert page.title == "Un vélo pour tous"
        text = page.main.text
        assert "Une épicerie ouverte à tous, tenue par ses membres." in text
        assert "Mobilité" in page.main.one("aside").text
        assert page.main.one("p", cls="notice-success").text == "Montant accordé : 5 000 €"
        assert page.main.one("p", cls="result-summary").text == (
            "D’intérêt communautaire : 66,6 sur 100, pour un seuil de 60."
        )
        people = [*story.evaluators, *story.members, story.agent, story.manager]
        secrets = [p.full_name for p in people] + [p.email for p in people] + [REASON]
        assert [secret for secret in secrets if secret in text] == []
        assert page.main.all(id="historique") == []

    @pytest.mark.parametrize("state", HIDDEN)
    def test_not_public_does_not_exist(self, state):
        story = story_in(state)
        response = Client().get(story.action.get_absolute_url())
        assert response.status_code == 404
        assert Page(response).title == "Cette page est introuvable"
        assert story.action.title not in response.content.decode()

    def test_a_completed_one_shows_its_report(self):
        story = Story().completed()
        page = Page(Client().get(story.action.get_absolute_url()))
        assert page.main.one(id="bilan").following.text == "Trente familles servies chaque semaine."

    def test_an_unpublished_carrier_is_named_without_link(self):
        story = Story(
            carrier=OrganisationFactory(name="Discrète", is_published=False)
        ).prioritised()
        page = Page(Client().get(story.action.get_absolute_url()))
        eyebrow = page.main.one("p", cls="eyebrow")
        assert eyebrow.text == f"{story.action.reference} · Discrète"
        assert eyebrow.all("a") == []

    @pytest.mark.parametrize("reference", ["ESS-2026-9999", "ANT-9999", "XXX-0000"])
    def test_unknown_is_not_found(self, reference):
        assert Client().get(f"/actions/{reference}/").status_code == 404


class TestPostponed:
    """Title, carrier and state, and nothing more (rules.md, section 6)."""

    @pytest.fixture
    def story(self):
        """A postponed action whose every word can be recognised."""
        return Story(
            title="Un titre connu",
            summary="Un résumé caché.",
            description="Une description cachée.",
            measure=MeasureFactory(title="Une mesure cachée"),
            communes=[CommuneFactory(name="Cachée-sur-Allier")],
            sectors=[SectorFactory(name="Filière cachée", slug="cachee")],
            partners=[OrganisationFactory(name="Partenaire caché")],
            other_partners="D’autres cachés",
            carrier=OrganisationFactory(name="Porteur connu"),
        ).postponed(BELOW_FLOOR)

    def test_page_says_no_more(self, story):
        response = Client().get(story.action.get_absolute_url())
        page = Page(response)
        assert page.main.text == (
            "Accueil Les actions "
            f"{story.action.reference} {story.action.reference} · Porteur connu "
            "Un titre connu En vivier "
            "Cette action est en vivier : la commission l’a examinée et pourra y revenir. Son "
            "dossier n’est pas public."
        )
        assert "cach" not in response.content.decode()
        assert "challenge-1" not in response.content.decode()

    def test_list_says_no_more(self, story):
        page = Page(Client().get(LIST))
        (row,) = page.main.all("li", cls="row-item")
        assert row.text == f"Un titre connu {story.action.reference} · Porteur connu En vivier"
        assert row.classes == ["row-item"]

    @pytest.mark.parametrize(
        "query",
        [
            "?q=cach",
            "?q=résumé",
            "?defi=1",
            "?mesure={measure}",
            "?commune={commune}",
            "?filiere=cachee",
            "?defi=1&etat=postponed",
        ],
    )
    def test_filters_reveal_nothing(self, story, query):
        query = query.format(
            measure=story.action.measure_id, commune=story.action.communes.get().insee_code
        )
        assert listed(query) == []

    def test_programme_filter_reveals_nothing(self, story):
        ProgrammeFactory(code="2016", state=ProgrammeState.ARCHIVED)
        assert listed("?programme=2022-2026") == []

    def test_choices_reveal_nothing(self, story):
        """Neither that something is there, nor how many."""
        page = Page(Client().get(LIST))
        assert [facet.all("option") for facet in page.main.all("select", name="defi")] == [
            page.main.one("select", name="defi").all("option", value="")
        ]
        assert "cach" not in page.main.text

    @pytest.mark.parametrize("path", ["/actions/?q=atelier", "/recherche/?q=atelier"])
    def test_the_order_reveals_nothing(self, path):
        """The hidden text of one holds the word, the other's doesn't: title and rank are equal."""

        def order(first, second):
            with transaction.atomic():
                for title, hidden in (("Atelier alpha", first), ("Atelier bravo", second)):
                    Story(title=title, description=hidden, summary="Rien.").postponed(BELOW_FLOOR)
                page = Page(Client().get(path))
                transaction.set_rollback(True)
            return [row.text for row in page.main.all("h3") if row.text.startswith("Atelier")]

        assert order("Un atelier, des ateliers.", "Rien.") == order(
            "Rien.", "Un atelier, un autre."
        )

    @pytest.mark.parametrize("query", ["?q=connu", "?etat=postponed", "?q=Un+titre&etat=postponed"])
    def test_is_found_by_what_is_known(self, story, query):
        assert listed(query) == ["Un titre connu"]

    def test_is_found_by_everything_by_those_who_read_its_file(self, story, as_user):
        for user in (story.agent, story.members[0], story.manager):
            assert listed("?filiere=cachee", as_user(user)) == ["Un titre connu"]

    def test_pages_of_the_promise_do_not_count_it(self, story):
        for path in ("/", "/defis/1/", "/defis/1/mesures/1/"):
            assert "Un titre connu" not in Client().get(path).content.decode()
        page = Page(Client().get("/defis/1/"))
        assert page.main.one("span", cls="side").text == "Pas commencée Aucune action publiée"

    def test_page_of_its_carrier_says_no_more(self, story):
        page = Page(Client().get(story.carrier.get_absolute_url()))
        (row,) = page.main.all("li", cls="row-item")
        assert row.text == f"Un titre connu {story.action.reference} · Porteur connu En vivier"

    def test_page_of_its_partner_says_nothing(self, story):
        partner = story.action.partners.get()
        assert "Un titre connu" not in Client().get(partner.get_absolute_url()).content.decode()


class TestRecorded:
    def test_shows_its_sources_and_what_is_unknown(self):
        action = recorded(
            title="Subvention à la SCOP",
            carrier_name="Librairie",
            challenge=ChallengeFactory(number=2),
            challenge_is_proposed=True,
            recorded_year=2014,
            sources="Une délibération\nUn article\n",
        )
        page = Page(Client().get(action.get_absolute_url()))
        facts = page.main.one("dl", cls="facts")
        shown = dict(
            zip([t.text for t in facts.all("dt")], [d.text for d in facts.all("dd")], strict=True)
        )
        assert shown == {
            "Porteur": "Librairie",
            "Année": "2014",
            "État selon la source": "Non renseigné",
            "Montant selon la source": "Non renseigné",
            "Financeur selon la source": "Non renseigné",
            "Défi": "2. Titre du défi 2 (rattachement proposé : la source ne nomme pas de défi)",
        }
        assert [s.text for s in page.main.one(id="sources").following.all("li")] == [
            "Une délibération",
            "Un article",
        ]
        assert page.main.all(cls="result") == []

    def test_challenge_named_by_the_source_has_no_such_label(self):
        action = recorded(challenge=ChallengeFactory(number=2))
        page = Page(Client().get(action.get_absolute_url()))
        assert "rattachement proposé" not in page.main.text
        assert page.main.one("span", cls="challenge-tag").text == "Défi 2"

    def test_in_a_list_bears_the_label(self):
        recorded(challenge=ChallengeFactory(number=2), challenge_is_proposed=True)
        page = Page(Client().get(LIST))
        assert page.main.one("span", cls="proposed-link").text == "(rattachement proposé)"


@pytest.fixture(scope="class")
def actions(django_db_setup, django_db_blocker):
    """Three granted actions and a recorded one, told apart by everything.

    Made once for the class, thrown away with their transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
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
        yield
        transaction.set_rollback(True)


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
            ("?etat=prioritised", ["C", "A"]),
            ("?etat=completed&etat=recorded", ["B", "D"]),
            ("?defi=1&commune=64445", ["A"]),
            ("?defi=1&filiere=alimentation&etat=recorded", []),
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
            ("?etat=submitted&etat=completed", ["B"]),
            ("?q=%25", []),
            ("?q=_", []),
            ("?etat=draft", ["C", "B", "A", "D"]),
            ("?etat=submitted", ["C", "B", "A", "D"]),
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
        page = Page(Client().get(f"{LIST}?defi=1&etat=completed&q=ouverte"))
        form = page.main.one("form")
        assert form.one("input", name="q")["value"] == "ouverte"
        (chosen,) = [
            o for o in form.one("select", name="defi").all("option") if "selected" in o.attributes
        ]
        assert chosen["value"] == "1"
        boxes = form.all("input", type="checkbox", name="etat")
        assert [b["value"] for b in boxes if "checked" in b.attributes] == ["completed"]
        # Only the states that lead somewhere beside the other filters.
        assert [b["value"] for b in boxes] == ["prioritised", "completed"]
        assert page.main.one(id="resultats").text == "1 action pour ces filtres"

    @pytest.mark.parametrize(
        "query", ["", "?defi=1", "?etat=prioritised", "?q=épicerie&commune=64445"]
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
            Client().get(f"{LIST}?q=ANT-0001&defi=2&etat=recorded&etat=completed&page=1")
        ).main
        chips = {chip.text: parse_qs(urlsplit(chip["href"]).query) for chip in main.all(cls="chip")}
        assert chips == {
            "Enlever le filtre Rechercher : « ANT-0001 »": {
                "defi": ["2"],
                "etat": ["recorded", "completed"],
            },
            "Enlever le filtre État : Recensée": {
                "q": ["ANT-0001"],
                "defi": ["2"],
                "etat": ["completed"],
            },
            "Enlever le filtre État : Réalisée": {
                "q": ["ANT-0001"],
                "defi": ["2"],
                "etat": ["recorded"],
            },
            "Enlever le filtre Défi : 2": {"q": ["ANT-0001"], "etat": ["recorded", "completed"]},
        }
        assert listed("?q=ANT-0001&defi=2&etat=recorded&etat=completed") == ["D"]

    def test_the_order_follows_the_search_until_one_is_chosen(self, actions):
        def orders(query):
            options = Page(Client().get(LIST + query)).main.one("select", name="tri").all("option")
            return [(o["value"], o.text, "selected" in o.attributes) for o in options]

        others = [
            ("titre", "Titre, de A à Z", False),
            ("montant", "Montant accordé, du plus grand au plus petit", False),
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
        with transaction.atomic():
            Action.objects.filter(title="A").update(title="Une épicerie")
            assert listed("?q=epicerie") == ["Une épicerie", "C", "B"]
            transaction.set_rollback(True)

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
        page = Page(Client().get(f"{LIST}?defi=2&etat=recorded&page=2"))
        assert len(page.main.all("li", cls="row-item")) == 20
        assert page.main.one("nav", cls="pager").one("p").text == "Page 2 sur 3"
        links = [link["href"] for link in page.main.one("nav", cls="pager").all("a")]
        assert [parse_qs(urlsplit(link).query) for link in links] == [
            {"defi": ["2"], "etat": ["recorded"], "page": [number]} for number in ("1", "3")
        ]
        last = Page(Client().get(LIST + links[1]))
        assert len(last.main.all("li", cls="row-item")) == 5
        # Filtering anew starts at the first page.
        assert [f for f in page.main.one("form").all("input") if f.get("name") == "page"] == []

    def test_of_nothing_offers_to_propose(self):
        page = Page(Client().get(LIST))
        assert page.main.one(id="resultats").text == "Aucune action"
        assert page.links == {"Proposer une action": "/actions/proposer/"}


def test_an_agent_is_offered_the_next_steps_on_the_page(as_user):
    story = Story().submitted()
    page = Page(as_user(story.agent).get(story.action.get_absolute_url()))
    assert [link.text for link in page.main.one(id="instruction").parent.all("a")] == [
        "Demander un complément",
        "Admettre à l’évaluation",
        "Annoncer un refus",
        "Ouvrir dans l’administration",
    ]


def test_an_agent_reads_what_blocks_a_step(as_user):
    story = Story().in_evaluation()
    page = Page(as_user(story.agent).get(story.action.get_absolute_url()))
    assert page.main.one("div", cls="blockers").one("h3").text == (
        "Clore l’évaluation : pas encore possible"
    )


def test_an_elected_official_reads_no_contact_and_no_reason(as_user):
    story = Story().evaluated()
    response = as_user(person(Role.ELECTED)).get(story.action.get_absolute_url())
    text = response.content.decode()
    people = [story.manager, story.agent, *story.evaluators]
    assert [p.email for p in people if p.email in text] == []
    assert [p.full_name for p in people if p.full_name in text] == []
    assert REASON not in text
    assert Page(response).main.one("p", cls="result-summary").text == (
        "D’intérêt communautaire : 66,6 sur 100, pour un seuil de 60."
    )
