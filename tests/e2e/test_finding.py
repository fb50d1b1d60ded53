"""Finding one's way in a list: as one types and chooses, by keyboard, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from actions.enums import ActionStatus
from actions.models import Action
from challenges.models import Challenge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]
LIST = "/actions/"


@pytest.fixture
def actions(portal):
    """Three recorded actions under two challenges of the programme."""
    for number, (challenge, title) in enumerate(
        ((1, "Une épicerie"), (1, "Un garage"), (2, "Une épicerie mobile")), start=1
    ):
        Action.objects.create(
            status=ActionStatus.RECORDED,
            reference=f"ANT-{number:04d}",
            title=title,
            challenge=Challenge.objects.of_current_programme().get(number=challenge),
            sources="Une délibération",
        )


def titles(page):
    """The titles listed."""
    return page.locator("#liste li h3")


def test_the_list_follows_what_is_typed_and_chosen(portal, actions):
    page = portal.visitor()
    page.goto(LIST)
    page.evaluate("window.stayed = true")
    page.get_by_role("searchbox", name="Rechercher").press_sequentially("epiceries")
    expect(titles(page)).to_have_text(["Une épicerie", "Une épicerie mobile"])
    expect(page.get_by_role("searchbox", name="Rechercher")).to_be_focused()
    # Assistive technology hears the number; the choices are counted anew.
    expect(page.locator("#annonce")).to_have_text("2 actions")
    defi = page.get_by_label("Défi", exact=True)
    expect(defi.get_by_role("option", name="Défi 1 :")).to_contain_text("(1)")

    defi.focus()
    page.keyboard.press("ArrowDown")
    expect(titles(page)).to_have_text(["Une épicerie"])
    expect(page.locator("#annonce")).to_have_text("1 action")
    expect(defi).to_be_focused()
    expect(page).to_have_url(f"{portal.server.url}{LIST}?q=epiceries&defi=1")
    assert page.evaluate("window.stayed") is True

    # The address can be shared, and leads to the same list.
    other = portal.visitor()
    other.goto(page.url)
    expect(titles(other)).to_have_text(["Une épicerie"])
    other.get_by_role("link", name="Enlever le filtre Défi").press("Enter")
    expect(titles(other)).to_have_text(["Une épicerie", "Une épicerie mobile"])


def test_without_javascript_a_button_does_the_same(portal, actions):
    portal.script = False
    page = portal.visitor()
    page.goto(LIST)
    page.get_by_role("searchbox", name="Rechercher").fill("epiceries")
    page.get_by_label("Défi", exact=True).select_option("1")
    page.get_by_role("button", name="Rechercher").click()
    expect(titles(page)).to_have_text(["Une épicerie"])
    page.get_by_role("link", name="Enlever le filtre Rechercher").click()
    expect(titles(page)).to_have_text(["Une épicerie", "Un garage"])


def test_the_search_is_reached_and_read_by_keyboard(portal, actions):
    page = portal.visitor()
    page.goto("/")
    page.get_by_role("link", name="Rechercher").press("Enter")
    page.get_by_role("searchbox", name="Ce que vous cherchez").focus()
    page.keyboard.type("epicerie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 résultats pour « epicerie »")
    page.get_by_role("link", name="Une épicerie mobile").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Une épicerie mobile")


def test_a_choice_made_while_an_answer_is_on_its_way_is_kept(portal, actions):
    page = portal.visitor()

    def slowly(route):
        if "q=epicerie" in route.request.url and "defi=1" not in route.request.url:
            page.wait_for_timeout(600)
        route.continue_()

    page.goto(LIST)
    page.route("**/actions/?*", slowly)
    with page.expect_request("**/actions/?q=epicerie*"):
        page.get_by_role("searchbox", name="Rechercher").press_sequentially("epicerie")
    page.get_by_label("Défi", exact=True).select_option("1")
    expect(titles(page)).to_have_text(["Une épicerie"])
    expect(page.get_by_label("Défi", exact=True)).to_have_value("1")
