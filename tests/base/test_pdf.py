"""ess_portal/base/pdf.py: accessible, the same each time, and nothing typed is ever run."""

import hashlib
import json
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
from ess_portal.base.pdf import UNDRAWABLE, data_hash, render_images, render_pdf
from tests.support.pdf import read, text_of
from tests.support.session_samples import item, minutes, pack

DOCUMENTS = {
    "minutes": minutes_data(minutes()),
    "deliberation": deliberation_data(minutes()),
    "pack": pack_data(pack()),
}


def minutes_saying(reason: str) -> bytes:
    """A session of one postponed action, for `reason`."""
    one = item(outcome=Outcome.POSTPONE, granted=None, reason=reason)
    return render_pdf("minutes", minutes_data(minutes(items=[one])))


@pytest.mark.parametrize("template", DOCUMENTS)
def test_two_processes_give_the_same_bytes(template):
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
    empty = minutes(items=(), seats=(), session_recusals=(), evaluation_recusals=())

    assert len(read(render_pdf("minutes", minutes_data(empty))).pages) == 2
    assert len(read(render_pdf("deliberation", deliberation_data(empty))).pages) == 1
    assert len(read(render_pdf("pack", pack_data(pack(actions=(), agenda=())))).pages) == 1


@hypothesis_settings(max_examples=25)
@given(st.text(max_size=60))
def test_any_text_makes_a_document(typed):
    assert minutes_saying(typed).startswith(b"%PDF-1.7")


def test_templates_ask_nothing_of_the_network():
    sources = [path.read_text() for path in Path(settings.BASE_DIR, "templates/pdf").glob("*.typ")]

    assert len(sources) == 5
    assert [source for source in sources if '"@' in source or "http" in source] == []
