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

# What a page is made of besides its words: Django's tags, HTML's.
MARKUP = re.compile(
    r"{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}|{#.*?#}"
    r"|<(?:script|style).*?</(?:script|style)>|<(?:[^<>{]|{{.*?}}|{%.*?%})*>",
    re.DOTALL,
)
COMES_APART = re.compile(r"(?<=[^ \n]) (?=[?!:;»](?:\s|$))|(?<=«) ")


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


def test_no_line_begins_with_what_ends_a_phrase():
    """The break before it is a space on screen: a colon stays beside its word by its own."""
    pages = (ROOT / "templates").rglob("*.html")
    begun = {
        str(path.relative_to(ROOT)): line.strip()
        for path in pages
        for line in path.read_text().splitlines()
        if re.match(r"[ ]*[:;?!](?:\s|$)", line)
    }
    assert begun == {}


def test_punctuation_keeps_to_its_word():
    """A browser may begin a line with what follows a plain space; a no-break one holds it."""
    pages = (ROOT / "templates").rglob("*.html")
    apart = {
        str(path.relative_to(ROOT)): words[match.start() - 20 : match.end() + 5]
        for path in pages
        for words in MARKUP.split(path.read_text())
        if (match := COMES_APART.search(words))
    }
    assert apart == {}
