"""What somebody finds without being told where, by keyboard, and what comes out of the printer."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.support.demonstration import load_proposals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

MAX_STOPS = 60  # links and buttons of a page: more would be a trap


def follow(page, href: str) -> None:
    """Reach the link by Tab alone, and open it by Enter: one step."""
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == href:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    pytest.fail(f"{href} is not within {MAX_STOPS} stops of the keyboard on {page.url}")


def test_the_measures_of_challenge_3_without_action_are_one_step_away_by_keyboard(portal):
    load_proposals(lambda row: row["measure"] == "3.1" and row["status"] == "completed")
    page = portal.visitor(viewport={"width": 1280, "height": 800})
    page.goto("/")
    card = page.locator(".challenge-card", has_text="Défi 3")
    expect(card).to_contain_text("1 mesure engagée sur 2")
    expect(card).to_contain_text("1 sans action financée")
    follow(page, "/defis/3/")
    # Without scrolling nor another step: said, and named.
    heading = page.get_by_role("heading", name="1 mesure sur 2 n’a encore aucune action financée")
    measure = page.get_by_role("link", name="3.2 Mettre en place un interlocuteur")
    expect(heading).to_be_in_viewport()
    expect(measure).to_be_in_viewport()
    follow(page, "/defis/3/mesures/2/")
    expect(
        page.get_by_role("heading", name="Aucune action financée ne répond encore")
    ).to_be_in_viewport()


@pytest.mark.parametrize("who", ["elu", "agent"])
def test_the_dashboard_prints_on_one_sheet(portal, who):
    load_proposals()
    page = portal.signed_in(who)
    page.goto(reverse("dashboards:dashboard"))
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    # A4 upright, in points; one box a page.
    assert [tuple(round(float(side)) for side in size) for size in sizes] == [(595, 842)]
