"""Makes small files of each accepted kind, and what a hostile hand would make of them."""

import base64
import re
import struct
import zipfile
import zlib
from io import BytesIO

# --- Pictures -------------------------------------------------------------------------------------

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, body: bytes) -> bytes:
    """One piece of a PNG."""
    check = struct.pack(">L", zlib.crc32(name + body))
    return struct.pack(">L", len(body)) + name + body + check


def png(width=2, height=2, drawn: bytes | None = None, *more: bytes) -> bytes:
    """A grey PNG; `drawn` replaces its points once decompressed, `more` chunks come before them."""
    header = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    drawn = bytes(height * (1 + width)) if drawn is None else drawn
    drawing = chunk(b"IDAT", zlib.compress(drawn, 9))
    return PNG_SIGNATURE + chunk(b"IHDR", header) + b"".join(more) + drawing + chunk(b"IEND", b"")


JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////"
    "////////////////////////////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAA"
    "AAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)


def jpeg(*segments: bytes) -> bytes:
    """A grey JPEG with `segments` after its first marker."""
    return JPEG[:2] + b"".join(segments) + JPEG[2:]


def segment(marker: int, body: bytes) -> bytes:
    """One piece of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


# --- PDF ------------------------------------------------------------------------------------------


def pdf(*objects: bytes, catalogue: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one empty page with more `objects` (whole, from "9 0 obj"), each listed."""
    body = b"".join(
        [
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>\nendobj\n",
            b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
            b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n",
            *objects,
        ]
    )
    heads = ((int(found[1]), found.start()) for found in re.finditer(rb"(?m)^(\d+) 0 obj\b", body))
    lines = [b"0 1\n0000000000 65535 f \n"]
    lines += [b"%d 1\n%010d 00000 n \n" % head for head in dict(heads).items()]
    table = b"xref\n" + b"".join(lines)
    end = b"trailer\n<< /Size 100 /Root 1 0 R " + trailer + b">>\nstartxref\n%d\n%%%%EOF\n"
    return body + table + end % len(body)


def pdf_holding(data: bytes) -> bytes:
    """A PDF with these very bytes in it, whatever writes it anew."""
    return pdf(stream(data, b""), catalogue=b"/Held 9 0 R")


def stream(data: bytes, dictionary: bytes = b"/Filter /FlateDecode", number: int = 9) -> bytes:
    """An object that holds a stream of ready-made `data`."""
    head = b"%d 0 obj\n<< /Length %d " % (number, len(data)) + dictionary
    return head + b" >>\nstream\n" + data + b"\nendstream\nendobj\n"


# --- Documents of suites --------------------------------------------------------------------------

OFFICE = "application/vnd.openxmlformats-officedocument"
MAIN = {
    "docx": f"{OFFICE}.wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}.presentationml.presentation.main+xml",
}
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
OPEN = "application/vnd.oasis.opendocument"
ODF = {"odt": f"{OPEN}.text", "ods": f"{OPEN}.spreadsheet", "odp": f"{OPEN}.presentation"}


def archive(parts: dict[str, bytes], stored=("mimetype",)) -> bytes:
    """A zip of these parts, in their order."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), content, how)
    return buffer.getvalue()


def types(kind: str, more: str = "", main: str = "") -> bytes:
    """The list of content types of an Office document."""
    folder = {"docx": "word/document", "xlsx": "xl/workbook", "pptx": "ppt/presentation"}[kind]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/{folder}.xml" ContentType="{main or MAIN[kind]}"/>{more}</Types>'
    ).encode()


def relations(*rows: tuple[str, str, str]) -> bytes:
    """Relationships: last word of the type, target, mode."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{RELATION}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(rows)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{lines}</Relationships>'.encode()


def office(kind: str = "docx", **parts: bytes | None) -> bytes:
    """An Office document; `parts` (their path, "__" for "/") are added or replaced."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
    content = {
        "[Content_Types].xml": types(kind),
        "_rels/.rels": relations(("officeDocument", main[kind], "")),
        main[kind]: b'<w:document xmlns:w="w"><w:p>Bonjour</w:p></w:document>',
    }
    return archive(with_parts(content, parts))


def with_parts(content: dict[str, bytes], parts: dict[str, bytes | None]) -> dict[str, bytes]:
    """Replace, add, or take away (None) parts."""
    merged = content | {name.replace("__", "/"): data for name, data in parts.items()}
    return {name: data for name, data in merged.items() if data is not None}


def document(body: str = "", spaces: str = "") -> bytes:
    """The content of an ODF document."""
    return (
        f'<office:document-content xmlns:office="{OASIS}:office:1.0" '
        f'xmlns:draw="{OASIS}:drawing:1.0" xmlns:script="{OASIS}:script:1.0" '
        f'xmlns:text="{OASIS}:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" {spaces}>'
        f"<office:scripts/><office:body>{body}</office:body></office:document-content>"
    ).encode()


def odf(kind: str = "odt", **parts: bytes | None) -> bytes:
    """An ODF document; `parts` (their path, "__" for "/") are added or replaced."""
    content = {
        "mimetype": ODF[kind].encode(),
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{OASIS}:manifest:1.0"/>'.encode(),
        "content.xml": document("<text:p>Bonjour</text:p>"),
    }
    return archive(with_parts(content, parts))


# One good file of each kind, under a name that suits it.
GOOD = {
    "statuts.pdf": pdf(stream(zlib.compress(b"BT (Bonjour) Tj ET"))),
    "lettre.odt": odf("odt"),
    "budget.ods": odf("ods"),
    "projet.odp": odf("odp"),
    "lettre.docx": office("docx"),
    "budget.xlsx": office("xlsx"),
    "projet.pptx": office("pptx"),
    "plan.png": png(),
    "photo.jpg": JPEG,
    "photo.jpeg": JPEG,
}
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
