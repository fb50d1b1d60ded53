"""PDF: no action but moving about, nothing hidden in it, no secret, no bomb.

Nothing is parsed as a reader would: whatever a reader may take for the name of an action is
looked for in all the bytes of the file, then in all that its streams hold once decompressed.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from ess_portal.base.files.kinds import MEGABYTE, Kind
from ess_portal.base.files.refusal import (
    AGAIN,
    Allowance,
    UnfitFile,
    bomb,
    damaged,
    hides_data,
    in_pieces,
    inflate,
)

PRINT_AGAIN = f"Imprimez-le vers un nouveau PDF et {AGAIN}"
ACTIVE = UnfitFile("contient du code ou une action automatique", PRINT_AGAIN)
ENCLOSING = UnfitFile(
    "contient d’autres fichiers ou une animation", f"Joignez-les à part\u00a0: {PRINT_AGAIN}"
)
INTERACTIVE = UnfitFile("contient un formulaire dynamique (XFA)", PRINT_AGAIN)
LOCKED = UnfitFile(
    "est protégé (chiffrement ou mot de passe)", f"Enregistrez-le sans protection et {AGAIN}"
)
UNREADABLE = UnfitFile("emploie une compression qui ne se vérifie pas", PRINT_AGAIN)
# A name → why it isn't welcome. A JavaScript action always says /JavaScript, or /Rendition.
UNWELCOME = {
    "JavaScript": ACTIVE,
    "Launch": ACTIVE,
    "Rendition": ACTIVE,
    "ImportData": ACTIVE,
    "SubmitForm": ACTIVE,
    "GoToE": ENCLOSING,
    "EmbeddedFile": ENCLOSING,
    "EmbeddedFiles": ENCLOSING,
    "RichMedia": ENCLOSING,
    "RichMediaContent": ENCLOSING,
    "Movie": ENCLOSING,
    "Encrypt": LOCKED,
}

MOST_SLASHES = 1_500_000
MOST_ESCAPES = 500_000
MOST_IN_A_STREAM = 100 * MEGABYTE
# Longer than any unwelcome name with every letter escaped.
OVERLAP = 64
TAIL = 2048
ZIP_TAIL = 65_557


def _name(name: str) -> bytes:
    """Match a name, each letter of which may be written as its code: #4A for J."""
    # The case of names matters, that of codes doesn't.
    letters = (f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return f"/{''.join(letters)}".encode()


SPACE = rb"[\0\t\n\f\r ]"
NAME_END = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|$)"
PATTERNS = {name: re.compile(_name(name) + NAME_END) for name in UNWELCOME}
# One pass for all: what follows the slash begins like one of them.
ANY = re.compile(b"/(?:" + b"|".join(_name(name)[1:] for name in UNWELCOME) + b")" + NAME_END)
# Short, so random data may hold it: only with what must follow it.
XFA = re.compile(
    _name("XFA") + SPACE + rb"*(?:\[|\d{1,9}" + SPACE + rb"{1,9}\d{1,5}" + SPACE + rb"{1,9}R)"
)
MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)", re.IGNORECASE)
STREAM = re.compile(rb"(?<!end)stream[ \t]{0,9}(?:\r\n|\n|\r)")
OBJECT = re.compile(rb"obj" + SPACE + rb"{0,99}<<")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
FILTER = re.compile(
    rb"/Filter" + SPACE + rb"{0,99}(\[[^\]]{0,999}\]|/[^\s/<>\[\]()]{1,99}|[^\s/\[])"
)
STRING = re.compile(rb"\([^()]*\)")
DEEPEST_STRING = 20
DRAWN = frozenset({b"DCTDecode", b"JPXDecode", b"CCITTFaxDecode", b"JBIG2Decode"})
WRITTEN = frozenset({b"ASCII85Decode", b"ASCIIHexDecode"})
ABBREVIATED = {
    b"Fl": b"FlateDecode",
    b"A85": b"ASCII85Decode",
    b"AHx": b"ASCIIHexDecode",
    b"RL": b"RunLengthDecode",
    b"CCF": b"CCITTFaxDecode",
    b"DCT": b"DCTDecode",
}
OF_STREAMS = re.compile(rb"(?:Flate|ASCII85|ASCIIHex|LZW|RunLength|Crypt|/Fl\b|/A85|/AHx|/RL|/LZW)")


def check(_kind: Kind, data: bytes, allowance: Allowance) -> None:
    """Raise `UnfitFile` unless `data` is one whole PDF without anything active or hidden."""
    _check_frame(data)
    if data.count(b"/") > MOST_SLASHES or data.count(b"#") > MOST_ESCAPES:
        raise bomb()
    refuse_names(data)
    allowance.check()
    since = 0
    for found in STREAM.finditer(data):
        allowance.check()
        dictionary = _dictionary(data[since : found.start()])
        if dictionary is not None:
            _check_stream(data, found.end(), dictionary, allowance)
            since = found.end()


