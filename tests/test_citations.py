"""What code, templates, tests and documents send the reader to is there.

Cited are documents (docs/operations.md), decisions by their number, sections by their number or in
quotes, and files by their path. Comments and docstrings wrap: a citation may stand on two lines.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("actions", "actors", "challenges", "docs", "ess_portal", "ops", "static", "templates")
WRITTEN = {".css", ".html", ".js", ".md", ".py", ".toml", ".txt", ".typ", ".yml"}
# Where a path may start from: the project, the templates, the static files.
ROOTS = (ROOT, ROOT / "templates", ROOT / "static")

DOCUMENT = r"(?<![\w/.-])(?:\.\./|docs/)*((?:decisions/|guides/|howto/)?[\w-]+\.md)\b"
# "rules.md, sections 4 and 6", 'operations.md, section "Backups"', and links of that form.
SECTIONS = re.compile(
    r"\b(?P<page>[\w-]+)(?:\.md)?[`)]?,? sections? (?P<what>\"[^\"]+\"|\d+(?:(?:, | and )\d+)*)"
)
DECISION = re.compile(r"\b[Dd]ecisions? (\d+)\b|\bdecisions/(\d+)")
LINKED_DECISION = re.compile(r"\[decision (\d+)\]\((?:[\w./]*/)?(\d+)-")
PATH = re.compile(
    rf"(?<![\w./-])((?:{'|'.join((*FOLDERS, 'tests'))})/[\w./-]*(?:\.\w{{2,4}}\b|/(?=`)))"
)


def pages() -> list[Path]:
    """Every document."""
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def files() -> Iterator[Path]:
    """Everything that people write and read."""
    yield from (path for path in ROOT.iterdir() if path.suffix in WRITTEN)
    for folder in (*FOLDERS, "tests"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in WRITTEN)


def text_of(path: Path) -> str:
    """The text on one line, without what marks the lines of a comment."""
    return re.sub(r"\s*\n[ \t]*(?:#(?!#)|//|\*|--)?[ \t]*", " ", path.read_text(encoding="utf-8"))


@cache
def texts() -> dict[str, str]:
    """Every file's text, by its path."""
    return {str(path.relative_to(ROOT)): text_of(path) for path in files()}


def cited(pattern: str | re.Pattern) -> Iterator[tuple[str, re.Match]]:
    """Each citation, with the file where it stands."""
    for name, text in texts().items():
        for match in re.finditer(pattern, text):
            yield name, match


def headings(page: str, citing: str) -> set[str]:
    """The headings of a document and their numbers, as they are cited; nothing if it isn't there.

    A section cited without its page is of the document that cites it.
    """
    # The first of two pages of one name: the project's own README.
    stems = {path.stem: path for path in reversed(pages())}
    path = stems.get(page) or (ROOT / citing if citing.endswith(".md") else None)
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) if path else []
    numbers = (re.match(r"\d+", heading) for heading in found)
    return {*found, *(number.group() for number in numbers if number)}


def test_every_document_exists():
    known = {str(path.relative_to(ROOT)).removeprefix("docs/") for path in pages()}
    known |= {path.name for path in pages()}

    assert {(name, match[1]) for name, match in cited(DOCUMENT) if match[1] not in known} == set()


def test_every_section_exists():
    absent = {
        (name, match.group())
        for name, match in cited(SECTIONS)
        for section in re.findall(r"\"(.+)\"|(\d+)", match["what"])
        if "".join(section) not in headings(match["page"], name)
    }

    assert absent == set()


def test_every_decision_exists():
    taken = {int(path.name[:4]) for path in ROOT.glob("docs/decisions/*.md")}

    absent = {
        (name, match.group())
        for name, match in cited(DECISION)
        if int(match[1] or match[2]) not in taken
    }

    assert absent == set()


def test_a_link_to_a_decision_says_its_number():
    wrong = {
        (name, match.group())
        for name, match in cited(LINKED_DECISION)
        if int(match[1]) != int(match[2])
    }

    assert wrong == set()


def test_every_file_exists():
    absent = {
        (name, match[1])
        for name, match in cited(PATH)
        if not any((root / match[1]).exists() for root in ROOTS)
    }

    assert absent == set()


@pytest.mark.parametrize("document", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []
