"""An agent's second factor, from the first visit to a day without the telephone."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.virtual_key import plug_in

pytestmark = pytest.mark.browser
AGENT = "agent@demo.example"


@pytest.fixture
def named(portal, settings):
    """The portal by a name, as passkeys need; the agent hasn't set anything up yet."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    Authenticator.objects.all().delete()
    return f"http://localhost:{urlsplit(portal.server.url).port}"


def shown(secret: str, *, next_one: bool = False) -> str:
    """What the telephone shows, or shows next, which is accepted already."""
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + next_one))


def by_mailed_code(portal, page, named):
    """The first step of signing in."""
    page.goto(f"{named}/connexion/?next=/commission/")
    form = page.locator("form", has=page.get_by_role("button", name="Recevoir un code"))
    form.get_by_label("Adresse électronique").fill(AGENT)
    form.get_by_role("button").click()
    page.get_by_label("Code reçu").fill(portal.code_mailed_to(AGENT))
    page.get_by_role("button", name="Se connecter", exact=True).click()


def second_step(page, code):
    """The second one, by a code."""
    page.wait_for_url("**/connexion/verification/")
    page.get_by_label("Code de votre application").fill(code)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def leave(page):
    """Sign out."""
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def set_up(page) -> tuple[str, list[str]]:
    """Associate the telephone; return its secret, and the recovery codes."""
    expect(page.get_by_role("heading", name="Ajouter un second facteur")).to_be_visible()
    page.get_by_role("link", name="Associer une application").click()
    drawing = page.get_by_role("img", name=re.compile("Code à photographier"))
    expect(drawing).to_be_visible()
    # It is drawn, not only there: the strict policy lets it.
    assert drawing.evaluate("image => image.naturalWidth") > 0
    secret = page.locator("main code").inner_text().replace(" ", "")
    page.get_by_label("Code à six chiffres").fill(shown(secret))
    page.get_by_role("button", name="Associer l’application").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    codes = page.locator("main code").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ces codes").click()
    kept = download.value.path().read_text(encoding="utf-8").split()
    assert [code for code in kept if code.isdigit()] == codes
    page.get_by_role("button", name="J’ai gardé mes codes").click()
    return secret, codes


@pytest.mark.slow
def test_an_agent_sets_one_up_and_signs_in_with_each(portal, named):
    page = portal.visitor()
    plug_in(page)
    by_mailed_code(portal, page, named)
    secret, codes = set_up(page)
    page.wait_for_url("**/commission/")
    leave(page)

    # The code that set it up has served.
    by_mailed_code(portal, page, named)
    second_step(page, shown(secret, next_one=True))
    page.wait_for_url("**/commission/")
    leave(page)

    by_mailed_code(portal, page, named)
    second_step(page, codes[0])
    page.wait_for_url("**/commission/")
    page.goto(f"{named}/connexion/cles/ajouter/")
    page.get_by_label("Nom de la clé").fill("Mon ordinateur")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_text("La clé d’accès est ajoutée.")).to_be_visible()
    leave(page)

    # As a second step, then alone.
    by_mailed_code(portal, page, named)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url("**/commission/")
    leave(page)
    page.goto(f"{named}/connexion/?next=/commission/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url("**/commission/")


@pytest.mark.slow
def test_the_second_step_is_accessible_and_says_what_is_wrong(portal, named):
    page = portal.visitor()
    by_mailed_code(portal, page, named)
    secret, codes = set_up(page)
    leave(page)
    by_mailed_code(portal, page, named)
    second_step(page, "000000" if shown(secret) != "000000" else "111111")
    expect(page.get_by_text("Ce code n’est pas le bon").first).to_be_visible()
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [rule["id"] for rule in found] == []
    portal.faults.clear()  # axe measures with inline styles, which the policy reports
    second_step(page, codes[1])
    page.wait_for_url("**/commission/")
