"""A reply to an announced refusal: kept for whoever types it, until one is sent."""

import re

import pytest

from actions.models import TypedReply
from tests.plugins.prepared import starts_from
from tests.support.factories import fresh, member
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(story) -> str:
    """Where its carrier answers."""
    return f"{story.action.get_space_url()}repondre/"


@pytest.fixture
def client(as_user, story):
    """The manager's browser."""
    return as_user(story.manager)


def opened(client, address) -> dict:
    """Open the page in a window; return what its form holds."""
    return Page(client.get(address)).form


def heard(client, address, form, text, *, turn=1) -> str:
    """Save as the page does by itself; return what it is told, at 14 h 03."""
    data = form | {"text": text, "turn": str(turn), "quiet": "1"}
    response = client.post(address, data)
    assert response.status_code == 200
    said = plain(" ".join(Page(response).root.text.split()))
    return re.sub(r"\d\d h \d\d", "14 h 03", said)


@starts_from(story="refusal_announced")
def test_what_is_typed_comes_back_and_is_nobody_elses(client, as_user, story, address):
    said = heard(client, address, opened(client, address), "Nos statuts ont")
    assert said == "Enregistré à 14 h 03."
    page = Page(client.get(address))
    assert (page.form["text"], page.form["edition"]) == ("Nos statuts ont", "1")
    assert plain(page.one(id="enregistre").text).startswith("Enregistré le ")
    assert story.action.refusal_notices.get().reply == ""
    colleague = as_user(member(story.carrier))
    assert opened(colleague, address)["text"] == ""
    assert heard(colleague, address, opened(colleague, address), "Moi aussi") == (
        "Enregistré à 14 h 03."
    )
    assert sorted(TypedReply.objects.values_list("text", flat=True)) == [
        "Moi aussi",
        "Nos statuts ont",
    ]


@starts_from(story="refusal_announced")
def test_it_may_be_emptied_again(client, address):
    form = opened(client, address)
    heard(client, address, form, "Nos")
    assert heard(client, address, form, "", turn=2) == "Enregistré à 14 h 03."
    assert TypedReply.objects.get().text == ""


@starts_from(story="refusal_announced")
def test_what_comes_late_changes_nothing(client, address):
    form = opened(client, address)
    heard(client, address, form, "Nos statuts ont changé", turn=5)
    heard(client, address, form, "Nos statuts", turn=4)
    assert TypedReply.objects.get().text == "Nos statuts ont changé"


@starts_from(story="refusal_announced")
def test_an_older_window_is_told_and_shown_both(client, story, address):
    first, second = opened(client, address), opened(client, address)
    heard(client, address, first, "Première.")
    assert heard(client, address, second, "Seconde.") == (
        "Pas enregistré. Vous avez enregistré cette réponse dans une autre fenêtre, à 14 h 03. "
        "Utilisez un bouton pour voir les deux versions et choisir, ou reprenez la version "
        "enregistrée."
    )
    response = client.post(address, second | {"text": "Seconde."})
    page = Page(response)
    assert response.status_code == 409
    notice = page.main.one(id="stale").parent
    assert [cell.text for cell in notice.one("tbody").all("td")] == ["Première.", "Seconde."]
    assert not story.action.refusal_notices.get().has_reply
    response = client.post(address, page.form)
    assert response.headers["Location"] == story.action.get_space_url()
    assert story.action.refusal_notices.get().reply == "Seconde."


@starts_from(story="refusal_announced")
def test_once_one_is_sent_drafts_go_and_no_other_is_kept(client, as_user, story, address):
    colleague = as_user(member(story.carrier))
    form = opened(colleague, address)
    heard(colleague, address, form, "Commencée.")
    client.post(address, opened(client, address) | {"text": "Envoyée."})
    assert TypedReply.objects.count() == 0
    assert heard(colleague, address, form, "Suite.", turn=2) == (
        "Pas enregistré. Vous avez déjà répondu."
    )
    assert TypedReply.objects.count() == 0


@starts_from(story="refusal_announced")
def test_once_the_refusal_is_settled_nothing_is_left(client, story, address):
    form = opened(client, address)
    heard(client, address, form, "Commencée.")
    client.post(address, form | {"text": "Envoyée."})
    TypedReply.objects.create(
        notice=story.action.refusal_notices.get(), saved_by=story.manager, text="Reste."
    )
    story.apply("withdraw_refusal", fresh(story.members[0]), comment="La réponse convainc.")
    assert TypedReply.objects.count() == 0
    assert client.post(address, form | {"text": "Suite.", "quiet": "1"}).status_code == 404


@starts_from(story="refusal_announced")
def test_a_second_click_is_answered_as_the_first(client, story, address):
    page = Page(client.get(address))
    form = page.form | {"form_key": page.form_key, "text": "Envoyée."}
    answers = [client.post(address, form | {"turn": turn}) for turn in ("1", "2")]
    assert [answer.headers["Location"] for answer in answers] == [story.action.get_space_url()] * 2
