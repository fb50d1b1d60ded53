"""`make screens`: every type of page, in every width and theme, into var/screens/.

Run by the environment's Python: `python -m ops.photograph [name…]` (only these page types). It
serves the demonstration on loopback, on a port the system chooses, photographs, and stops all it
started. Mails are written beside the images as text.
"""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

from ops import demo, embedded
from ops.supervisor import Failure, Stop, Supervisor

SCREENS = demo.BASE_DIR / "var" / "screens"
WIDTHS = (1280, 768, 320)
THEMES = ("light", "dark")
HEIGHT = 900
# No browser draws more than this in one piece; a page so long is itself a fault.
TALLEST = 12000


def main(names: list[str]) -> int:
    """Photographs the page types called `names`, all of them without names; returns the code."""
    try:
        run(set(names))
    except Stop:
        return 0
    except (Failure, embedded.EmbeddedDatabaseError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def run(names: set[str]) -> None:
    """Serves the demonstration, photographs it, stops it."""
    port = _free_port()
    environment = demo.demo_environment(port)
    demo.LOG_DIR.mkdir(parents=True, exist_ok=True)
    try:
        with Supervisor(environment, demo.BASE_DIR) as supervisor:
            if not os.environ.get("DATABASE_URL"):
                urls = embedded.ensure_database()
                environment |= {"DATABASE_URL": urls.web, "DATABASE_OWNER_URL": urls.owner}
            demo.prepare(supervisor, static=True)
            demo.serve(supervisor, port, dev=False)
            os.environ.update(environment)
            number = photograph(f"http://127.0.0.1:{port}", environment["DEMO_PASSWORD"], names)
        print(f"{number} fichiers dans {SCREENS.relative_to(demo.BASE_DIR)}/", flush=True)
    finally:
        embedded.release()


def photograph(address: str, password: str, names: set[str]) -> int:
    """Writes one image a page type, width and theme, and the mails; returns how many files."""
    import django  # noqa: PLC0415 (after the environment is complete)

    django.setup()
    # Playwright runs an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from ops.page_types import page_types, readers  # noqa: PLC0415

    pages = page_types()
    if unknown := names - {page.name for page in pages}:
        raise Failure(f"Ces types de page n'existent pas : {', '.join(sorted(unknown))}.")
    if not names:
        shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True, exist_ok=True)
    chosen = readers([page for page in pages if not names or page.name in names])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for reader, types in chosen.items():
            context = browser.new_context(base_url=address, locale="fr-FR")
            tab = context.new_page()
            sign_in(tab, reader, password)
            for page in types:
                shoot(tab, page)
            context.close()
        browser.close()
    if not names:
        write_mails()
    return sum(1 for _ in SCREENS.iterdir())


def sign_in(tab: Any, reader: str, password: str) -> None:
    """Signs a reader in by password, and by the code that the next page shows where it asks for
    one; a visitor stays one.
    """
    from ops.page_type import VISITOR  # noqa: PLC0415

    if reader == VISITOR:
        return
    tab.goto("/connexion/")
    tab.locator("[name=login]").fill(f"{reader}@demo.example")
    tab.locator("[name=password]").fill(password)
    with tab.expect_navigation():
        tab.locator("[name=password]").press("Enter")
    if (code := tab.locator("[data-demo-code]")).count():
        tab.locator("[name=code]").fill(code.inner_text())
        tab.locator("[name=code]").press("Enter")
    tab.wait_for_url(lambda url: "/connexion/" not in url)


def open_page(tab: Any, page: Any) -> None:
    """Shows a page type, after the click that brings its errors if it has one."""
    from ops.page_types import rendered  # noqa: PLC0415

    if page.template:
        text = rendered(page.template)
        tab.route(
            f"**{page.address}", lambda route: route.fulfill(body=text, content_type="text/html")
        )
    tab.goto(page.address)
    if page.press:
        # Browsers keep a form with an empty required field to themselves.
        tab.evaluate("for (const form of document.forms) form.noValidate = true")
        with tab.expect_navigation():
            tab.locator(page.press).first.click()


def shoot(tab: Any, page: Any) -> None:
    """Writes the six images of one page type: the page is loaded once, then resized."""
    open_page(tab, page)
    for width, theme in _looks():
        tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        height = tab.evaluate("document.documentElement.scrollHeight")
        if height > TALLEST:
            tab.set_viewport_size({"width": width, "height": TALLEST})
        tab.screenshot(
            path=SCREENS / f"{width}-{theme}-{page.name}.png", full_page=height <= TALLEST
        )


def write_mails() -> None:
    """Writes one mail of each kind, as its reader gets it: those of the demonstration's walk.

    The walk is done again on a fresh action, in a transaction that is then undone.
    """
    from django.db import transaction  # noqa: PLC0415

    from ess_portal.base.models import OutgoingMail  # noqa: PLC0415

    with transaction.atomic():
        last = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        _walk_again()
        for mail in OutgoingMail.objects.filter(pk__gt=last).order_by("pk"):
            path = SCREENS / f"mail-{mail.pk - last:03d}.txt"
            path.write_text(f"À : {mail.recipient}\nObjet : {mail.subject}\n\n{mail.text}\n")
        transaction.set_rollback(True)


def _walk_again() -> None:
    from actions.demonstration.applications import load_proposal  # noqa: PLC0415
    from actions.demonstration.loading import read  # noqa: PLC0415
    from actors.models import User  # noqa: PLC0415

    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    told: set[str] = set()
    for row in read()["proposals"]:
        if row["status"] not in told:
            told.add(row["status"])
            manager = User.objects.filter(memberships__organisation__slug=row["carrier"]).first()
            load_proposal({**row, "key": f"{row['key']}-again"}, manager, people)


def _looks() -> Iterator[tuple[int, str]]:
    for width in WIDTHS:
        for theme in THEMES:
            yield width, theme


def _chromium() -> str:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise Failure("Chromium est introuvable : installez-le, ou donnez son chemin (CHROMIUM).")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