def _check_frame(data: bytes) -> None:
    if not re.match(rb"%PDF-[12]\.\d[\r\n %]", data):
        raise damaged()
    body, mark, after = data[-TAIL:].rpartition(b"%%EOF")
    if not mark or b"startxref" not in body or b" obj" not in data or b"/Root" not in data:
        raise damaged()
    if after.strip(b"\0\t\n\f\r ") or MARKUP.search(data[:1024]):
        raise hides_data()
    # A zip archive is read from its end: this file would be one too.
    if b"PK\x05\x06" in data[-ZIP_TAIL:]:
        raise hides_data()


def refuse_names(data: bytes) -> None:
    """Raise `UnfitFile` when `data` holds an unwelcome name, however it is written."""
    if ANY.search(data):
        for name, pattern in PATTERNS.items():
            if pattern.search(data):
                raise UNWELCOME[name]
    if XFA.search(data):
        raise INTERACTIVE


def _check_stream(data: bytes, start: int, dictionary: bytes, allowance: Allowance) -> None:
    if data.startswith((b"endstream", b"\nendstream", b"\r\nendstream"), start):
        return
    holds_objects = b"/First" in dictionary or b"/ObjStm" in dictionary
    filters = _filters(dictionary)
    # A predictor changes the letters of names.
    if holds_objects and (b"/DecodeParms" in dictionary or set(filters) - {b"FlateDecode"}):
        raise UNREADABLE
    if b"FlateDecode" not in filters:
        return
    is_drawn = b"/Image" in dictionary and not holds_objects
    tail = b""
    pieces = _written(data, start, filters[0], allowance)
    for piece in inflate(pieces, allowance, most=MOST_IN_A_STREAM):
        if not is_drawn:
            refuse_names(tail + piece)
            tail = piece[-OVERLAP:]


def _dictionary(before: bytes) -> bytes | None:
    """Return the dictionary at the end of `before`, what stands between the last stream and the
    word "stream"; None when that word is no stream's.

    Where a comment or a string could make two readers see two dictionaries, raises `UnfitFile`.
    """
    said = ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), before)
    begun = None
    for begun in OBJECT.finditer(said):  # noqa: B007 - the last one
        pass
    start = begun.end() - 2 if begun else len(said)
    if any(OF_STREAMS.search(found[0]) for found in FILTER.finditer(said[:start])):
        raise UNREADABLE
    if not said.rstrip(b"\0\t\n\f\r ").endswith(b">>"):
        if FILTER.search(said[start:]):
            raise UNREADABLE
        return None
    if begun is None:
        raise UNREADABLE
    line = max(said.rfind(b"\n", 0, start), said.rfind(b"\r", 0, start))
    dictionary = said[start:]
    if b"%" in said[line + 1 : start] or not _is_balanced(dictionary):
        raise UNREADABLE
    return dictionary


def _is_balanced(dictionary: bytes) -> bool:
    """Tell whether strings and dictionaries that begin in `dictionary` end there."""
    text = re.sub(rb"\\.", b"", dictionary, flags=re.DOTALL)
    for _ in range(DEEPEST_STRING):
        text, replaced = STRING.subn(b"", text)
        if not replaced:
            break
    return (
        b"(" not in text
        and b")" not in text
        and b"%" not in text
        and text.count(b"<<") == text.count(b">>")
    )


def _filters(dictionary: bytes) -> list[bytes]:
    """Return the filters of a stream in their order. Raises `UnfitFile` for what isn't decoded."""
    said = FILTER.findall(dictionary)
    if not said:
        return []
    names = [ABBREVIATED.get(name, name) for name in re.findall(rb"/([^\s/<>\[\]()]+)", said[0])]
    # Said twice, elsewhere, in an unknown way or one upon the other: readers may differ.
    if len(said) > 1 or (not names and not said[0].startswith(b"[")):
        raise UNREADABLE
    before, inflated, after = _around(names, b"FlateDecode")
    if inflated and (set(after) - DRAWN or len(before) > 1 or set(before) - WRITTEN):
        raise UNREADABLE
    if set(names) - DRAWN - WRITTEN - {b"FlateDecode", b"RunLengthDecode"}:
        raise UNREADABLE
    return names


def _around(names: list[bytes], name: bytes) -> tuple[list[bytes], bool, list[bytes]]:
    if name not in names:
        return names, False, []
    position = names.index(name)
    return names[:position], True, names[position + 1 :]


def _written(data: bytes, start: int, how: bytes, allowance: Allowance) -> Iterator[bytes]:
    """Yield the deflated bytes of a stream, which may be written as letters or digits."""
    if how == b"FlateDecode":
        yield from in_pieces(data, start)
        return
    end = data.find(b"~>" if how == b"ASCII85Decode" else b">", start)
    if end < 0:
        raise damaged()
    letters = re.sub(rb"[\0\t\n\f\r ]+", b"", data[start:end])
    # "z" stands for four zeros: its place would shift the groups of five.
    step = 5 * 2048 if b"z" not in letters else len(letters) + 5
    if step > MEGABYTE:
        raise UNREADABLE
    try:
        for position in range(0, len(letters), step):
            allowance.check()
            piece = letters[position : position + step]
            yield (
                base64.a85decode(piece)
                if how == b"ASCII85Decode"
                else binascii.unhexlify(piece + b"0" * (len(piece) % 2))
            )
    except ValueError as error:
        raise damaged() from error
