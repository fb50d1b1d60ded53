"""The page that puts an action under way on an agenda, to grant it more."""

import pytest

from actions.models import AgendaItem
from actors.enums import Role
from tests.plugins.prepared import prepared
from tests.support.factories import Story, person
from tests.support.reading import Page, plain
from tests.support.sessions import HeldSession, point

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """A granted action."""
    return Story().prioritised()


def address(story: Story) -> str:
    """The page."""
    return f"/commission/{story.action.reference}/augmentation/"


def test_an_agent_puts_it_on_the_agenda_of_a_session(story, as_user):
    session = HeldSession(stories=[]).session
    client = as_user(story.agent)
    result = Page(client.get(f"/commission/{story.action.reference}/"))
    assert address(story) in [link["href"] for link in result.all("a", cls="btn")]
    page = Page(client.get(address(story)))
    assert "5 000 € accordés, 6 000 € demandés." in plain(page.main.text)

    offered = page.one("select", name="session").all("option")[1].text
    assert plain(offered) == f"{session}, 14 h 30, Salle des mariages"
    response = client.post(address(story), {"session": str(session.pk)})
    assert response.headers["Location"] == session.get_absolute_url()
    [item] = AgendaItem.objects.all()
    assert (item.session, item.action, item.amount) == (session, story.action, None)
    held = Page(client.get(address(story)))
    assert "Cette action est à l’ordre du jour de la séance du 3 décembre 2026." in plain(
        held.main.text
    )
    assert held.all("select", name="session") == []


def test_its_point_asks_what_is_added(story, as_user):
    sitting = HeldSession(stories=[story]).opened()
    page = Page(as_user(sitting.agent).get(point(sitting.items[0])))
    labels = [plain(label.text) for label in page.all("label")]
    assert "Montant ajouté (€)" in labels
    assert "Augmenter le montant accordé" in labels
    assert "Prioriser" not in labels


def test_who_keeps_no_session_is_told_so(story, as_user):
    HeldSession(stories=[])
    page = Page(as_user(person(Role.COMMITTEE)).get(address(story)))
    assert "Aucune séance dont vous tenez l’ordre du jour n’est en préparation." in plain(
        page.main.text
    )


def test_a_session_is_chosen(story, as_user):
    sitting = HeldSession(stories=[])
    for sent in ({}, {"session": "0"}, {"session": str(sitting.session.pk + 1)}):
        response = as_user(story.agent).post(address(story), sent)
        assert response.status_code == 200
    assert not AgendaItem.objects.exists()
