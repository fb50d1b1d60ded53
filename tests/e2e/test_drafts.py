"""A draft saves itself, is resumed elsewhere, and tells a window that it is out of date."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actions.models import Action
from tests.support import proposing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def begin(portal):
    """As a carrier: describe the organisation, and come to the second step."""
    page = portal.signed_in("porteur")
    page.goto(reverse("actions:propose"))
    proposing.fill_organisation(page, portal.hands)
    return page


@pytest.mark.slow
def test_begun_in_one_browser_it_is_finished_in_another(portal):
    first, hands = begin(portal), portal.hands
    hands.write(first.get_by_role("textbox", name="Titre de l’action"), proposing.TITLE)
    hands.write(first.get_by_role("textbox", name="Résumé"), "Pas encore fini")
    expect(first.locator("#enregistre")).to_contain_text("Enregistré à")
    # No button: the browser is gone.
    first.context.close()

    second = portal.signed_in("porteur")
    hands.press(second.get_by_role("link", name=proposing.TITLE))
    hands.press(second.get_by_role("link", name="Continuer"))
    second.get_by_role("heading", name="L’action", level=1).wait_for()
    expect(second.get_by_role("textbox", name="Titre de l’action")).to_have_value(proposing.TITLE)
    expect(second.get_by_role("textbox", name="Résumé")).to_have_value("Pas encore fini")
    proposing.fill_action(second, hands)
    proposing.fill_measure(second, hands)
    proposing.fill_means(second, hands)
    proposing.fill_criteria(second, hands)
    proposing.send(second, hands)
    second.get_by_role("heading", name="Accusé de réception").wait_for()
    assert Action.objects.get().status == "submitted"


@pytest.mark.slow
def test_the_stale_one_of_two_windows_is_told_and_shown_both_versions(portal):
    first, hands = begin(portal), portal.hands
    second = first.context.new_page()
    second.goto(first.url)
    hands.write(first.get_by_role("textbox", name="Titre de l’action"), "Le premier titre")
    expect(first.locator("#enregistre")).to_contain_text("Enregistré à")

    hands.write(second.get_by_role("textbox", name="Titre de l’action"), "Le second titre")
    alert = second.locator("#enregistre .alert")
    expect(alert).to_contain_text("Vous avez enregistré cette étape dans une autre fenêtre")
    hands.press(second.get_by_role("button", name="Enregistrer et continuer"))
    versions = second.get_by_role("table", name="Les deux versions")
    expect(versions.get_by_role("cell", name="Le premier titre")).to_be_visible()
    expect(versions.get_by_role("cell", name="Le second titre")).to_be_visible()
    portal.faults.clear()  # the browser notes the 409 of a page that was out of date

    hands.press(second.get_by_role("button", name="Enregistrer et continuer"))
    second.get_by_role("heading", name="Le défi et la mesure", level=1).wait_for()
    assert Action.objects.get().title == "Le second titre"


def test_the_balance_of_the_budget_follows_what_is_typed(portal):
    page, hands = begin(portal), portal.hands
    page.goto(page.url.replace("/action/", "/moyens/"))
    balance = page.locator("[data-balance]")
    hands.write(page.get_by_role("textbox", name="Achats"), "1 000,50")
    hands.write(page.get_by_role("textbox", name="Ressources propres"), "400")
    # Still in the field.
    expect(balance).to_contain_text("1 000,50 € de dépenses, 400 € de ressources.")
    expect(balance).to_contain_text("Il manque 600,50 € de ressources.")
    hands.write(page.get_by_role("textbox", name="Financement demandé"), "600,50")
    page.keyboard.press("Tab")
    expect(balance).to_contain_text("Le budget est équilibré.")


@pytest.mark.slow
def test_what_could_not_be_saved_stays_and_is_said(portal):
    page, hands = begin(portal), portal.hands
    title = page.get_by_role("textbox", name="Titre de l’action")
    page.context.set_offline(True)
    hands.write(title, "Écrit sans réseau")
    expect(page.get_by_text("Le portail ne répond pas.")).to_be_visible()
    page.context.set_offline(False)
    hands.write(title, "Écrit avec le réseau")
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    expect(page.get_by_text("Le portail ne répond pas.")).to_be_hidden()

    page.context.clear_cookies(name="sessionid")
    hands.write(title, "Écrit sans être connecté")
    expect(page.get_by_text("Vous n’êtes plus connecté")).to_be_visible()
    expect(title).to_have_value("Écrit sans être connecté")
    assert Action.objects.get().title == "Écrit avec le réseau"
    portal.faults.clear()  # the browser notes what the network didn't answer
