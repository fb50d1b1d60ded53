"""Public pages of organisations."""

import pytest
from django.test import Client

from tests.support.factories import (
    CommuneFactory,
    OrganisationFactory,
    SectorFactory,
    Story,
    member,
)
from tests.support.organisations import provisional
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def listed(query="") -> list[str]:
    """The names on the list."""
    page = Page(Client().get(f"/acteurs/{query}"))
    return [card.one("h3").text for card in page.main.all("li", cls="card-item")]


class TestList:
    @pytest.fixture(autouse=True)
    def organisations(self):
        """Two published organisations and a hidden one."""
        beaumont = CommuneFactory(name="Beaumont", insee_code="64445")
        food = SectorFactory(slug="alimentation", name="Alimentation")
        OrganisationFactory(
            name="Zeste", family="cooperative", activity="traiteur", commune=beaumont
        )
        OrganisationFactory(name="Abeille", description="Du miel.").sectors.add(food)
        OrganisationFactory(name="Cachée", is_published=False, commune=beaumont)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["Abeille", "Zeste"]),
            ("?famille=cooperative", ["Zeste"]),
            ("?filiere=alimentation", ["Abeille"]),
            ("?commune=64445", ["Zeste"]),
            ("?q=TRAITEUR", ["Zeste"]),
            ("?q=miel", ["Abeille"]),
            ("?q=cachée", []),
            ("?famille=secte", ["Abeille", "Zeste"]),
            ("?commune=%00&filiere=%00&q=%00", ["Abeille", "Zeste"]),
        ],
    )
    def test_shows_published_ones_by_name_and_filters(self, query, found):
        assert listed(query) == found

    def test_pages_keep_filters(self):
        for number in range(25):
            OrganisationFactory(name=f"Mutuelle {number:02d}", family="mutual")
        page = Page(Client().get("/acteurs/?famille=mutuelle&page=2"))
        assert len(page.main.all("li", cls="card-item")) == 5
        assert page.main.one("nav", cls="pager").one("a")["href"] == "?famille=mutuelle&page=1"


class TestDetail:
    def test_says_what_is_known_and_that_the_rest_is_not(self):
        organisation = OrganisationFactory(
            name="Zeste",
            legal_form="SCIC SA",
            siret="73282932000074",
            website="https://zeste.example",
            key_figures="2024 : 12 salariés",
            sources="https://zeste.example/nous – « Qui sommes-nous »",
        )
        page = Page(Client().get(organisation.get_absolute_url()))
        facts = page.main.one("dl")
        shown = dict(
            zip([t.text for t in facts.all("dt")], [d.text for d in facts.all("dd")], strict=True)
        )
        assert shown == {
            "Famille de l’ESS": "Association",
            "Forme juridique": "SCIC SA",
            "Agrément ESUS": "Non renseigné",
            "Commune": "Non renseignée",
            "SIRET": "732 829 320 00074",
            "Site internet": "https://zeste.example",
        }
        sources = page.main.one(id="sources").following
        assert sources.text == "https://zeste.example/nous – « Qui sommes-nous »"
        assert sources.one("a")["href"] == "https://zeste.example/nous"
        assert "Présentation non renseignée." in page.main.text

    def test_lists_what_anybody_may_know_of_its_actions(self):
        organisation = OrganisationFactory()
        Story(title="Publique", carrier=organisation).prioritised()
        Story(title="En cours d’examen", carrier=organisation).submitted()
        page = Page(Client().get(organisation.get_absolute_url()))
        assert [row.one("h3").text for row in page.main.all("li", cls="row-item")] == ["Publique"]

    def test_unpublished_is_its_members_own(self, as_user):
        organisation = OrganisationFactory(is_published=False, siret="73282932000074")
        address = organisation.get_absolute_url()
        assert Client().get(address).status_code == 404
        page = Page(as_user(member(organisation)).get(address))
        assert page.main.one("div", cls="notice-warning").text == (
            "Cette fiche n’est pas publiée : seuls ses membres et les agents la voient."
        )

    def test_names_no_member(self):
        organisation = OrganisationFactory()
        who = member(organisation, full_name="Ana Secrète", email="ana@example.org")
        text = Client().get(organisation.get_absolute_url()).content.decode()
        assert [word for word in (who.full_name, who.email) if word in text] == []


def test_the_address_of_what_was_merged_twice_leads_to_the_end():
    last = OrganisationFactory(name="La dernière")
    between = OrganisationFactory(is_published=False)
    first = provisional(merged_into=between)
    between.merged_into = last
    between.save(update_fields=["merged_into"])

    for twin in (first, between):
        response = Client().get(f"/acteurs/{twin.slug}/")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            last.get_absolute_url(),
        )
    hidden = provisional(merged_into=OrganisationFactory(is_published=False))
    assert Client().get(f"/acteurs/{hidden.slug}/").status_code == 404
