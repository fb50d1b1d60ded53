"""The browser of the tests marked `browser`, loaded by `addopts = -p tests.plugins.browser`."""

import os
import shutil
from typing import Any

import pytest

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # root, in a container, cannot have one
    "--disable-dev-shm-usage",  # a container's /dev/shm is too small for a page
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
MISSING = (
    "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path"
)

# Playwright's synchronous interface runs an event loop in the thread of the test; Django would
# refuse the queries of the test itself.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def find_chromium() -> str | None:
    """The path of the browser to test with: CHROMIUM, else the first known one."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


class BrowserFixtures:
    """Overrides of pytest-playwright's fixtures."""

    @pytest.fixture(scope="session")
    @classmethod
    def browser_type_launch_args(cls) -> dict[str, Any]:
        """The machine's own browser, headless, without any request of its own."""
        return {"executable_path": find_chromium(), "args": ARGUMENTS}

    @pytest.fixture(scope="session")
    @classmethod
    def browser_context_args(cls) -> dict[str, Any]:
        """A French visitor; nothing else is pretended."""
        return {"locale": "fr-FR", "timezone_id": "Europe/Paris"}


def pytest_configure(config: pytest.Config) -> None:
    """Registers the fixtures now, after pytest-playwright's own, which they override."""
    config.addinivalue_line("markers", "browser: needs a real browser (Chromium)")
    config.pluginmanager.register(BrowserFixtures(), "ess-portal-browser-fixtures")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a browser test where there is no browser, except in CI, which must have one."""
    if item.get_closest_marker("browser") is None or find_chromium():
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)
