"""Hostile files are refused in time, each with a sentence; honest ones get in."""

import base64
import re
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.committee.documents.minutes import minutes_pdf
from ess_portal.base.files.inspection import inspect
from ess_portal.base.files.kinds import BY_EXTENSION, KINDS, MEGABYTE, MOST_BYTES
from ess_portal.base.files.names import LONGEST_NAME
from ess_portal.base.refusals import Refused
from tests.support import session_samples as samples
from tests.support.files import (
    GOOD,
    JPEG,
    chunk,
    document,
    jpeg,
    odf,
    office,
    pdf,
    png,
    relations,
    segment,
    stream,
)
from tests.support.hostile_files import HOSTILE
from tests.support.hostile_parts import BOMB, DAMAGED
from tests.support.reading import plain

# The promise, in seconds of processor: a busy machine is no failure.
PATIENCE = 2


def reason(name: str, data: bytes) -> str:
    """Why a file is refused, without its name nor the remedy; empty when it is accepted."""
    try:
        inspect(name, data)
    except Refused as refused:
        sentence = plain(str(refused))
        match = re.fullmatch(r"Le fichier « .* » (.+?)\. ([A-Z].+)\.", sentence)
        assert match, sentence
        return match[1]
    return ""


# --- Honest files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_each_kind_is_accepted(name):
    assert inspect(name, GOOD[name]) == (name, BY_EXTENSION[name.rpartition(".")[2]])


def test_each_kind_has_its_good_file():
    assert {inspect(name, data)[1].code for name, data in GOOD.items()} == set(KINDS)


def interlaced(width: int, height: int, drawn: int) -> bytes:
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(drawn)))
        + chunk(b"IEND", b"")
    )


ALSO_GOOD = {
    "a long letter": (
        "a.docx",
        office(**{"word__document.xml": b"<d>" + b"mot " * 100_000 + b"</d>"}),
    ),
    "a link to click": (
        "a.docx",
        office(
            **{
                "word___rels__document.xml.rels": relations(
                    ("hyperlink", "https://exemple.example", "External")
                )
            }
        ),
    ),
    "settings of a printer": (
        "a.xlsx",
        office("xlsx", **{"xl__printerSettings__printerSettings1.bin": b"\0\1"}),
    ),
    "a chart in a spreadsheet": ("a.ods", odf("ods", **{"Object 1__content.xml": document()})),
    "an ODF link to click": (
        "a.odt",
        odf(
            **{"content.xml": document('<text:a xlink:href="https://exemple.example">ici</text:a>')}
        ),
    ),
    "a PDF that opens on a page": ("a.pdf", pdf(catalogue=b"/OpenAction [3 0 R /Fit]")),
    "a PDF with a link": (
        "a.pdf",
        pdf(b"9 0 obj\n<< /S /URI /URI (https://x.example) >>\nendobj\n"),
    ),
    "a PDF of objects in streams": (
        "a.pdf",
        pdf(
            stream(
                zlib.compress(b"8 0 << /Type /Font >>"),
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            )
        ),
    ),
    "a PDF written in letters": (
        "a.pdf",
        pdf(
            stream(
                base64.a85encode(zlib.compress(b"BT ET" * 99)) + b"~>",
                b"/Filter [/ASCII85Decode /FlateDecode]",
            )
        ),
    ),
    "an interlaced picture": ("a.png", interlaced(5, 5, 86)),
    "a picture with text": ("a.png", png(2, 2, None, chunk(b"tEXt", b"Title\0Plan"))),
    "a photo with a comment": ("a.jpg", jpeg(segment(0xFE, b"Clermont"))),
}


@pytest.mark.parametrize("case", ALSO_GOOD)
def test_what_suites_and_phones_write_is_accepted(case):
    assert reason(*ALSO_GOOD[case]) == ""


def test_our_own_documents_are_accepted():
    assert reason("compte-rendu.pdf", minutes_pdf(samples.minutes())) == ""


# --- Hostile files ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_in_time(case):
    name, data, expected = HOSTILE[case]
    if callable(data):
        data = data()
    started = time.thread_time()
    found = reason(name, data)
    assert found.startswith(expected)
    assert time.thread_time() - started < PATIENCE


def test_more_than_fourteen_kinds_of_hostile_files_are_tried():
    assert len({expected for _, _, expected in HOSTILE.values()}) > 14


