"""Partners are looked for by name and by keyboard, with JavaScript or without; nothing is lost."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from actions.models import Action
from actors.models import Organisation
from tests.support.factories import OrganisationFactory
from tests.support.hands import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def portal(portal):
    """The portal used with the keys alone; twelve workshops are on it, and a food bank."""
    portal.hands = Keyboard()
    for number in range(1, 13):
        OrganisationFactory(name=f"Atelier {number:02}")
    OrganisationFactory(name="Épicerie des Gras")
    return portal


def open_means(portal):
    """As a carrier of a new file: come to the step of partners."""
    page = portal.signed_in("porteur")
    page.goto(reverse("actions:propose"))
    portal.hands.press(page.get_by_role("button", name="Enregistrer et continuer"))
    page.get_by_role("heading", name="L’action", level=1).wait_for()
    page.goto(page.url.replace("/action/", "/moyens/"))
    return page


def partners() -> list[str]:
    return [str(partner) for partner in Action.objects.get().partners.all()]


def box(page, name: str):
    return page.get_by_role("checkbox", name=name)


def test_results_come_as_one_types_and_what_is_ticked_stays(portal):
    page, hands = open_means(portal), portal.hands
    field = page.get_by_role("searchbox", name="Chercher une structure")
    hands.write(field, "ateliers")
    expect(page.locator("#structures-trouvees").get_by_role("checkbox")).to_have_count(10)
    expect(page.get_by_text("2 autres : précisez.", exact=True)).to_be_visible()
    expect(page.locator("#annonce-structures")).to_have_text(
        "10 structures trouvées, et 2 autres : précisez."
    )
    # Words to look for are no answer: nothing is saved for them.
    page.wait_for_timeout(2000)
    expect(page.locator("#enregistre")).to_have_text("")

    hands.tick(box(page, "Atelier 02"))
    expect(page.locator("#enregistre")).to_contain_text("Enregistré à")
    assert partners() == ["Atelier 02"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    hands.write(field, "EPICERIE")
    page.evaluate("window.isTheSame = true")
    page.keyboard.press("Enter")  # looks for it at once, and doesn't go on
    expect(box(page, "Épicerie des Gras")).to_be_visible()
    assert page.evaluate("window.isTheSame")
    expect(box(page, "Atelier 02")).to_be_checked()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    hands.tick(box(page, "Épicerie des Gras"))
    hands.press(page.get_by_role("button", name="Enregistrer et continuer"))
    page.get_by_role("heading", name="Les quatre critères", level=1).wait_for()
    assert partners() == ["Atelier 02", "Épicerie des Gras"]

    page.go_back()
    # Looked for again, what is chosen already has one box.
    hands.write(field, "atelier 02")
    expect(page.locator("#structures-trouvees")).to_contain_text("Aucune autre structure")
    expect(box(page, "Atelier 02")).to_have_count(1)


@pytest.mark.slow
def test_whoever_was_signed_out_meanwhile_stays_on_the_page(portal):
    page, hands = open_means(portal), portal.hands
    page.context.clear_cookies(name="sessionid")
    hands.write(page.get_by_role("searchbox", name="Chercher une structure"), "ateliers")
    expect(page.get_by_text("La recherche ne répond pas")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Les partenaires et le budget")
    expect(page.get_by_text("Pas enregistré.")).to_have_count(2)
    expect(page.get_by_text("Pas enregistré.").first).to_be_hidden()
    portal.faults.clear()  # the browser notes what wasn't answered


@pytest.mark.slow
def test_without_javascript_a_button_looks_for_them_and_loses_nothing(portal):
    portal.script = False
    page, hands = open_means(portal), portal.hands
    hands.write(page.get_by_role("searchbox", name="Chercher une structure"), "épiceries")
    hands.press(page.get_by_role("button", name="Chercher", exact=True))
    hands.tick(box(page, "Épicerie des Gras"))
    hands.write(page.get_by_role("textbox", name="Emplois créés"), "beaucoup")
    hands.write(page.get_by_role("textbox", name="Achats"), "1 000")
    hands.write(page.get_by_role("searchbox", name="Chercher une structure"), "atelier 1")
    page.keyboard.press("Enter")  # looks for it too, rather than to go on
    hands.tick(box(page, "Atelier 10"))
    expect(box(page, "Épicerie des Gras")).to_be_checked()
    expect(page.get_by_role("textbox", name="Emplois créés")).to_have_value("beaucoup")
    expect(page.get_by_role("textbox", name="Achats")).to_have_value("1 000")
    hands.write(page.get_by_role("textbox", name="Emplois créés"), "2")
    hands.press(page.get_by_role("button", name="Enregistrer et continuer"))
    page.get_by_role("heading", name="Les quatre critères", level=1).wait_for()
    assert partners() == ["Atelier 10", "Épicerie des Gras"]
    assert Action.objects.get().jobs_created == 2
    assert Organisation.objects.filter(name="Épicerie des Gras").count() == 1
