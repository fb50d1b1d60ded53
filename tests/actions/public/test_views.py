"""What anybody reads of actions: each state, recorded ones, filters and pages in the address."""

import pytest
from django.db import transaction
from django.test import Client

from actors.enums import Role
from challenges.enums import ProgrammeState
from tests.plugins.prepared import prepared
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
from tests.support.public_list import LIST, listed, recorded
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


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

    @prepared
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
        assert plain(page.main.text) == (
            "Accueil Les actions "
            f"{story.action.reference} {story.action.reference} · Porteur connu "
            "Un titre connu En vivier "
            "La commission l’a examinée sans la retenir pour l’instant : elle pourra y revenir. "
            "Son dossier n’est pas public."
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
            "?defi=1&etat=en-vivier",
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
    @pytest.mark.slow
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

    @pytest.mark.parametrize("query", ["?q=connu", "?etat=en-vivier", "?q=Un+titre&etat=en-vivier"])
    def test_is_found_by_what_is_known(self, story, query):
        assert listed(query) == ["Un titre connu"]

    def test_is_found_by_everything_by_those_who_read_its_file(self, story, as_user):
        for user in (story.agent, story.members[0], story.manager):
            assert listed("?filiere=cachee", as_user(user)) == ["Un titre connu"]

    def test_pages_of_the_promise_do_not_count_it(self, story):
        for path in ("/", "/defis/1/", "/defis/1/mesures/1/"):
            assert "Un titre connu" not in Client().get(path).content.decode()
        page = Page(Client().get("/defis/1/"))
        assert (
            page.main.one("span", cls="side").text
            == "Pas de point d’étape publié Aucune action publiée"
        )

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
