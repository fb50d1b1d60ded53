"""Texts to edit: whole OpenDocument files, whatever people typed."""

from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from ess_portal.base.files.inspection import inspect
from ess_portal.base.opendocument_text import (
    MEDIA_TYPE,
    Heading,
    Paragraph,
    Rows,
    text_document,
)

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def written(*blocks) -> ZipFile:
    content = text_document(
        title="Compte rendu", author="L’Agglo", at=datetime(2026, 12, 3, tzinfo=UTC), blocks=blocks
    )
    return ZipFile(BytesIO(content))


def parsed(archive: ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own file


def body(*blocks) -> list[ElementTree.Element]:
    """What the text holds after its title."""
    root = parsed(written(*blocks), "content.xml")
    return list(root.find(f"{OFFICE}body/{OFFICE}text"))[1:]


def test_its_kind_comes_first_and_uncompressed():
    archive = written()
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, archive.read("mimetype")) == (
        "mimetype",
        ZIP_STORED,
        MEDIA_TYPE.encode(),
    )


def test_its_manifest_names_every_part():
    archive = written()
    manifest = parsed(archive, "META-INF/manifest.xml")
    named = {entry.get(entry.keys()[0]) for entry in manifest}
    others = set(archive.namelist()) - {"mimetype", "META-INF/manifest.xml"}
    assert named == {"/", *others}
    for name in others:
        parsed(archive, name)


def test_headings_have_a_level_and_tables_a_header():
    heading, paragraph, table = body(
        Heading("Présences", 2), Paragraph("Deux\nlignes"), Rows([["Ana", "oui"]], ("Qui", "Là"))
    )
    assert (heading.tag, heading.get(f"{TEXT}outline-level")) == (f"{TEXT}h", "2")
    assert [child.tag for child in paragraph] == [f"{TEXT}line-break"]
    header = table.find(f"{TABLE}table-header-rows")
    assert ["".join(header.itertext()), "".join(table.itertext())] == ["QuiLà", "QuiLàAnaoui"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>L’Ami & Cie</b>", "<b>L’Ami & Cie</b>"),
        ("a\x00b\x0bc\ufffe", "abc"),
        ("\ud800", ""),
        ("😀", "😀"),
    ],
)
def test_what_is_typed_stays_a_text(typed, kept):
    (paragraph,) = body(Paragraph(typed))
    assert (paragraph.text or "") == kept


def test_the_same_blocks_give_the_same_bytes():
    def content():
        return text_document(
            title="T", author="A", at=datetime(2026, 12, 3, tzinfo=UTC), blocks=[Heading("H")]
        )

    assert content() == content()


def test_the_portal_would_take_it_itself():
    content = written(Heading("H"), Paragraph("p"), Rows([["a", "b"]])).fp.getvalue()
    assert inspect("compte-rendu.odt", content).name == "compte-rendu.odt"
