"""ess_portal/base/pdf.py: accessible, the same each time, and nothing typed is ever run."""

import hashlib
import json
import resource
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from actions.committee.documents.deliberation import deliberation_data
from actions.committee.documents.minutes import minutes_data
from actions.committee.documents.pack import pack_data
from actions.enums import Outcome
from ess_portal.base import pdf
from ess_portal.base.fence import MEGABYTE, Limits
from ess_portal.base.pdf import UndrawnDocument, data_hash, render_images, render_pdf
from ess_portal.base.plain_text import UNDRAWABLE
from tests.support.pdf import read, text_of
from tests.support.session_samples import item, minutes, pack

DOCUMENTS = {
    "minutes": minutes_data(minutes()),
    "deliberation": deliberation_data(minutes()),
    "pack": pack_data(pack()),
}


@pytest.fixture(autouse=True)
def _drawn_anew(settings, tmp_path):
    """No document kept by another test, or by a run before."""
    settings.DOCUMENTS_ROOT = tmp_path


def minutes_saying(reason: str) -> bytes:
    """A session of one postponed action, for `reason`."""
    one = item(outcome=Outcome.POSTPONE, granted=None, reason=reason)
    return render_pdf("minutes", minutes_data(minutes(items=[one])))


@pytest.mark.parametrize("template", DOCUMENTS)
@pytest.mark.slow
def test_two_processes_give_the_same_bytes(template, tmp_path):
    here = render_pdf(template, DOCUMENTS[template])
    program = (
        "import django, json, sys; django.setup();"
        "from ess_portal.base.pdf import render_pdf;"
        f"sys.stdout.buffer.write(render_pdf({template!r}, json.load(sys.stdin)))"
    )

    there = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(DOCUMENTS[template]).encode(),
        capture_output=True,
        check=True,
        cwd=settings.BASE_DIR,
        env={
            "DJANGO_SETTINGS_MODULE": "ess_portal.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            "DEBUG": "1",
            "DOCUMENTS_ROOT": str(tmp_path / "there"),
            "TZ": "Pacific/Auckland",
        },
    )

    assert there.stdout == here


@pytest.mark.parametrize("template", DOCUMENTS)
def test_it_is_an_accessible_document(template):
    document = DOCUMENTS[template]["document"]

    found = read(render_pdf(template, DOCUMENTS[template]))

    root = found.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - its own type of boolean
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert found.metadata.title == document["title"]
    assert found.metadata.author == document["authority"]
    assert found.metadata.creation_date == datetime.fromisoformat(document["dated"])


@pytest.mark.parametrize(("template", "pages"), [("minutes", 5), ("deliberation", 2), ("pack", 5)])
def test_each_page_says_where_it_comes_from(template, pages):
    data = DOCUMENTS[template]

    found = read(render_pdf(template, data)).pages

    assert len(found) == pages
    for number, page in enumerate(found, 1):
        text = page.extract_text().replace("\u00a0", " ")
        assert f"État des données : {data['document']['as_of']}" in text
        assert data_hash(data) in text
        assert f"Page {number} / {pages}" in text


def test_every_page_can_be_looked_at():
    images = render_images("minutes", DOCUMENTS["minutes"])

    assert [image[:4] for image in images] == [b"\x89PNG"] * 5


def test_the_hash_is_the_one_of_the_canonical_json():
    data = {"b": ["é", 1], "a": {"d": None, "c": True}}

    canonical = '{"a":{"c":true,"d":null},"b":["é",1]}'
    assert data_hash(data) == hashlib.sha256(canonical.encode()).hexdigest()
    assert data_hash(dict(reversed(data.items()))) == data_hash(data)
    assert data_hash({**data, "b": ["é", 2]}) != data_hash(data)