# What is slowest for each check: it must end, whatever the answer.
SLOW = {
    "slashes": ("a.pdf", lambda: pdf(b"/" * 9 * MEGABYTE)),
    "letters of names": ("a.pdf", lambda: pdf(b"/JavaScrip" * 140_000)),
    "escapes": ("a.pdf", lambda: pdf(b"#41" * 160_000 * 20)),
    "streams": ("a.pdf", lambda: pdf(b"1 0 obj<<>>stream\n" * 500_000)),
    "words": ("a.pdf", lambda: pdf(b">>stream\n" * 1_000_000)),
    "open dictionaries": ("a.pdf", lambda: pdf(b"1 0 obj<<" * 1_000_000)),
    "open strings": (
        "a.pdf",
        lambda: pdf(b"9 0 obj<< " + b"(" * 9 * MEGABYTE + b">>stream\n"),
    ),
    "filters": ("a.pdf", lambda: pdf(b"/Filter [" * 900_000 + b">>stream\n")),
    "forms": ("a.pdf", lambda: pdf(b"/XFA 1 " * 1_300_000)),
    "tiny streams": ("a.pdf", lambda: pdf(*[stream(zlib.compress(bytes(999), 9))] * 60_000)),
    "letters": (
        "a.pdf",
        lambda: pdf(stream(b"!" * 9 * MEGABYTE + b"~>", b"/Filter [/ASCII85Decode /FlateDecode]")),
    ),
    "markers": ("a.jpg", lambda: JPEG[:2] + b"\xff" * 9 * MEGABYTE),
    "fillers": ("a.jpg", lambda: JPEG[:-2] + b"\xff\x00" * 4 * MEGABYTE),
    "chunks": ("a.png", lambda: png(2, 2, None, *[chunk(b"tEXt", b"")] * 700_000)),
    "markup": ("a.png", lambda: png(2, 2, None, chunk(b"tEXt", b"<" * 9 * MEGABYTE))),
    "points": ("a.png", lambda: png(7000, 7000, bytes(7000 * 7001))),
    "elements": ("a.odt", lambda: odf(**{"content.xml": document(numbered("<text:p/>"))})),
    "instructions": (
        "a.docx",
        lambda: office(
            **{"word__document.xml": f"<d>{numbered('<instrText/>')}</d>".encode()},
        ),
    ),
}


def numbered(element: str) -> str:
    """Many elements that don't fold as a bomb does."""
    return "".join(f"{element}{number * 7919}" for number in range(1_500_000))


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW)
def test_the_slowest_files_get_a_answer_in_time(case):
    name, make = SLOW[case]
    data = make()[:MOST_BYTES]
    started = time.thread_time()
    reason(name, data)
    assert time.thread_time() - started < PATIENCE


@pytest.mark.parametrize("case", ["slashes", "streams"])
def test_a_file_too_long_to_look_into_is_refused(case):
    name, make = SLOW[case]
    assert reason(name, make()[:MOST_BYTES]) in (BOMB, "est trop complexe pour être vérifié")


# --- Whatever comes -------------------------------------------------------------------------------

STARTS = [b"", *(data[:40] for data in GOOD.values()), b"%PDF-1.7\n"]
ENDS = [b"", *(data[-40:] for data in GOOD.values())]


@given(
    extension=st.sampled_from(sorted(BY_EXTENSION)),
    start=st.sampled_from(STARTS),
    middle=st.binary(max_size=300),
    end=st.sampled_from(ENDS),
)
def test_random_bytes_always_get_a_answer(extension, start, middle, end):
    assert answer(f"a.{extension}", start + middle + end)


@given(
    name=st.sampled_from(sorted(GOOD)),
    at=st.floats(0, 1),
    removed=st.integers(0, 9),
    added=st.binary(max_size=9),
)
def test_a_good_file_altered_anywhere_gets_a_answer(name, at, removed, added):
    data = GOOD[name]
    position = int(at * len(data))
    assert answer(name, data[:position] + added + data[position + removed :])


@given(name=st.text(max_size=200))
def test_any_name_gets_a_answer(name):
    assert answer(name, GOOD["statuts.pdf"])


def answer(name: str, data: bytes) -> bool:
    """Whether the inspection answers, in one way or the other; a crash isn't an answer."""
    try:
        kept, kind = inspect(name, data)
    except Refused as refused:
        return str(refused).startswith("Le fichier «")
    return kept.rpartition(".")[2].casefold() in kind.extensions and len(kept) <= LONGEST_NAME


def test_what_no_check_foresaw_is_refused(monkeypatch, caplog):
    from ess_portal.base.files import inspection

    def surprise(*_):
        raise RuntimeError("unforeseen")

    monkeypatch.setitem(inspection.CHECKS, "pdf", surprise)
    assert reason("a.pdf", pdf()) == DAMAGED
    assert "unforeseen" in caplog.text
