"""Every document, with letters of every script in every place where text is drawn."""

import unicodedata
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from actions.committee.documents.deliberation import deliberation_data
from actions.committee.documents.minutes import minutes_data
from actions.committee.documents.pack import pack_data
from actions.proposals.documents.application import application_data
from ess_portal.base.pdf import render_pdf
from ess_portal.base.plain_text import mapped
from tests.support.application_sample import application
from tests.support.session_samples import minutes, pack

pytestmark = pytest.mark.slow

DOCUMENTS = {
    "application": application_data(application()),
    "deliberation": deliberation_data(minutes()),
    "minutes": minutes_data(minutes()),
    "pack": pack_data(pack()),
}
# Unicode's own rows, a few of them together: what a script needs stands side by side.
ROW = 0x200
LAST = 0x1FC00
DRAWN = frozenset(("L", "M", "N", "P", "S"))


few_examples = hypothesis_settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def blocks() -> dict[str, str]:
    """The letters, marks, digits and signs of each stretch of Unicode, ideographs thinned out."""
    known = (chr(code) for code in range(0x80, LAST))
    drawn = (letter for letter in known if unicodedata.category(letter)[0] in DRAWN)
    found = {}
    for row, letters in groupby(drawn, key=lambda letter: ord(letter) // ROW):
        name = f"U+{row * ROW:04X}"
        found[name] = "".join(letters)
    ideographs = [name for name, text in found.items() if text[0] >= "\u3400" and text.isalpha()]
    for name in ideographs[1:]:
        del found[name]
    return found


BLOCKS = blocks()


def saying(data: dict, text: str) -> dict:
    """The same document with `text` wherever it has one."""
    return {**mapped(data, lambda _: text), "document": {**data["document"], "title": text}}


@pytest.mark.parametrize("block", BLOCKS)
def test_letters_of_every_script_make_a_document(block, settings, tmp_path):
    settings.DOCUMENTS_ROOT = tmp_path
    letters = st.sampled_from(BLOCKS[block])

    @few_examples
    @given(st.text(letters | st.sampled_from(" \u200c\u200d-a"), min_size=1, max_size=80))
    def each(text):
        for template, data in DOCUMENTS.items():
            assert render_pdf(template, saying(data, text)).startswith(b"%PDF-1.7")

    each()
