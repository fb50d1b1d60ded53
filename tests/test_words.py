"""One thing, one word: names that meant something else, or the same as another, don't come back.

Stored values (`return_to_instruction`, a table's name) and migrations keep theirs; so do words in
French, which are for readers.
"""

import io
import re
import tokenize
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = ("actions", "actors", "challenges", "ess_portal", "ops", "tests")

# The old name, and what it is called now.
GONE = {
    "TransitionRefused": "Refused",
    "FileRefused": "Refused",
    "FileNotKept": "Refused",
    "Verdict": "ScanResult",
    "Room": "EligibleVoters",
    "rooms_of": "eligible_voters_of",
    "envelopes_of": "budgets_of",
    "keep_budget": "save_budget_lines",
    "keep_step": "save_step",
    "keep_version": "save_version",
    "keep_final_report": "save_final_report",
    "carry_item": "sponsor_item",
    "may_carry": "may_sponsor",
    "voices": "votes",
    "points_of": "agenda_items_of",
    "open_sitting": "open_session",
    "close_sitting": "close_session",
    "reopen_sitting": "reopen_session",
    "instructs": "can_screen",
    "RETURN_TO_INSTRUCTION": "RETURN_TO_SCREENING",
    "writes_file": "can_edit",
    "locked_file": "locked_application",
    "file_on_paper": "record_submission",
    "file_pdf": "application_pdf",
    "file_is_complete": "application_is_complete",
    "can_see_file": "can_see_application",
    "FileVersion": "ApplicationVersion",
    "FileForm": "ApplicationForm",
    "is_independent": "has_neither_link_nor_evaluation",
    "is_disinterested": "has_neither_link_nor_recusal",
    "may_take_part": "may_decide_on_item, can_amend_towards",
    "Hints": "SelfAssessmentHints, InterestHints",
    "Change": "AmendmentChange, VersionChange",
    "Part": "CoveragePart",
    "mend": "correct",
    "mended": "corrected",
    "nought": "zero",
    "passages": "sections",
}
MODULES_GONE = {
    "documented", "rooms", "agendas", "sittings", "closing", "envelopes", "verdict", "drawings",
    "drawn", "passages", "words", "promise", "file_version",
}  # fmt: skip
VIEWS_OF_THE_PROMISE = "ess_portal/pages/views/promise.py"


def modules() -> list[Path]:
    return [
        path
        for app in OURS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and path != Path(__file__)
    ]


def names_in(path: Path) -> set[str]:
    """The names that a module uses: not what its strings and comments say."""
    source = io.StringIO(path.read_text(encoding="utf-8"))
    tokens = tokenize.generate_tokens(source.readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def test_old_names_are_gone():
    back = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in modules()
        if (found := names_in(path) & GONE.keys())
    }
    assert back == {}


def test_modules_of_old_names_are_gone():
    back = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.stem in MODULES_GONE and str(path.relative_to(ROOT)) != VIEWS_OF_THE_PROMISE
    ]
    assert back == []


@pytest.mark.parametrize("word", ["mended", "nought", "verdict", "the voices"])
def test_prose_has_no_second_word_for_one_thing(word):
    pages = [*modules(), *ROOT.glob("docs/*.md"), *ROOT.glob("templates/**/*.html")]
    found = [
        str(path.relative_to(ROOT))
        for path in pages
        if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []
