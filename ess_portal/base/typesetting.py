"""Typst, behind the fence: plain data drawn by a template (docs/decisions/0012-pdf-by-typst.md).

Nothing here imports Django: it runs in a child process (`ess_portal.base.fence`).
"""

import json
import re
from datetime import datetime
from typing import Any

import typst

from ess_portal.base.plain_text import UNDRAWABLE, mapped

# Accessible: tagged, titled, in a known language. Typst refuses to write anything less.
STANDARD = "ua-1"
_REFUSED_TEXT = re.compile(
    r'the text `"(?P<text>.+?)"` could not be displayed'
    r'|the text contains the disallowed codepoint `"(?P<codepoint>.+?)"`'
)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")


def typeset(values: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the document that a template makes of the JSON data `content`.

    `values`: `template` and `root` (paths), `hash` (printed on each page), `dated` (ISO), and
    `ppi`: None for a PDF, otherwise the resolution of PNG images, whose lengths are returned.
    Raises `typst.TypstError` when the template can't be drawn whatever the letters.
    """
    data = json.loads(content)
    images = {"format": "png", "ppi": values["ppi"]} if values["ppi"] else None
    options = images or {"format": "pdf", "pdf_standards": STANDARD}
    pages = _compiled(values, data, options)
    pages = pages if isinstance(pages, list) else [pages]
    return {"lengths": [len(page) for page in pages]}, b"".join(pages)


def _compiled(values: dict[str, Any], data: Any, options: dict[str, Any]) -> Any:
    while True:
        try:
            return typst.compile(
                values["template"],
                root=values["root"],
                # Only the fonts of the wheel: the same letters on every machine.
                font_paths=typst.Fonts(include_system_fonts=False),
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False), "hash": values["hash"]},
                timestamp=datetime.fromisoformat(values["dated"]),
                **options,
            )
        except typst.TypstError as error:
            replaced = _without_refused_texts(data, error)
            if replaced == data:
                raise
            data = replaced


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

    return mapped(data, replaced)


def _unescaped(escape: re.Match) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(escape[2], escape[2])
