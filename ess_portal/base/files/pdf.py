"""PDF: read as a structure, without action nor enclosed file, and written anew.

What a reader of PDF would do by itself is looked for where it stands, in every object; who opens
the kept file reads what was looked at, whatever else the bytes that came could be taken for.
"""

import base64
import binascii
import re
from collections.abc import Container, Iterator
from io import BytesIO

import pikepdf

from ess_portal.base.files.kinds import MEGABYTE, Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.pdf_actions import ELSEWHERE, PRINT_AGAIN, refuse_active
from ess_portal.base.files.refusal import (
    AGAIN,
    Allowance,
    UnfitFile,
    damaged,
    hides_data,
    in_pieces,
    inflate,
)

LOCKED = UnfitFile(
    "est protégé (chiffrement ou mot de passe)", f"Enregistrez-le sans protection et {AGAIN}"
)
UNREADABLE = UnfitFile("emploie une compression qui ne se vérifie pas", PRINT_AGAIN)

WITHOUT_INVOICE_DATA = "Les données de facture (Factur-X) qu’il contenait n’ont pas été gardées."
WITHOUT_SIGNATURE = (
    "Sa signature électronique ne vaut plus dans la copie gardée ici\u00a0: conservez l’original."
)

# Standard names of an invoice's data.
INVOICE_DATA = frozenset(
    ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml", "cida.xml")
)

MOST_IN_A_STREAM = 100 * MEGABYTE
TAIL, ZIP_TAIL = 2048, 65_557
MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)", re.IGNORECASE)

# The same file gives the same bytes. Streams stay as they came, and so do the metadata: to update
# them would load what parses XML.
AS_IT_IS = {
    "deterministic_id": True,
    "compress_streams": False,
    "stream_decode_level": pikepdf.StreamDecodeLevel.none,
    "fix_metadata_version": False,
}
# What deciphers is made ready now: nothing can be opened behind the fence.
with pikepdf.new() as blank:
    blank.save(BytesIO(), encryption=pikepdf.Encryption(owner="", user=""))


@looks
def look_into(_kind: Kind, data: bytes, allowance: Allowance) -> Cleaned:
    """Return the PDF written anew. Raises `UnfitFile` when anything in it is active or enclosed."""
    _check_frame(data)
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
                raise LOCKED
            # A root of its own stands among the objects that are looked at.
            if not pdf.Root.is_indirect or not len(pdf.pages):
                raise damaged()
            dropped = _drop_invoice_data(pdf)
            _check_objects(pdf, allowance, apart_from=dropped)
            signed = _drop_signatures(pdf)
            written = _written(pdf)
        # What is kept is looked at whole: nothing was left out of it but what was taken away.
        _check_frame(written)
        with pikepdf.open(BytesIO(written)) as kept:
            _check_objects(kept, allowance)
    except pikepdf.PasswordError as error:
        raise LOCKED from error
    # A name may be of bytes that are no text.
    except (pikepdf.PdfError, UnicodeDecodeError) as error:
        raise damaged() from error
    said = ((WITHOUT_INVOICE_DATA, dropped), (WITHOUT_SIGNATURE, signed))
    return Cleaned(written, tuple(note for note, is_so in said if is_so))


def _written(pdf: pikepdf.Pdf) -> bytes:
    written = BytesIO()
    pdf.save(written, **AS_IT_IS)
    return written.getvalue()


def _check_frame(data: bytes) -> None:
    """Raise `UnfitFile` for a file cut short, and for one that is something else besides."""
    if not re.match(rb"%PDF-[12]\.\d[\r\n %]", data):
        raise damaged()
    body, mark, after = data[-TAIL:].rpartition(b"%%EOF")
    if not mark or b"startxref" not in body:
        raise damaged()
    if after.strip(b"\0\t\n\f\r ") or MARKUP.search(data[:1024]):
        raise hides_data()
    # A zip archive is read from its end: this file would be one too.
    if b"PK\x05\x06" in data[-ZIP_TAIL:]:
        raise hides_data()


def _drop_invoice_data(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Take a Factur-X invoice's data away; return the objects that held them.

    Any other enclosed file stays, to be refused.
    """
    names = list(pdf.attachments)
    if not names or {name.casefold() for name in names} - INVOICE_DATA:
        return set()
    dropped = set()
    for name in names:
        described = pdf.attachments[name].obj
        dropped.add(described.objgen)
        dropped |= {held.objgen for held in described.EF.values()}
        del pdf.attachments[name]
    for key in ("/AF", "/Collection"):
        if key in pdf.Root:
            del pdf.Root[key]
    return dropped


def _drop_signatures(pdf: pikepdf.Pdf) -> bool:
    """Empty the fields of electronic signatures: written anew, none would hold. Tell if any was."""
    signed = [
        found
        for found in pdf.objects
        if isinstance(found, pikepdf.Dictionary)
        and found.get("/FT") == pikepdf.Name.Sig
        and "/V" in found
    ]
    for field in signed:
        del field["/V"]
    if "/Perms" in pdf.Root:
        del pdf.Root["/Perms"]
    return bool(signed)


def _check_objects(
    pdf: pikepdf.Pdf, allowance: Allowance, apart_from: Container[tuple[int, int]] = ()
) -> None:
    """Look at every object of the file, whether anything refers to it or not."""
    for top in pdf.objects:
        if not isinstance(top, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
            continue
        if top.objgen in apart_from:
            continue
        waiting = [top]
        while waiting:
            allowance.check()
            found = waiting.pop()
            if isinstance(found, pikepdf.Array):
                values = list(found)
            else:
                refuse_active(found)
                values = [value for _, value in found.items()]
            waiting.extend(value for value in values if _is_inside(value))
        if isinstance(top, pikepdf.Stream):
            _check_stream(top, allowance)


def _is_inside(value: object) -> bool:
    """Whether a value is a part of its object; what is referred to is looked at in its own turn."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _check_stream(found: pikepdf.Stream, allowance: Allowance) -> None:
    """Raise `UnfitFile` for what is kept elsewhere, and for what fills the memory once opened."""
    if "/F" in found:
        raise ELSEWHERE
    said = found.get("/Filter", pikepdf.Array())
    filters = [str(one) for one in (said if isinstance(said, pikepdf.Array) else [said])]
    if filters.count("/FlateDecode") > 1 or filters.count("/Fl") > 1:
        raise UNREADABLE
    if "/Crypt" in filters:
        raise LOCKED
    if "/FlateDecode" in filters:
        pieces = _as_deflated(found.read_raw_bytes(), filters[: filters.index("/FlateDecode")])
        for _ in inflate(pieces, allowance, most=MOST_IN_A_STREAM):
            pass
    elif {"/LZWDecode", "/RunLengthDecode"} & set(filters):
        allowance.spend(len(found.read_bytes()))


def _as_deflated(raw: bytes, before: list[str]) -> Iterator[bytes]:
    """Yield the deflated bytes of a stream, which may be written as letters or digits."""
    for how in before:
        if how not in ("/ASCII85Decode", "/ASCIIHexDecode"):
            raise UNREADABLE
        letters = re.sub(rb"[\0\t\n\f\r ]+", b"", raw)
        try:
            if how == "/ASCII85Decode":
                raw = base64.a85decode(letters.partition(b"~>")[0])
            else:
                digits = letters.partition(b">")[0]
                raw = binascii.unhexlify(digits + b"0" * (len(digits) % 2))
        except ValueError as error:
            raise damaged() from error
    yield from in_pieces(raw)
