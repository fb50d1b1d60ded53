"""One thing, one word, in French too: what was called otherwise on screen doesn't come back."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SHOWN = ("*.html", "*.txt", "*.typ", "*.js", "*.py", "*.md")
ROOMS = ("templates", "static/js", "actions", "actors", "challenges", "ess_portal", "docs/guides")

# What must not be read, and what is said instead.
GONE = {
    r"récépissé": "accusé de réception",
    r"\borganisme(?! de droit privé)": "structure",
    r"fonds propres|autofinancement": "ressources propres",
    r"\bl.un ou l.autre\b": "what is meant",
    r"\b[Aa]ucun\(e\)|\b\w+\(s\)\B": "a sentence that agrees",
}


def texts():
    """Each file that people read something of."""
    for room in ROOMS:
        for pattern in SHOWN:
            for path in (ROOT / room).rglob(pattern):
                if "migrations" not in path.parts:
                    yield path


@pytest.mark.parametrize("word", GONE)
def test_is_gone(word):
    found = re.compile(word, re.IGNORECASE)
    said = {
        str(path.relative_to(ROOT)): match.group()
        for path in texts()
        if (match := found.search(path.read_text()))
    }
    assert said == {}
