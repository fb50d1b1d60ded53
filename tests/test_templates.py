"""Templates are written for people; `make lint` checks how they are indented."""

import re
from pathlib import Path

from django.conf import settings

LONGEST = 140
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def test_no_line_is_too_long_to_read():
    """The ends of lines mean nothing in HTML; `one_line` folds those that would be read."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert found == []


def test_no_line_break_separates_an_amount_from_its_unit():
    spaced = re.compile(r"(\}\}|\d) €")
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.*")}
    assert [name for name, text in texts.items() if spaced.search(text)] == []


def test_each_comment_ends_on_its_line():
    """Django shows the reader a `{#` that no `#}` closes on the same line."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.count("{#") != line.count("#}")
    ]
    assert found == []
