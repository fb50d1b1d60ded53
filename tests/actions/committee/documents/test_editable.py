"""actions/committee/documents/editable.py: what the PDF says, as a text that people edit."""

from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from actions.committee.documents.deliberation import deliberation_data
from actions.committee.documents.editable import deliberation_odt, minutes_odt
from actions.committee.documents.minutes import minutes_data
from ess_portal.base.files.inspection import inspect
from tests.support.reading import plain
from tests.support.session_samples import minutes

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def content_of(document: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(ZipFile(BytesIO(document)).read("content.xml"))  # noqa: S314 - ours


def headings(document: bytes) -> list[str]:
    return [plain("".join(one.itertext())) for one in content_of(document).iter(f"{TEXT}h")]


def folded(text: str) -> str:
    """A text without its spaces: each format parts lines in its own way."""
    return "".join(text.split())


def test_the_minutes_have_the_parts_of_the_pdf():
    found = headings(minutes_odt(minutes()))
    assert found[:8] == [
        "Présences",
        "Déports",
        "Pour la séance",
        "Pendant l’évaluation",
        "Enveloppe",
        "Enveloppe de la séance : de 40 000 € à 45 000 €",
        "Points de l’ordre du jour",
        "1. Une épicerie solidaire à Croix-Neyrat",
    ]
    assert found[-2:] == ["Récapitulatif", "Signatures"]


def test_the_articles_are_numbered_as_they_come():
    assert headings(deliberation_odt(minutes())) == [
        "Article 1er – Montants attribués",
        "Article 2 – Imputation",
        "Article 3 – Conventions",
        "Article 4 – Actions mises en vivier",
        "Article 5 – Exécution",
        "Votes de la commission",
        "Vote de l’assemblée délibérante",
    ]


def leaves(data) -> Iterator[str]:
    """Every text of plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for one in data.values() if isinstance(data, dict) else data:
            yield from leaves(one)


@pytest.mark.parametrize(
    ("data_of", "to_edit"), [(minutes_data, minutes_odt), (deliberation_data, deliberation_odt)]
)
def test_it_says_all_that_the_pdf_is_made_of(data_of, to_edit):
    said = folded("".join(content_of(to_edit(minutes())).itertext()))
    data = data_of(minutes())
    del data["document"]["dated"]
    assert {text for text in leaves(data) if folded(text) not in said} == set()


def test_a_budget_line_that_nobody_gave_is_left_to_fill_in():
    text = "".join(content_of(deliberation_odt(minutes(budget_line=""))).itertext())
    assert "sur la ligne …………………." in text


def test_they_are_files_that_the_portal_would_take_itself():
    for document in (minutes_odt(minutes()), deliberation_odt(minutes())):
        assert inspect("a.odt", document).name == "a.odt"
