"""Hostile files are refused in time, each with a sentence; honest ones get in."""

import importlib
import re
import resource
import time
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ess_portal.base.fence import ChildDied, TooBusy, TookTooLong
from ess_portal.base.files import inspection
from ess_portal.base.files.inspection import CHECKS, inspect
from ess_portal.base.files.kinds import BY_EXTENSION, KINDS, MEGABYTE, MOST_BYTES
from ess_portal.base.files.names import LONGEST_NAME, checked_name
from ess_portal.base.files.refusal import Allowance, UnfitFile
from ess_portal.base.refusals import Refused
from tests.support.disarmed_files import DISARMED
from tests.support.files import (
    GOOD,
    JPEG,
    chunk,
    document,
    odf,
    office,
    pdf,
    png,
    stream,
)
from tests.support.hostile_files import HOSTILE
from tests.support.reading import plain
from tests.support.samples import some_at_once

pytestmark = pytest.mark.slow

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


# --- Hostile files ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", some_at_once(HOSTILE, 6))
def test_a_hostile_file_is_refused_in_time(case):
    name, data, expected = HOSTILE[case]
    if callable(data):
        data = data()
    started = seconds_spent()
    found = reason(name, data)
    assert found.startswith(expected)
    assert seconds_spent() - started < PATIENCE


def seconds_spent() -> float:
    """Processor time of this thread, and of the children behind the fence."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + children.ru_utime + children.ru_stime


@pytest.mark.parametrize("case", DISARMED)
def test_what_cannot_harm_is_kept_without_what_came_with_it(case):
    name, data = DISARMED[case]
    data = data() if callable(data) else data

    kept = inspect(name, data).data

    assert len(kept) < 1000
    assert [
        word for word in (b"JavaScript", b"EVIL", b"Predictor", b"ObjStm") if word in kept
    ] == []


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


@pytest.mark.parametrize("case", SLOW)
def test_the_slowest_files_get_a_answer_in_time(case):
    name, make = SLOW[case]
    data = make()[:MOST_BYTES]
    started = seconds_spent()
    reason(name, data)
    assert seconds_spent() - started < PATIENCE


def test_a_file_that_takes_too_long_is_refused():
    module, _, name = CHECKS["pdf"].partition(":")
    check = getattr(importlib.import_module(module), name).__wrapped__

    with pytest.raises(UnfitFile) as unfit:
        check(KINDS["pdf"], pdf(), Allowance(seconds=0))

    assert unfit.value.reason == "est trop complexe pour être vérifié"


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


def test_a_name_in_a_pdf_that_no_alphabet_reads_gets_a_answer():
    """Found by the test above, one time in thousands."""
    altered = GOOD["statuts.pdf"].replace(b"/FlateDecode", b"/Flate\x80ecode")
    assert altered != GOOD["statuts.pdf"]
    assert answer("statuts.pdf", altered)


@given(name=st.text(max_size=200))
def test_any_name_gets_a_answer(name):
    with suppress(UnfitFile):
        kept, kind = checked_name(name)
        assert kept.rpartition(".")[2].casefold() in kind.extensions
        assert len(kept) <= LONGEST_NAME


def answer(name: str, data: bytes) -> bool:
    """Whether the look answers, in one way or the other; a crash isn't an answer.

    Called here: the fence would take a crash for an answer.
    """
    code = BY_EXTENSION[name.rpartition(".")[2]].code
    module, _, function = CHECKS[code].partition(":")
    found, kept = getattr(importlib.import_module(module), function)({"kind": code}, data)
    return bool(kept) if "notes" in found else found["unfit"]["reason"] != ""


@pytest.mark.parametrize(
    ("death", "said"),
    [
        (ChildDied, "n’a pas pu être vérifié"),
        (TookTooLong, "est trop complexe pour être vérifié"),
        (TooBusy, "attend d’être vérifié : le portail est très occupé"),
    ],
)
def test_what_no_check_foresaw_is_refused(death, said, monkeypatch, caplog):
    def surprise(*_):
        raise death("unforeseen")

    monkeypatch.setattr(inspection, "run_fenced", surprise)
    assert reason("a.pdf", pdf()) == said
    assert "unforeseen" in caplog.text
