"""Pages on which agents note what the council voted, and what they change elsewhere."""

import pytest
from django.utils import timezone

from actions.models import Deliberation
from actors.enums import Role
from challenges.models import Programme
from tests.plugins.prepared import starts_from
from tests.support.deliberations import NUMBER, change_amount, note, proposed_to_the_council
from tests.support.factories import person
from tests.support.reading import Page, plain
from tests.support.sessions import address

pytestmark = pytest.mark.django_db


def typed(page, **options):
    """The form of the page, with number and date."""
    return page.form | {"number": NUMBER, "held_on": timezone.localdate().isoformat()} | options


@pytest.fixture
def story():
    """A grant of 5,000 € that waits for the council."""
    return proposed_to_the_council()


class TestOfASession:
    @starts_from(sitting="closed")
    def test_an_agent_notes_all_its_grants(self, sitting, as_user):
        Programme.objects.update(requires_deliberation=True)
        sitting.confirm(sitting.second)
        client, page = as_user(sitting.agent), address(sitting, "deliberation/")
        assert "1 financement proposé au conseil" in Page(client.get(address(sitting))).main.text
        response = client.post(page, typed(Page(client.get(page))), follow=True)
        assert Page(response).messages == [
            "La délibération est notée : les porteurs sont prévenus."
        ]
        (noted,) = Deliberation.objects.all()
        assert noted.recorded_by == sitting.agent
        text = Page(client.get(address(sitting))).main.text
        assert f"délibération {NUMBER} du" in text
        assert "proposé au conseil" not in text

    @starts_from(sitting="closed")
    def test_before_the_publication_there_is_nothing_to_note(self, sitting, as_user):
        text = Page(as_user(sitting.agent).get(address(sitting, "deliberation/"))).main.text
        assert "Rien n’attend ici que vous notiez une délibération." in text


class TestOfAnAction:
    def test_an_agent_notes_it_from_its_result(self, story, as_user):
        client, result = as_user(story.agent), f"/commission/{story.action.reference}/"
        assert f"{result}deliberation/" in client.get(result).content.decode()
        response = client.post(
            f"{result}deliberation/", typed(Page(client.get(f"{result}deliberation/")))
        )
        assert response.headers["Location"] == result
        assert f"Délibération {NUMBER} du" in Page(client.get(result)).main.text

    def test_errors_name_their_field(self, story, as_user):
        client = as_user(story.agent)
        page = f"/commission/{story.action.reference}/deliberation/"
        sent = typed(Page(client.get(page)), number="", held_on="hier")
        assert Page(client.post(page, sent)).errors == [
            "Numéro de la délibération : Ce champ est obligatoire.",
            "Date de la délibération : Saisissez une date valide.",
        ]


@pytest.mark.slow
class TestWhereverAGrantIsShown:
    def test_the_public_reads_that_it_is_proposed(self, story, client):
        text = plain(Page(client.get(f"/actions/{story.action.reference}/")).main.text)
        assert "Priorisée, proposée au conseil" in text
        assert "Proposé au conseil : 5 000 €. Rien n’est accordé avant sa délibération." in text
        assert "Montant accordé" not in text

    def test_then_that_it_was_voted(self, story, client):
        note(story)
        text = plain(Page(client.get(f"/actions/{story.action.reference}/")).main.text)
        assert "Montant accordé : 5 000 €" in text
        assert f"Financement voté par le conseil (délibération {NUMBER})" in text
        assert "proposé" not in text

    def test_an_increase_stands_apart(self, story, client):
        note(story)
        change_amount(story, 6500)
        text = plain(Page(client.get(f"/actions/{story.action.reference}/")).main.text)
        assert "Montant accordé : 5 000 €" in text
        assert "une augmentation proposée au conseil : 1 500 €" in text

    def test_the_list_filters_by_it(self, story, client):
        page = Page(client.get("/actions/?conseil=propose"))
        assert story.action.title in page.main.text
        assert "Priorisée, proposée au conseil" in page.main.text
        assert story.action.reference not in Page(client.get("/actions/?conseil=accorde")).main.text

    def test_the_home_page_counts_it_apart(self, story, client):
        figures = plain(Page(client.get("/")).main.one("dl", cls="figures").text)
        assert "action financée 0" in figures
        assert "proposés au conseil, qui n’a pas encore délibéré 5 000 €" in figures

    def test_the_carrier_reads_it_in_their_space(self, story, as_user):
        client, page = as_user(story.manager), story.action.get_space_url()
        text = plain(Page(client.get(page)).main.text)
        assert "rien ne peut commencer avant qu’il délibère" in text
        assert "Proposé au conseil 5 000 €, sur" in text
        note(story)
        text = plain(Page(client.get(page)).main.text)
        assert "Accordé 5 000 €, sur" in text
        assert f"(délibération {NUMBER})" in text

    def test_agents_read_what_waits_on_the_committees_page(self, story, as_user):
        heading = "Proposé au conseil, sans délibération notée"
        assert heading in Page(as_user(story.agent).get("/commission/")).main.text
        assert heading not in Page(as_user(person(Role.COMMITTEE)).get("/commission/")).main.text