@pytest.mark.parametrize(
    "typed",
    [
        '#panic("run") #import "@preview/x:1.0.0": *',
        "*gras* _souligné_ `code` $x^2$ = Titre - liste + liste / terme",
        "<étiquette> @renvoi ~ // commentaire /* autre */ \\ \\u{41}",
        "]) } #{ [",
        "\" ' « guillemets » ’ … – — œ Œ €",
        "é composé : e\u0301".replace("e\u0301", "é"),
    ],
)
def test_what_people_type_is_drawn_as_it_is(typed):
    assert " ".join(typed.split()) in text_of(minutes_saying(typed))


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Bravo 😀 !", f"Bravo {UNDRAWABLE} !"),
        ("nul\x00 cloche\x07 échappement\x1b[0m", "nul cloche échappement[0m"),
        ("sens \u202einversé\u202c \u2066isolé\u2069", "sens inversé isolé"),
        ("\ufeffmarque \ufffe\uffff \ud800", "marque"),
        ("ligne\r\nsuivante\rencore\u2028fin", "ligne suivante encore fin"),
        ("chinois 中文", f"chinois {UNDRAWABLE * 2}"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_what_cannot_be_drawn_is_told_or_dropped(typed, drawn):
    assert drawn in text_of(minutes_saying(typed))


def test_letters_of_other_scripts_are_kept():
    text = text_of(minutes_saying("שלום, Ελλάδα, Київ"))

    assert "Ελλάδα, Київ" in text
    assert sorted("שלום") == sorted(set(text) & set("שלום"))
    assert UNDRAWABLE not in text


def test_a_word_without_end_stays_within_the_page():
    word = "1234567890" * 40
    one = item(title=word[:150], carrier=word[:200], reason=word)

    pdf = render_pdf("minutes", minutes_data(minutes(items=[one])))

    assert word in text_of(pdf).replace(" ", "")
    lines = [line for page in read(pdf).pages for line in page.extract_text().splitlines()]
    assert [line for line in lines if len(line.replace("\u200b", "")) > 110] == []


def test_the_longest_reason_is_all_there():
    reason = " ".join(f"mot{number}" for number in range(600))[:4000]

    assert reason in text_of(minutes_saying(reason))


def test_a_session_without_anything_is_still_a_document():
    empty = minutes(items=(), seats=(), session_recusals=(), evaluation_recusals=(), agreements=())

    assert len(read(render_pdf("minutes", minutes_data(empty))).pages) == 2
    assert len(read(render_pdf("deliberation", deliberation_data(empty))).pages) == 1
    assert len(read(render_pdf("pack", pack_data(pack(actions=(), agenda=())))).pages) == 1


# Letters and marks in which Typst's shaping loses its count (found by fuzzing).
PANIC = (
    "\u06ca\u06e6\u0681\u06bb\u066e\u06b2\u0640\u06c3\u0612\u06a0\u06b0\u063f\u067f\u06b6\u06fa\u06a4"
    "\u0680\u06d3\u06ea\u06b0\u0690\u06a2\u069b\u067b\u068b\u062e\u06d0\u0628\u062e\u06fb\u064f\u200c"
    "\u0676\u0649\u0619\u06d7\u06fc\u06bd\u06b9\u06d9\u0624\u06ba\u067d\u064d\u06ec\u06e7\u06bf\u06fb"
    "\u068d\u0683\u0622\u06ce\u0622\u0691\u06ea \u06df\u06b9\u06e6\u065c\u06cc\u06b7\u0682\u06d6"
    "\u0627\u062f\u0677\u0642\u067c\u0686\u069a\u063d\u06e0\u0641"
)


def test_letters_that_kill_the_typesetter_leave_the_others_their_document(monkeypatch):
    """Somebody's title must not take the committee's pack from everybody."""
    monkeypatch.setattr(pdf, "drawable", str)  # no preparation: the letters as they came
    one, other = item(title="Autre action", reference="ESS-2026-0009"), item(title=f"É {PANIC}")

    text = text_of(render_pdf("minutes", minutes_data(minutes(items=[one, other]))))

    assert "Autre action" in text
    assert f"É {UNDRAWABLE * 10}" in text.replace("\n", "")


def test_those_letters_are_drawn_at_once_when_they_are_prepared():
    begun = children_seconds()

    minutes_saying(PANIC), minutes_saying("a" + "\u0301" * 9_990)

    assert children_seconds() - begun < 2


def children_seconds() -> float:
    """Processor time of the children that ended so far."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_a_document_beyond_the_limits_says_so(monkeypatch):
    monkeypatch.setattr(pdf, "LIMITS", Limits(memory=64 * MEGABYTE, reads_files=True))

    with pytest.raises(UndrawnDocument) as undrawn:
        minutes_saying("déjà simple")

    assert undrawn.value.is_busy is False


@pytest.mark.slow
def test_the_longest_agenda_stays_within_the_limits():
    items = [item(title=f"Action {number}", reason="mot " * 250) for number in range(150)]
    begun = children_seconds()

    assert len(read(render_pdf("minutes", minutes_data(minutes(items=items)))).pages) > 100

    assert children_seconds() - begun < 4


@hypothesis_settings(max_examples=25)
@given(st.text(max_size=60))
@pytest.mark.slow
def test_any_text_makes_a_document(typed):
    assert minutes_saying(typed).startswith(b"%PDF-1.7")


def test_templates_ask_nothing_of_the_network():
    sources = [path.read_text() for path in Path(settings.BASE_DIR, "templates/pdf").glob("*.typ")]

    assert len(sources) == 5
    assert [source for source in sources if '"@' in source or "http" in source] == []
