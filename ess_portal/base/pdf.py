"""PDF documents: Typst templates filled with plain data (docs/decisions/0012-pdf-by-typst.md).

The same data give the same bytes: nothing is read from the clock, the system's fonts or the
network. Data reach the template as JSON, so what people typed is drawn as text and never run.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import typst
from django.conf import settings

from ess_portal.base.french import NO_BREAK

# Accessible: tagged, titled, in a known language. Typst refuses to write anything less.
STANDARD = "ua-1"
# Stands for what no embedded font can draw: an emoji, a Chinese character.
UNDRAWABLE = "\u25a1"
# A word without a place to break it would run off the page.
LONGEST_WORD = 24
BREAK_HERE = "\u200b"
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_PIECE = re.compile(rf"\S{{1,{LONGEST_WORD // 2}}}")
_REFUSED_TEXT = re.compile(
    r'the text `"(?P<text>.+?)"` could not be displayed'
    r'|the text contains the disallowed codepoint `"(?P<codepoint>.+?)"`'
)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
# A space before these, or after an opening quote, never ends a line in French.
_FRENCH_SPACE = re.compile(r" (?=[:;!?»€])|(?<=«) ")
# Control, format (they may turn the direction of what follows), surrogate and private characters.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


def data_hash(data: Any) -> str:
    """Return the SHA-256, in hexadecimal, of plain JSON data: the same whatever the keys' order."""
    return hashlib.sha256(_canonical(data).encode("utf-8", "surrogatepass")).hexdigest()


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that `templates/pdf/<template>.typ` makes of `data`, plain JSON values.

    `data["document"]` holds what every document has: `title`, `authority`, `programme`, `as_of`
    (the state of the data, in words) and `dated` (the same as an ISO date and time with its
    offset, which becomes the file's own date). Any text may hold anything: what no font can draw
    becomes a square.
    """
    compiled = _compile(template, data, format="pdf", pdf_standards=STANDARD)
    return bytes(compiled)


def render_images(template: str, data: Mapping[str, Any], *, ppi: int = 80) -> list[bytes]:
    """Return the same document as PNG images, one a page, for people who look it over."""
    compiled = _compile(template, data, format="png", ppi=ppi)
    return compiled if isinstance(compiled, list) else [compiled]


def _compile(template: str, data: Mapping[str, Any], **options):
    drawn = _mapped(data, _drawable)
    while True:
        try:
            return typst.compile(
                settings.BASE_DIR / "templates" / f"pdf/{template}.typ",
                root=settings.BASE_DIR / "templates",
                font_paths=_fonts(),
                ignore_system_fonts=True,
                sys_inputs={"data": _canonical(drawn), "hash": data_hash(data)},
                timestamp=datetime.fromisoformat(data["document"]["dated"]),
                **options,
            )
        except typst.TypstError as error:
            replaced = _without_refused_texts(drawn, error)
            if replaced == drawn:
                raise
            drawn = replaced


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts of the wheel: the same letters on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _canonical(data: Any) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain data with every text changed, keys apart."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {key: _mapped(one, change) for key, one in value.items()}
        case list() | tuple():
            return [_mapped(one, change) for one in value]
        case _:
            return value


def _drawable(text: str) -> str:
    """Return `text` composed, with lines ended alike, unseen characters gone, words breakable."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = "".join(
        letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _UNSEEN
    )
    text = _FRENCH_SPACE.sub(NO_BREAK, text)
    return _LONG_WORD.sub(lambda word: BREAK_HERE.join(_PIECE.findall(word[0])), text)


def _without_refused_texts(data: Any, error: typst.TypstError) -> Any:
    """Return `data` with a square for each text that the fonts, by the error's word, lack."""
    refused = [
        _ESCAPED.sub(_unescaped, found["text"] or found["codepoint"])
        for found in _REFUSED_TEXT.finditer(f"{error.message}\n{error.diagnostic}")
    ]

    def replaced(text: str) -> str:
        for cluster in sorted(refused, key=len, reverse=True):
            text = text.replace(cluster, UNDRAWABLE)
        return text

    return _mapped(data, replaced)


def _unescaped(escape: re.Match) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(escape[2], escape[2])
