"""What the walks in a real browser share."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.test import override_settings
from django.test.testcases import LiveServerThread
from django.urls import reverse

from actions.demonstration.people import ACCOUNTS, KINDS, associate_application, load_accounts
from actors.models import User
from actors.services import load_territory
from challenges.services import load_programme
from ess_portal.base.apps import PortalStaticFilesConfig
from ess_portal.base.models import OutgoingMail
from ops.page_type import SUPERUSER
from tests.support.demonstration import load
from tests.support.hands import Mouse

PASSWORD = "quatre-criteres-et-un-seuil"
# Evaluators and carriers are offered a second factor, the others have one.
WITH_SECOND_STEP = ({name for name, (_, role) in ACCOUNTS.items() if role} | {SUPERUSER}) - set(
    KINDS
)
ROOT = Path(configured.BASE_DIR)


def read(name: str) -> dict:
    """The content of one of the project's data files."""
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


class Portal:
    """The portal as people use it: pages, sign-ins, mails.

    `hands` are how one clicks and types, `script` whether pages may run theirs.
    """

    def __init__(self, browser, server):
        self.browser, self.server = browser, server
        self.hands, self.script = Mouse(), True
        self.faults: list[str] = []

    def visitor(self, **options):
        """Open a page of a new browser session, on the watch for errors of the console."""
        context = self.browser.new_context(
            base_url=self.server.url,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=self.script,
            **options,
        )
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def signed_in(self, name: str, **options):
        """Open a session of `<name>@demo.example`, by password."""
        return self.sign_in(self.visitor(**options), name)

    def sign_in(self, page, name: str):
        """Sign `<name>@demo.example` in on an open page, by password."""
        page.goto(reverse("account_login"))
        form = page.locator("form", has=page.get_by_label("Mot de passe"))
        self.hands.write(form.get_by_label("Adresse électronique"), f"{name}@demo.example")
        self.hands.write(form.get_by_label("Mot de passe"), PASSWORD)
        self.hands.press(form.get_by_role("button", name="Se connecter"))
        if name in WITH_SECOND_STEP:
            page.wait_for_url("**/connexion/verification/")
            code = page.locator("[data-demo-code]").inner_text()
            self.hands.write(page.get_by_label("Code de votre application"), code)
            self.hands.press(page.get_by_role("button", name="Se connecter", exact=True))
        page.wait_for_url(lambda url: "/connexion/" not in url)
        return page

    def code_mailed_to(self, address: str) -> str:
        """The latest sign-in code that waits in the outbox for `address`."""
        mail = OutgoingMail.objects.filter(recipient=address, secret=True).latest("pk")
        return re.search(r"^[A-Z0-9-]{6,}$", mail.text, re.MULTILINE)[0]

    def _note(self, message):
        if message.type == "error":
            self.faults.append(message.text)


def opened(browser, server):
    """Open the portal on its programme, territory and accounts; see to it that no console spoke."""
    load_programme(read("challenges/data/programme-2016-2020.json"))
    load_territory(read("actors/data/territory.json"))
    load_accounts(PASSWORD)
    portal = Portal(browser, server)
    yield portal
    for context in browser.contexts:
        context.close()
    assert portal.faults == []


@pytest.fixture
def portal(browser, live_server, transactional_db, settings):
    """The portal with its programme, territory and demonstration accounts; no console error.

    Public pages are kept as in production: a walk would meet one that is old.
    """
    settings.PAGES_KEPT = True
    yield from opened(browser, live_server)


class ProductionServer:
    """A live server with the middleware and the static files of production."""

    def __init__(self):
        self._thread = LiveServerThread("127.0.0.1", static_handler=lambda handler: handler)
        self._thread.daemon = True
        self._thread.start()
        self._thread.is_ready.wait()
        if self._thread.error:
            raise self._thread.error
        self.url = f"http://127.0.0.1:{self._thread.port}"

    def stop(self):
        """Stop it."""
        self._thread.terminate()


def as_in_production(folder: Path) -> dict:
    """The settings that serve static files hashed, joined, compressed and immutable."""
    before = configured.MIDDLEWARE.index("django.middleware.gzip.GZipMiddleware")
    middleware = list(configured.MIDDLEWARE)
    middleware.insert(before, "whitenoise.middleware.WhiteNoiseMiddleware")
    staticfiles = {"BACKEND": "ess_portal.base.storage.StaticStorage"}
    return {
        "STATIC_ROOT": folder / "static",
        "ATTACHMENTS_ROOT": folder / "attachments",
        "STORAGES": configured.STORAGES | {"staticfiles": staticfiles},
        "MIDDLEWARE": middleware,
    }


@pytest.fixture(scope="module")
def demonstration(browser, django_db_setup, django_db_blocker, tmp_path_factory):
    """The portal served as in production, over all the demonstration's data, past included.

    Loaded once for the module: its tests read, or send what is refused.
    """
    ignored = list(PortalStaticFilesConfig.ignore_patterns)
    with (
        django_db_blocker.unblock(),
        override_settings(**as_in_production(tmp_path_factory.mktemp("production"))),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        call_command("collectstatic", interactive=False, ignore_patterns=ignored, verbosity=0)
        server = ProductionServer()
        try:
            for portal in opened(browser, server):
                call_command("load_reference", verbosity=0)
                load()
                associate_application(
                    User.objects.create_superuser(f"{SUPERUSER}@demo.example", PASSWORD)
                )
                yield portal
        finally:
            server.stop()
            call_command("flush", interactive=False, verbosity=0)
