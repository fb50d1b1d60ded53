"""The portal's own pages as text to search in: one section for each of their sections."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from ess_portal.base.search import Words
from ess_portal.pages.forms import ContactForm

PAGES = ("help", "terms", "privacy", "accessibility", "legal_notice", "contact")
HEADINGS = ("h1", "h2")
HIDDEN = ("nav", "form", "script", "svg")


@dataclass(frozen=True)
class Section:
    """A section of a page, with the address that leads to it."""

    page: str
    title: str
    url: str
    text: str


class _Reader(HTMLParser):
    """Collects [heading, identifier, text] for each first and second heading in <main>."""

    def __init__(self):
        super().__init__()
        self.sections: list[list[str]] = []
        self.in_main = self.in_heading = False
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        if tag == "main":
            self.in_main = True
        elif tag in HIDDEN:
            self.hidden += 1
        elif tag in HEADINGS and self.in_main:
            self.in_heading = True
            self.sections.append(["", dict(attrs).get("id") or "", ""])

    def handle_endtag(self, tag):
        if tag == "main":
            self.in_main = False
        elif tag in HIDDEN:
            self.hidden -= 1
        elif tag in HEADINGS:
            self.in_heading = False

    def handle_data(self, data):
        if self.in_main and not self.hidden and self.sections:
            self.sections[-1][0 if self.in_heading else 2] += f" {data}"


@cache
def sections() -> tuple[Section, ...]:
    """Read the pages once a process: they only change with the code and its settings."""
    return tuple(section for name in PAGES for section in _sections_of(name))


def _sections_of(name: str) -> Iterable[Section]:
    reader = _Reader()
    context = {"authority": settings.AUTHORITY, "user": AnonymousUser(), "form": ContactForm()}
    reader.feed(render_to_string(f"pages/{name}.html", context))
    sections = [[" ".join(part.split()) for part in section] for section in reader.sections]
    page, address = sections[0][0], reverse(f"pages:{name}")
    for title, anchor, text in sections:
        yield Section(page, title, f"{address}#{anchor}" if anchor else address, text)


@cache
def _vectors() -> list[str]:
    """What is searched in each section, in PostgreSQL's words: stemming takes the longest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT base_search(title, '', content)::text"
            " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS p(title, content, number)"
            " ORDER BY number",
            [[p.title for p in sections()], [p.text for p in sections()]],
        )
        return [vector for (vector,) in cursor.fetchall()]


def matching_sections(words: Words, limit: int) -> list[Section]:
    """Return the `limit` best sections that have all the words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number"
            " FROM unnest(%s::text[]::tsvector[]) WITH ORDINALITY AS sections (vector, number),"
            " to_tsquery('french', %s) AS query"
            " WHERE vector @@ query ORDER BY ts_rank(vector, query) DESC, number LIMIT %s",
            [_vectors(), words.terms(), limit],
        )
        numbers = [number for (number,) in cursor.fetchall()]
    return [sections()[number - 1] for number in numbers]
