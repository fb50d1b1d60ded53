"""Texts that people edit: an OpenDocument file (ISO 26300) of headings, paragraphs and tables.

The same blocks give the same bytes. What people typed is text, whatever it holds.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# What XML 1.0 has no character for.
_NOT_XML = re.compile("[^\t\r\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_NAMES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"
    for name, urn in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("meta", "meta"),
        ("manifest", "manifest"),
    )
} | {"dc": "http://purl.org/dc/elements/1.1/"}
_STYLES = """
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:orphans="2"
 fo:widows="2"/><style:text-properties fo:font-size="10.5pt" fo:font-family="Liberation Serif"
 fo:language="fr" fo:country="FR"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph" style:class="text"/>
<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph"
 style:parent-style-name="Standard" style:class="text"><style:paragraph-properties
 fo:margin-bottom="0.2cm"/></style:style>
<style:style style:name="Notice" style:family="paragraph" style:parent-style-name="Text_20_body">
<style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="Label" style:family="paragraph" style:parent-style-name="Text_20_body">
<style:paragraph-properties fo:keep-with-next="always"/><style:text-properties
 fo:font-weight="bold"/></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"
 style:class="chapter"><style:paragraph-properties fo:margin-bottom="0.4cm"/><style:text-properties
 fo:font-size="20pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph"
 style:parent-style-name="Standard" style:default-outline-level="1" style:class="text">
<style:paragraph-properties fo:margin-top="0.6cm" fo:margin-bottom="0.2cm"
 fo:keep-with-next="always"/><style:text-properties fo:font-size="15pt" fo:font-weight="bold"/>
</style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:parent-style-name="Heading_20_1" style:default-outline-level="2" style:class="text">
<style:text-properties fo:font-size="12.5pt"/></style:style>
<style:style style:name="Heading_20_3" style:display-name="Heading 3" style:family="paragraph"
 style:parent-style-name="Heading_20_1" style:default-outline-level="3" style:class="text">
<style:text-properties fo:font-size="11pt"/></style:style>
<style:style style:name="Table_20_Heading" style:display-name="Table Heading"
 style:family="paragraph" style:parent-style-name="Standard"><style:text-properties
 fo:font-weight="bold"/></style:style>
</office:styles>
<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties
 fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2.2cm"/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"/>
</office:master-styles>
"""
_AUTOMATIC = """
<office:automatic-styles>
<style:style style:name="Rows" style:family="table"><style:table-properties style:width="16.6cm"
 fo:margin-bottom="0.4cm"/></style:style>
<style:style style:name="Row" style:family="table-row"><style:table-row-properties
 fo:keep-together="always"/></style:style>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties
 fo:padding="0.12cm" fo:border-bottom="0.5pt solid #d9cfc0"/></style:style>
</office:automatic-styles>
"""


@dataclass(frozen=True)
class Heading:
    """A heading, of level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; its line ends are kept. `style` is "Text body", "Notice" or "Label"."""

    text: str
    style: str = "Text body"


@dataclass(frozen=True)
class Rows:
    """A table. Without `header`, the first column names the others."""

    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()


Block = Heading | Paragraph | Rows


def text_document(*, title: str, author: str, at: datetime, blocks: Iterable[Block]) -> bytes:
    """Return the file of `blocks` under its `title`; `at` is the state of the data, aware."""
    written = "".join(_drawn(number, block) for number, block in enumerate(blocks, 1))
    parts = {
        "content.xml": _file(
            "document-content",
            f'{_AUTOMATIC}<office:body><office:text><text:p text:style-name="Title">'
            f"{_text(title)}</text:p>{written}</office:text></office:body>",
        ),
        "styles.xml": _file("document-styles", _STYLES),
        "meta.xml": _file(
            "document-meta",
            f"<office:meta><dc:title>{_text(title)}</dc:title><dc:creator>{_text(author)}"
            f"</dc:creator><dc:language>fr-FR</dc:language><dc:date>{at.isoformat()}</dc:date>"
            "</office:meta>",
        ),
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in [("/", MEDIA_TYPE), *((name, "text/xml") for name in parts)]
    )
    parts["META-INF/manifest.xml"] = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="{_NAMES["manifest"]}" manifest:version="1.3">'
        f"{entries}</manifest:manifest>"
    )
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        # Readers know the file by its first bytes: its kind, first and not compressed.
        _put(archive, "mimetype", MEDIA_TYPE, ZIP_STORED)
        for name, content in parts.items():
            _put(archive, name, content, ZIP_DEFLATED)
    return target.getvalue()


def _put(archive: ZipFile, name: str, content: str, compression: int) -> None:
    # Without a date of its own: nothing is read from the clock.
    archive.writestr(ZipInfo(name), content.encode(), compress_type=compression)


def _file(root: str, content: str) -> str:
    names = " ".join(f'xmlns:{name}="{urn}"' for name, urn in _NAMES.items() if name != "manifest")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:{root} {names} office:version="1.3">'
        f"{content}</office:{root}>"
    )


def _drawn(number: int, block: Block) -> str:
    if isinstance(block, Heading):
        return (
            f'<text:h text:style-name="Heading_20_{block.level}" '
            f'text:outline-level="{block.level}">{_text(block.text)}</text:h>'
        )
    if isinstance(block, Paragraph):
        return _paragraph(block.text, block.style)
    return _table(number, block)


def _paragraph(text: str, style: str) -> str:
    name = quoteattr(style.replace(" ", "_20_"))
    return f"<text:p text:style-name={name}>{_text(text)}</text:p>"


def _table(number: int, table: Rows) -> str:
    width = max(len(row) for row in (table.header, *table.rows))
    columns = f'<table:table-column table:number-columns-repeated="{width}"/>'
    head = ""
    if table.header:
        cells = _row(table.header, lambda _: "Table Heading")
        head = f"<table:table-header-rows>{cells}</table:table-header-rows>"

    def style(position: int) -> str:
        return "Standard" if table.header or position else "Table Heading"

    rows = "".join(_row(row, style) for row in table.rows)
    return (
        f'<table:table table:name="Tableau {number}" table:style-name="Rows">{columns}{head}{rows}'
        "</table:table>"
    )


def _row(cells: Sequence[str], style_of: Callable[[int], str]) -> str:
    written = "".join(
        '<table:table-cell table:style-name="Cell" office:value-type="string">'
        f"{_paragraph(cell, style_of(position))}</table:table-cell>"
        for position, cell in enumerate(cells)
    )
    return f'<table:table-row table:style-name="Row">{written}</table:table-row>'


def _text(value: str) -> str:
    """Escape a text: its line ends are drawn, what XML can't hold is left out."""
    return escape(_NOT_XML.sub("", value)).replace("\r\n", "\n").replace("\n", "<text:line-break/>")
