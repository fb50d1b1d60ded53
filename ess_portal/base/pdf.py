"""PDF documents: Typst templates filled with plain data (docs/decisions/0012-pdf-by-typst.md).

The same data give the same bytes: nothing is read from the clock, the system's fonts or the
network. Data reach the template as JSON, so what people typed is drawn as text and never run. Typst
runs behind the fence: whatever it does with what people typed, this process lives on.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from django.conf import settings

from ess_portal.base import kept_documents
from ess_portal.base.fence import ChildDied, Limits, TooBusy, run_fenced
from ess_portal.base.plain_text import drawable, mapped, simple

logger = logging.getLogger(__name__)

TYPESET = "ess_portal.base.typesetting:typeset"
LIMITS = Limits(reads_files=True)


class UndrawnDocument(Exception):  # noqa: N818 - said to a person in words
    """The document couldn't be made; `is_busy` when trying again in a moment may do."""

    def __init__(self, message: str, *, is_busy: bool):
        super().__init__(message)
        self.is_busy = is_busy


def data_hash(data: Any) -> str:
    """Return the SHA-256, in hexadecimal, of plain JSON data: the same whatever the keys' order."""
    return hashlib.sha256(_canonical(data).encode("utf-8", "surrogatepass")).hexdigest()


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that `templates/pdf/<template>.typ` makes of `data`, plain JSON values.

    `data["document"]` holds what every document has: `title`, `authority`, `programme`, `as_of`
    (the state of the data, in words) and `dated` (the same as an ISO date and time with its
    offset, which becomes the file's own date). Any text may hold anything: what no font can draw
    becomes a square. Raises `UndrawnDocument` beyond the fence's limits.
    """
    ingredients = _canonical([version("typst"), _sources_hash(), template, data])
    return kept_documents.kept(ingredients, lambda: _typeset(template, data, ppi=None)[0])


def render_images(template: str, data: Mapping[str, Any], *, ppi: int = 80) -> list[bytes]:
    """Return the same document as PNG images, one a page, for people who look it over."""
    return _typeset(template, data, ppi=ppi)


def _typeset(template: str, data: Mapping[str, Any], *, ppi: int | None) -> list[bytes]:
    values = {
        "template": str(settings.BASE_DIR / "templates" / f"pdf/{template}.typ"),
        "root": str(settings.BASE_DIR / "templates"),
        "hash": data_hash(data),
        "dated": data["document"]["dated"],
        "ppi": ppi,
    }
    drawn = mapped(data, drawable)
    try:
        return _fenced(values, drawn)
    except TooBusy as error:
        raise UndrawnDocument(template, is_busy=True) from error
    except ChildDied as error:
        # One person's letters must not keep a document from everybody.
        logger.warning("Document %s drawn again with simple letters: %s", template, error)
        plain = mapped(drawn, simple)
        if plain == drawn:
            raise UndrawnDocument(template, is_busy=False) from error
    try:
        return _fenced(values, plain)
    except ChildDied as error:
        raise UndrawnDocument(template, is_busy=isinstance(error, TooBusy)) from error


def _fenced(values: dict[str, Any], data: Any) -> list[bytes]:
    found, pages = run_fenced(TYPESET, values, _canonical(data).encode(), limits=LIMITS)
    ends = [sum(found["lengths"][: number + 1]) for number in range(len(found["lengths"]))]
    return [pages[end - size : end] for end, size in zip(ends, found["lengths"], strict=True)]


@cache
def _sources_hash() -> str:
    """Return the hash of all templates of documents: another one makes another document."""
    sources = sorted((settings.BASE_DIR / "templates/pdf").glob("*.typ"))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


def _canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
