"""Every type of page, in a real browser: axe finds nothing, nothing is cut, it weighs little."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from ops.page_type import VISITOR, PageType
from ops.page_types import page_types, readers
from ops.photograph import open_page
from ops.stylesheets import SOURCE, TARGET, defined_classes

pytestmark = pytest.mark.browser

# Bytes on the wire and requests of a first view. Django's admin comes in many small files, which
# browsers then keep.
MOST, MOST_REQUESTS = 100_000, 10
ADMIN, ADMIN_REQUESTS = 200_000, 30

PATIENCE = 1000  # hundredths of a second
STALLED = "requests never end"

WIDER = "document.documentElement.scrollWidth > window.innerWidth"
# What its own box cuts, other than on purpose.
CUT = """[...document.querySelectorAll("main *")].filter(element => {
  const style = getComputedStyle(element);
  return ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis"
    && style.position !== "absolute"
    && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1
    && !element.closest("svg, input, textarea, select, .honeypot, .selector");
}).map(element => element.outerHTML.slice(0, 80))"""
HEADINGS = "document.querySelectorAll('h1').length"
PERSONAL = "input:is([type=email], [type=tel], [type=password], [name=name], [name=code])"
SILENT = f"""[...document.querySelectorAll("main {PERSONAL}")]
  .filter(field => !field.autocomplete || field.autocomplete === "off").map(field => field.name)"""
# Without preloading: axe reads imported stylesheets again, from the wrong folder.
EVERYTHING = {"preload": False}
# What the colours of another theme may change.
COLOURS = EVERYTHING | {"runOnly": ["color-contrast", "link-in-text-block"]}
CLASSES = "[...new Set([...document.querySelectorAll('[class]')].flatMap(e => [...e.classList]))]"


@dataclass
class Meter:
    """What a page costs on the wire: bytes with headers, requests, nothing from any cache."""

    tab: object
    session: object = None
    sizes: dict[str, int | None] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    careless: list[str] = field(default_factory=list)

    def __post_init__(self):
        """Listen to the browser's own count."""
        session = self.session = self.tab.context.new_cdp_session(self.tab)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._start)
        session.on("Network.responseReceived", self._check)
        session.on("Network.loadingFinished", self._finish)
        session.on("Network.loadingFailed", self._finish)

    def complaints(self, page: PageType) -> Iterator[str]:
        """Yield what is too much, once all that was asked has come."""
        for _ in range(PATIENCE):
            if not self._waiting():
                break
            self.tab.wait_for_timeout(10)
        else:
            yield f"{STALLED}: {sorted(self.asked[name] for name in self._waiting())}"
            return
        most, requests = (ADMIN, ADMIN_REQUESTS) if page.is_admin else (MOST, MOST_REQUESTS)
        if (weight := sum(self.sizes.values())) > most:
            yield f"{weight} bytes"
        if len(self.sizes) > requests:
            yield f"{len(self.sizes)} requests"
        if not page.template:
            yield from self.careless

    def close(self):
        """Stop listening: the tab goes on to other pages."""
        self.session.detach()

    def _waiting(self) -> list[str]:
        return [name for name, size in self.sizes.items() if size is None]

    def _start(self, event):
        if event["type"] == "Document":
            # What the page before still asked for (its icon, say) is dropped, and nobody says so.
            self.sizes.clear()
        if not event["request"]["url"].startswith("data:"):
            self.sizes[event["requestId"]] = None
            self.asked[event["requestId"]] = event["request"]["url"]

    def _check(self, event):
        """Note what isn't compressed, and what may change under the name it was cached by."""
        answer = event["response"]
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        path = urlsplit(answer["url"]).path
        if event["type"] not in ("Document", "Stylesheet", "Script") or not headers:
            return
        if headers.get("content-encoding") not in ("br", "gzip"):
            self.careless.append(f"{path} isn't compressed")
        if path.startswith("/static/") and "immutable" not in headers.get("cache-control", ""):
            self.careless.append(f"{path} isn't immutable")

    def _finish(self, event):
        if event["requestId"] in self.sizes:
            self.sizes[event["requestId"]] = event.get("encodedDataLength", 0)


@dataclass(frozen=True)
class Guise:
    """How a page is looked at; `themes` are light, then dark, whose colours alone differ."""

    options: dict = field(default_factory=dict)
    themes: tuple[str, ...] = ("light",)


def violations(tab, themes: tuple[str, ...]) -> Iterator[str]:
    """Yield what axe reports of the page as it is shown in each theme."""
    for number, theme in enumerate(themes):
        # Without motion: axe would measure colours on their way from one theme to the other.
        tab.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found = Axe().run(tab, options=COLOURS if number else EVERYTHING).response["violations"]
        for violation in found:
            yield f"{theme}, {violation['id']}: {violation['nodes'][0]['html'][:120]}"


def look(tab, page: PageType, dropped: frozenset[str], guise: Guise) -> Iterator[str]:
    """Yield what is wrong with a page."""
    meter = Meter(tab)
    open_page(tab, page)
    if tab.evaluate(WIDER):
        yield "wider than the screen"
    for element in tab.evaluate(CUT):
        yield f"cut: {element}"
    if (headings := tab.evaluate(HEADINGS)) != 1:
        yield f"{headings} headings of the first level"
    if not page.is_admin and (fields := tab.evaluate(SILENT)):
        yield f"no autocomplete: {fields}"
    if missing := dropped.intersection(tab.evaluate(CLASSES)):
        yield f"make stylesheet dropped {sorted(missing)}"
    yield from violations(tab, guise.themes)
    # Measured last: the icon comes after the page. A form with errors is the same page again.
    if not page.press:
        yield from meter.complaints(page)
    meter.close()


def faults(portal, pages: list[PageType], guise: Guise) -> list[str]:
    """What is wrong, a line each."""
    # Classes of Bootstrap of which our share knows nothing: no page may count on them.
    dropped = defined_classes(SOURCE) - defined_classes(TARGET)
    found = []
    for reader, types in readers(pages).items():
        tab = portal.visitor(**guise.options)
        if reader != VISITOR:
            portal.sign_in(tab, reader)
        for page in types:
            # axe measures with inline styles, which the policy reports, and a missing page is an
            # error for the console: those aren't ours.
            noted = list(portal.faults)
            wrongs = list(look(tab, page, dropped, guise))
            if any(wrong.startswith(STALLED) for wrong in wrongs):
                # Once may be a busy machine; twice is the page.
                wrongs = list(look(tab, page, dropped, guise))
            found += [f"{page.name}: {wrong}" for wrong in wrongs]
            said = [fault for fault in portal.faults[len(noted) :] if not expected(fault)]
            portal.faults[:] = noted + said
        tab.context.close()
    return found


def expected(fault: str) -> bool:
    """Tell whether a line of the console comes from axe, or from an error page looked at."""
    return "inline style" in fault or "Failed to load resource" in fault


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "zoom", "themes"),
    [(1280, 1, ("light", "dark")), (320, 1, ("light", "dark")), (640, 2, ())],
)
def test_every_page_type_is_whole_in_any_theme_width_and_zoom(demonstration, width, zoom, themes):
    """A window of 1280 px at 200 % shows what one of 640 px shows, drawn twice as fine.

    What axe has to say of that one it says of the two others; whether all of it fits is seen here.
    """
    options = {"viewport": {"width": width, "height": 800}, "device_scale_factor": zoom}
    found = faults(demonstration, page_types(), Guise(options, themes))
    assert not found, "\n".join(found)
