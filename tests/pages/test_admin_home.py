"""The first page of the administration: what waits for an agent, and the list of exactly that."""

import pytest

from actors.enums import Role
from ess_portal.pages.models import ContactMessage
from tests.support.factories import Story, person
from tests.support.reading import Page

pytestmark = pytest.mark.django_db

SCREEN, ANSWER = "Voir et instruire", "Lire et répondre"


def said(client) -> dict[str, tuple[str, str]]:
    """What the first page says beside each link of a message, and where the link leads."""
    page = Page(client.get("/admin/"))
    lines = [line for notes in page.main.all("ul", cls="messagelist") for line in notes.all("li")]
    return {link.text: (line.text, link["href"]) for line in lines for link in line.all("a")}


def rows(client, address: str) -> int:
    """How many rows the list at `address` shows."""
    body = Page(client.get(address)).main.one("table", id="result_list").one("tbody")
    return len(body.all("tr"))


def leave_a_message(**columns) -> ContactMessage:
    """Somebody wrote by the contact page."""
    return ContactMessage.objects.create(
        name="Ana", email="ana@example.org", subject="Une question", message="Où ?", **columns
    )


def test_counts_the_files_to_screen_and_leads_to_them(as_user):
    client = as_user(person(Role.AGENT))
    Story().in_evaluation()
    assert SCREEN not in said(client)
    Story().submitted()
    assert said(client)[SCREEN][0] == f"1 dossier à instruire. {SCREEN}"
    Story().submitted()
    sentence, address = said(client)[SCREEN]
    assert (sentence, rows(client, address)) == (f"2 dossiers à instruire. {SCREEN}", 2)


def test_counts_the_messages_without_an_answer_and_leads_to_them(as_user):
    client = as_user(person(Role.AGENT))
    leave_a_message(answered=True)
    assert ANSWER not in said(client)
    leave_a_message()
    assert said(client)[ANSWER][0] == f"1 message de contact sans réponse. {ANSWER}"
    leave_a_message()
    sentence, address = said(client)[ANSWER]
    assert (sentence, rows(client, address)) == (f"2 messages de contact sans réponse. {ANSWER}", 2)


def test_says_neither_to_an_administrator_who_may_open_neither(as_user):
    Story().submitted()
    leave_a_message()
    assert not {SCREEN, ANSWER} & said(as_user(person(Role.ADMINISTRATOR))).keys()
