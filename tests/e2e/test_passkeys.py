"""A passkey, from its making to signing in with it, on Chromium's own virtual authenticator."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from actors.models import User
from ess_portal.base.models import OutgoingMail
from tests.support.virtual_key import plug_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def named(portal, settings):
    """The portal by a name: a key belongs to one, never to an address made of numbers."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return f"http://localhost:{urlsplit(portal.server.url).port}"


def sign_in_by_code(portal, page, named, path="/espace/"):
    """Sign the first carrier in by a mailed code."""
    page.goto(f"{named}/connexion/?next={path}")
    form = page.locator("form", has=page.get_by_role("button", name="Recevoir un code"))
    form.get_by_label("Adresse électronique").fill("porteur@demo.example")
    form.get_by_role("button").click()
    page.get_by_label("Code reçu").fill(portal.code_mailed_to("porteur@demo.example"))
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url(f"**{path}")


def make_key(page, named, name="Mon téléphone"):
    """Make a key on the page for it."""
    page.goto(f"{named}/connexion/cles/ajouter/")
    page.get_by_label("Nom de la clé").fill(name)
    page.get_by_role("button", name="Créer la clé").click()


def test_a_key_is_added_signs_in_and_is_removed(portal, named):
    page = portal.visitor()
    plug_in(page)
    sign_in_by_code(portal, page, named)
    make_key(page, named)
    page.wait_for_url("**/connexion/cles/")
    expect(page.get_by_role("heading", name="Mon téléphone")).to_be_visible()
    told = OutgoingMail.objects.filter(recipient="porteur@demo.example").latest("pk")
    assert "Mon téléphone" in told.body

    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{named}/connexion/?next=/espace/preferences/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    # It leads where the person was going.
    page.wait_for_url("**/espace/preferences/")
    expect(page.get_by_text("porteur@demo.example")).to_be_visible()

    page.goto(f"{named}/connexion/cles/")
    page.get_by_role("link", name=re.compile("Retirer")).click()
    page.get_by_role("button", name="Retirer la clé").click()
    page.wait_for_url("**/connexion/cles/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{named}/connexion/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    # The device still offers what the portal has forgotten.
    expect(page.get_by_text("Cette clé d’accès n’a pas été reconnue")).to_be_visible()


def test_of_a_closed_account_signs_nobody_in_and_the_code_remains_for_others(portal, named):
    page = portal.visitor()
    plug_in(page)
    sign_in_by_code(portal, page, named)
    make_key(page, named)
    page.wait_for_url("**/connexion/cles/")
    page.get_by_role("button", name="Se déconnecter").click()
    # Having a key never asks for it: the code is enough.
    sign_in_by_code(portal, page, named)
    page.get_by_role("button", name="Se déconnecter").click()
    User.objects.filter(email="porteur@demo.example").update(is_active=False)
    page.goto(f"{named}/connexion/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    expect(page.get_by_role("heading", name="Ce compte est fermé")).to_be_visible()


def test_a_device_that_knows_nobody_makes_no_key(portal, named):
    page = portal.visitor()
    plug_in(page, verifies=False)
    sign_in_by_code(portal, page, named)
    make_key(page, named)
    expect(page.get_by_role("status").filter(has_text="Aucune clé")).to_be_visible()


def test_nothing_shows_where_no_key_can_be_used(portal, named):
    """By an address made of numbers."""
    page = portal.visitor()
    page.goto(f"{named.replace('localhost', '127.0.0.1')}/connexion/")
    button = page.get_by_role("button", name="Se connecter avec une clé d’accès")
    expect(button).to_be_hidden()
