"""What the walks don't show: every stop of Tab, where errors lead, and stillness when asked for."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.support.hands import FOCUS, MOST_TABS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where the focus is in the document, whether one sees it, and on what.
STOP = f"""() => {{
  const element = document.activeElement;
  if (element === document.body) return null;
  const place = [...document.querySelectorAll("*")].indexOf(element);
  return [place, ({FOCUS})(element)[1], element.outerHTML.slice(0, 90)];
}}"""
MOVING = """[...document.querySelectorAll("*")].filter(element => {
  const style = getComputedStyle(element);
  return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none"
    || style.scrollBehavior === "smooth";
}).length"""


def stops(page) -> tuple[list[int], list[str]]:
    """Where Tab stops, as places in the document, and the stops that nobody sees."""
    places, unseen = [], []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop[0] in places:
            return places, unseen
        place, seen, element = stop
        places.append(place)
        if not seen:
            unseen.append(element)
    raise AssertionError("Tab never comes round")


@pytest.mark.parametrize(
    ("reader", "addresses"),
    [
        (None, ["/", "/actions/", "/connexion/", "/contact/"]),
        pytest.param(
            "agent",
            ["/tableau-de-bord/", "/admin/", "/admin/actors/organisation/"],
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.slow
def test_tab_follows_the_page_and_is_always_seen(portal, reader, addresses):
    # Without smooth scrolling: where the page stands is asked at once.
    options = {"reduced_motion": "reduce"}
    page = portal.visitor(**options) if reader is None else portal.signed_in(reader, **options)
    for address in addresses:
        page.goto(address)
        places, unseen = stops(page)
        assert unseen == [], address
        assert places == sorted(places), address
        assert len(places) > 8, address


@pytest.mark.slow
def test_the_skip_link_comes_first_and_leads_to_the_content(portal):
    page = portal.visitor()
    page.goto("/aide/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    ("reader", "address", "typed", "button"),
    [
        (None, "pages:contact", {}, "Envoyer le message"),
        (
            "porteur",
            "actions:propose",
            {"org_name": "Une autre", "org_siret": "123", "org_postal_code": "6"},
            "Enregistrer et continuer",
        ),
    ],
)
def test_each_line_of_the_errors_leads_to_its_field(portal, reader, address, typed, button):
    # Without smooth scrolling: where the page stands is asked at once.
    options = {"reduced_motion": "reduce"}
    page = portal.visitor(**options) if reader is None else portal.signed_in(reader, **options)
    page.goto(reverse(address))
    if page.locator("#id_carrier").count():
        page.locator("#id_carrier").select_option("")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name=button).click()
    links = page.locator(".error-summary a")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(links.first).to_be_visible()
    for link in links.all():
        target = link.get_attribute("href")
        link.press("Enter")
        expect(page.locator(target)).to_be_focused()
        expect(page.locator(f"{target}.is-invalid")).to_be_in_viewport()


@pytest.mark.slow
def test_nothing_moves_for_those_who_asked_for_stillness(portal):
    still, lively = (portal.visitor(reduced_motion=wish) for wish in ("reduce", "no-preference"))
    for address in ("/", "/connexion/"):
        still.goto(address)
        assert still.evaluate(MOVING) == 0, address
        lively.goto(address)
        assert lively.evaluate(MOVING) > 0, address
