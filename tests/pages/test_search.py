"""The search over everything, and what it must not tell."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from actors.enums import Role
from ess_portal.base.models import SearchSynonyms
from ess_portal.pages.corrections import _read_vocabulary
from ess_portal.pages.static_page_index import sections
from tests.plugins.prepared import prepared
from tests.support.administration import errors
from tests.support.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    Story,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def results(typed: str, client=None) -> dict[str, list[str]]:
    """The names found, by the title of their group."""
    page = Page((client or Client()).get("/recherche/", {"q": typed}))
    return {
        section.one("h2").text: [item.one("h3").text for item in section.all("li")]
        for section in page.main.all("section")
    }


@prepared
def world():
    """One of each kind that speaks of orchards."""
    challenge = ChallengeFactory(number=2, title="Planter des vergers")
    measure = MeasureFactory(challenge=challenge, number=3, title="Aider chaque verger")
    OrganisationFactory(name="Les Vergers réunis", commune=CommuneFactory(name="Aubière"))
    OrganisationFactory(name="Vergers cachés", is_published=False)
    return Story(
        title="Un verger partagé",
        summary="Des pommes pour tous.",
        measure=measure,
        carrier=OrganisationFactory(name="Porteur"),
    ).prioritised()


def test_finds_every_kind(world):
    assert results("VERGER") == {
        "Actions (1)": ["Un verger partagé"],
        "Acteurs (1)": ["Les Vergers réunis"],
        "Défis et mesures (2)": ["Planter des vergers", "Aider chaque verger"],
    }


def test_marks_the_words_and_says_where_they_are(world):
    page = Page(Client().get("/recherche/?q=pomme"))
    assert page.main.one(role="status").text == "1 résultat pour « pomme »"
    (item,) = page.main.one("ul", cls="results").all("li")
    assert [mark.text for mark in item.all("mark")] == ["pommes"]
    assert item.one("a")["href"] == world.action.get_absolute_url()
    assert item.text == (
        f"Un verger partagé {world.action.reference} · Porteur Priorisée Des pommes pour tous."
    )


def test_an_action_is_found_by_its_carrier_and_its_reference(world):
    assert results("porteur")["Actions (1)"] == ["Un verger partagé"]
    assert results(world.action.reference.lower()) == {"Actions (1)": ["Un verger partagé"]}


def test_pages_of_the_portal_are_found_by_section():
    page = Page(Client().get("/recherche/?q=code courriel"))
    (section,) = page.main.all("section")
    links = {link.text: link["href"] for link in section.all("a")}
    assert links["Se connecter avec un code"] == "/aide/#connexion"


def test_every_page_has_its_sections():
    assert sorted({section.url.split("#")[0] for section in sections()}) == [
        "/accessibilite/",
        "/aide/",
        "/conditions-d-utilisation/",
        "/contact/",
        "/donnees-personnelles/",
        "/mentions-legales/",
    ]
    assert [p for p in sections() if not p.title] == []


def test_of_a_postponed_action_only_what_is_known_is_found(as_user):
    story = Story(
        title="Un titre connu", summary="Un résumé caché.", description="Un secret."
    ).postponed(BELOW_FLOOR)
    assert results("titre connu") == {"Actions (1)": ["Un titre connu"]}
    assert "caché" not in Client().get("/recherche/?q=titre+connu").content.decode()
    for typed in ("résumé", "secret"):
        assert "Actions (1)" not in results(typed)
        assert results(typed, as_user(story.agent))["Actions (1)"] == ["Un titre connu"]


def test_what_is_not_published_yet_is_found_by_those_who_may_see_it(as_user):
    story = Story(title="Un chantier naissant").submitted()
    assert results("chantier") == {}
    assert results("chantier", as_user(story.agent)) == {"Actions (1)": ["Un chantier naissant"]}
    assert results("chantier", as_user(story.manager)) == {"Actions (1)": ["Un chantier naissant"]}


def test_more_than_shown_leads_to_the_list():
    carrier = OrganisationFactory(name="Porteur")
    for number in range(6):
        Story(title=f"Potager {number}", carrier=carrier).prioritised()
    page = Page(Client().get("/recherche/?q=potager"))
    assert len(page.main.one("ul", cls="results").all("li")) == 5
    assert page.links["Voir les 6 actions"] == "/actions/?q=potager"


@pytest.mark.parametrize("typed", ["", "   ", "\0"])
def test_without_words_only_asks(typed):
    page = Page(Client().get("/recherche/", {"q": typed}))
    assert page.main.all(role="status") == []
    assert page.main.all("section") == []


@pytest.mark.parametrize("typed", ["introuvable", "'; DROP TABLE", "a:*&|!()", "x" * 5000, "%"])
def test_without_results_helps(typed):
    page = Page(Client().get("/recherche/", {"q": typed}))
    assert page.main.one(role="status").text == f"Aucun résultat pour « {typed[:100]} »"
    assert page.links["les actions"] == "/actions/"


class TestMeant:
    """What was typed finds nothing; what was meant does."""

    @pytest.mark.parametrize(
        ("typed", "meant", "found"),
        [
            ("recylcerie", "recyclerie", ["Une recyclerie de quartier"]),
            ("Re-cyclerie du quartier", "recyclerie du quartier", ["Une recyclerie de quartier"]),
            ("recylcerie quartié", "recyclerie quartié", ["Une recyclerie de quartier"]),
            ("Ramonuer", "ramoneurs", ["Les ramoneurs réunis"]),
            # One is a part of the other, and each is a word of its own.
            ("artier quartierx", "quartier quartier", ["Une recyclerie de quartier"]),
        ],
    )
    def test_a_mistyped_word_is_corrected_and_said(self, typed, meant, found):
        Story(title="Une recyclerie de quartier").prioritised()
        OrganisationFactory(name="Les ramoneurs réunis")
        page = Page(Client().get("/recherche/", {"q": typed}))
        assert page.main.one(role="status").text == (
            f"Aucun résultat pour « {typed} » : 1 résultat pour « {meant} »"
        )
        assert [item.text for item in page.main.all("h3")] == found
        assert page.main.one("input", name="q")["value"] == typed

    @pytest.mark.parametrize("typed", ["zzzzzz", "abc", "verger pommier", "a", "%"])
    def test_what_resembles_nothing_is_left(self, typed):
        Story(title="Un verger").prioritised()
        OrganisationFactory(name="Un pommier")
        page = Page(Client().get("/recherche/", {"q": typed}))
        assert page.main.one(role="status").text == f"Aucun résultat pour « {typed} »"

    def test_from_what_anybody_may_read(self):
        Story(title="Une distillerie").evaluated()
        OrganisationFactory(name="La Distillerie", is_published=False)
        assert _read_vocabulary().keys() & {"distillerie"} == set()
        assert results("distilerie") == {}


class TestSynonyms:
    def test_find_one_another(self):
        SearchSynonyms.objects.all().delete()
        SearchSynonyms.objects.create(words="Recyclerie, ressourcerie, seconde main")
        OrganisationFactory(name="La Ressourcerie")
        OrganisationFactory(name="Habits de seconde main")
        OrganisationFactory(name="La main verte")
        found = {"Acteurs (2)": ["Habits de seconde main", "La Ressourcerie"]}
        assert results("recycleries") == found
        SearchSynonyms.objects.create(words="atelier, réparation, - ,")
        OrganisationFactory(name="Réparation pour tous")
        assert results("atelier") == {"Acteurs (1)": ["Réparation pour tous"]}
        # An expression of several words is found, and leads nowhere.
        assert results("seconde main") == {"Acteurs (1)": ["Habits de seconde main"]}
        assert results("ressourcerie habits") == {"Acteurs (1)": ["Habits de seconde main"]}

    def test_are_kept_by_agents(self, as_user):
        client = as_user(person(Role.AGENT))
        add = "/admin/base/searchsynonyms/add/"
        assert errors(client.post(add, {"words": "verger"})) == [
            "Donnez au moins deux mots de même sens, séparés par des virgules :"
            " « recyclerie, ressourcerie »."
        ]
        client.post(add, {"words": "verger, pommeraie"})
        OrganisationFactory(name="La Pommeraie")
        assert results("vergers") == {"Acteurs (1)": ["La Pommeraie"]}

    def test_those_of_the_start_can_be_kept(self):
        SearchSynonyms.objects.all().delete()
        import_module("ess_portal.base.migrations.0009_search_synonyms").load_known(apps, None)
        for synonyms in SearchSynonyms.objects.all():
            synonyms.full_clean()
        OrganisationFactory(name="La Ressourcerie")
        assert results("recyclerie") == {"Acteurs (1)": ["La Ressourcerie"]}


def test_communes_lead_to_what_is_done_there():
    commune = CommuneFactory(name="Aubière", insee_code="63014")
    CommuneFactory(name="Aulnat", insee_code="63019")
    OrganisationFactory(commune=commune)
    for state in ("prioritised", "submitted", "postponed"):
        getattr(Story(communes=[commune]), state)()
    page = Page(Client().get("/recherche/", {"q": "aubiere"}))
    section = page.main.one("section", **{"aria-labelledby": "commune"})
    assert [(item.one("a")["href"], item.text) for item in section.all("li")] == [
        ("/actions/?commune=63014", "Aubière 1 action"),
        ("/acteurs/?commune=63014", "Aubière 1 acteur"),
    ]
    assert "commune" not in [
        section["aria-labelledby"]
        for section in Page(Client().get("/recherche/", {"q": "aulnat"})).main.all("section")
    ]
