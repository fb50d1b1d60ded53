"""What the walks in a real browser share."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from actions.services.demonstration import load_accounts
from actors.services import load_territory
from challenges.services import load_programme
from ess_portal.base.models import OutgoingMail

PASSWORD = "quatre-criteres-et-un-seuil"
ROOT = Path(settings.BASE_DIR)


def read(name: str) -> dict:
    """The content of one of the project's data files."""
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


class Portal:
    """The portal as people use it: pages, sign-ins, mails."""

    def __init__(self, browser, server):
        self.browser, self.server = browser, server
        self.faults: list[str] = []

    def visitor(self, **options):
        """Open a page of a new browser session, on the watch for errors of the console."""
        context = self.browser.new_context(
            base_url=self.server.url, locale="fr-FR", timezone_id="Europe/Paris", **options
        )
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def signed_in(self, name: str, **options):
        """Open a session of `<name>@demo.example`, by password."""
        page = self.visitor(**options)
        page.goto(reverse("account_login"))
        form = page.locator("form", has=page.get_by_label("Mot de passe"))
        form.get_by_label("Adresse électronique").fill(f"{name}@demo.example")
        form.get_by_label("Mot de passe").fill(PASSWORD)
        form.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/espace/")
        return page

    def code_mailed_to(self, address: str) -> str:
        """The latest sign-in code that waits in the outbox for `address`."""
        mail = OutgoingMail.objects.filter(recipient=address, secret=True).latest("pk")
        return re.search(r"^[A-Z0-9-]{6,}$", mail.body, re.MULTILINE)[0]

    def _note(self, message):
        if message.type == "error":
            self.faults.append(message.text)


@pytest.fixture
def portal(browser, live_server, transactional_db):
    """The portal with its programme, territory and demonstration accounts; no console error."""
    load_programme(read("challenges/data/programme-2016-2020.json"))
    load_territory(read("actors/data/territory.json"))
    load_accounts(PASSWORD)
    opened = Portal(browser, live_server)
    yield opened
    for context in browser.contexts:
        context.close()
    assert opened.faults == []
