"""Zip archives, as the documents of office suites are: every byte accounted for, nothing nested."""

import codecs
import re
import struct
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from ess_portal.base.files.kinds import MEGABYTE
from ess_portal.base.files.looking import OLE
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

# Behind the fence nothing can be loaded any more.
codecs.lookup("cp437")

END = struct.Struct("<4s4H2LH")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIBED_AFTER, IN_UTF8 = 0x1, 0x8, 0x800
# What may follow the data of an entry whose sizes are written after it.
DESCRIPTORS = (12, 16, 20, 24)

MOST_PARTS = 2000
MOST_IN_A_PART = 64 * MEGABYTE
MOST_IN_ALL = 100 * MEGABYTE
# Text folds well, a bomb folds better; small parts can't harm.
MOST_RATIO = 300
SMALL = MEGABYTE
LONGEST_NAME = 255

LOCKED = UnfitFile("est protégé par un mot de passe", f"Enregistrez-le sans protection et {AGAIN}")
NESTED = UnfitFile(
    "contient un autre fichier incorporé (document, archive ou programme)",
    f"Retirez-le ou remplacez-le par une image, et {AGAIN}",
)
NESTED_SIGNATURES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    OLE,
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"BZh", b"\xfd7zXZ")
# In UTF-8; or in a code of letters of two bytes, of four, of large machines.
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|\0\0?\0?[<\xfe]|\x4c\x6f\xa7\x94")
DOCTYPE = UnfitFile("contient des définitions XML (DTD) interdites")
FOREIGN_ENCODING = UnfitFile("contient du texte dans un codage inattendu")


@dataclass(frozen=True)
class ArchivePart:
    """One entry of an archive: its name, and where its data lie."""

    name: str
    method: int
    size: int
    crc: int
    start: int
    end: int
    extra: int  # length of its extra field, as written before its data

    @property
    def is_folder(self) -> bool:
        """Whether it holds nothing but a name."""
        return self.name.endswith("/")


class Archive:
    """A zip archive whose structure holds; reading any part checks it too."""

    def __init__(self, data: bytes, allowance: Allowance):
        """Walk the archive. Raises `UnfitFile` unless entries follow each other from the first byte
        to the directory, and the directory reaches the last byte.
        """
        self._data, self._allowance = data, allowance
        self.parts = [self._part(*row) for row in self._directory()]
        self._by_name = {part.name: part for part in self.parts}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def read(self, name: str) -> bytes:
        """Return what a part holds. Raises `UnfitFile` when it isn't what the directory says."""
        part = self._by_name.get(name)
        if part is None:
            raise damaged()
        pieces = in_pieces(self._data, part.start, part.end)
        if part.method == DEFLATED:
            pieces = inflate(pieces, self._allowance, most=part.size, window=-zlib.MAX_WBITS)
        content = b"".join(pieces)
        if len(content) != part.size or zlib.crc32(content) != part.crc:
            raise damaged()
        return content

    def _directory(self) -> list[tuple]:
        data = self._data
        if len(data) < END.size or not data.startswith(b"PK\x03\x04"):
            raise damaged()
        signature, disk, first_disk, here, count, size, offset, comment = END.unpack(
            data[-END.size :]
        )
        if signature != b"PK\x05\x06" or comment or disk or first_disk or here != count:
            raise hides_data()
        if offset + size != len(data) - END.size:
            raise hides_data()
        if count > MOST_PARTS:
            raise bomb()
        rows = self._rows(offset, count)
        if not rows or sum(row[0][9] for row in rows) > MOST_IN_ALL:
            raise bomb() if rows else damaged()
        _check_names([row[1] for row in rows])
        # Where the data of each may end: where the next one begins.
        starts = sorted(row[0][16] for row in rows)
        if starts[0] != 0 or len(set(starts)) != len(starts):
            raise hides_data()
        ends = dict(zip(starts, [*starts[1:], offset], strict=True))
        return [(*row, ends[row[0][16]]) for row in rows]

    def _rows(self, position: int, count: int) -> list[tuple]:
        data, rows, end = self._data, [], len(self._data) - END.size
        for _ in range(count):
            head = data[position : position + CENTRAL.size]
            if len(head) != CENTRAL.size or not head.startswith(b"PK\x01\x02"):
                raise damaged()
            fields = CENTRAL.unpack(head)
            name_end = position + CENTRAL.size + fields[10]
            raw = data[position + CENTRAL.size : name_end]
            position = name_end + fields[11] + fields[12]
            if position > end:
                raise damaged()
            rows.append((fields, _decoded(raw, fields[3]), raw))
        if position != end:
            raise hides_data()
        return rows

    def _part(self, fields: tuple, name: str, raw: bytes, end: int) -> ArchivePart:
        flags, method, crc, packed, size, offset = (fields[i] for i in (3, 4, 7, 8, 9, 16))
        if flags & ENCRYPTED:
            raise LOCKED
        if method not in (STORED, DEFLATED) or (method == STORED and packed != size):
            raise damaged()
        if size > MOST_IN_A_PART or (size > SMALL and size > MOST_RATIO * max(packed, 1)):
            raise bomb()
        local = LOCAL.unpack(self._data[offset : offset + LOCAL.size].ljust(LOCAL.size, b"\0"))
        start = offset + LOCAL.size + local[9] + local[10]
        own = self._data[offset + LOCAL.size : offset + LOCAL.size + local[9]]
        if local[0] != b"PK\x03\x04" or own != raw or local[3] != method:
            raise hides_data()
        gap = end - start - packed
        after = local[2] & DESCRIBED_AFTER
        if gap and not (after and gap in DESCRIPTORS):
            raise hides_data()
        if not after and (local[6], local[7], local[8]) != (crc, packed, size):
            raise hides_data()
        return ArchivePart(name, method, size, crc, start, start + packed, local[10])


def _decoded(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & IN_UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise damaged() from error


def _check_names(names: list[str]) -> None:
    """Raise `UnfitFile` for paths that lead elsewhere, and two that are one on some machines."""
    for name in names:
        steps = name.removesuffix("/").split("/")
        if (
            not 0 < len(name) <= LONGEST_NAME
            or re.search(r"[\\:\x00-\x1f]", name)
            or any(step in ("", ".", "..") for step in steps)
        ):
            raise UnfitFile("contient un chemin interdit")
    if len({name.casefold() for name in names}) != len(names):
        raise hides_data()


def refuse_nested(name: str, content: bytes) -> None:
    """Raise `UnfitFile` when a part is a file of its own that people could open or run."""
    if content.startswith(NESTED_SIGNATURES) or content.startswith(PROGRAMS):
        raise NESTED
    if content[257:262] == b"ustar" or name.casefold().endswith((".jar", ".class", ".exe", ".js")):
        raise NESTED


def refuse_definitions(content: bytes) -> None:
    """Raise `UnfitFile` unless XML is plain UTF-8 without definitions: no entity, no fetching."""
    # UTF-16 and UTF-32 have zeros among their letters; UTF-7 and others must say their name.
    if b"\0" in content[:4096] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FOREIGN_ENCODING
    said = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", content)
    if said and said[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise FOREIGN_ENCODING
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise DOCTYPE


def looks_like_markup(content: bytes) -> bool:
    """Tell whether a part is XML, whatever its name and however its letters are written."""
    return MARKUP.match(content) is not None


def walk(content: bytes, on_element, allowance: Allowance, on_text=None, on_end=None) -> None:
    """Parse XML without definitions, calling `on_element(name, attributes)` for each element,
    `on_text(text)` for each text and `on_end(name)` at the end of each element.

    Names come as "namespace local". Raises `UnfitFile` when it isn't well formed.
    """
    refuse_definitions(content)
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = on_element
    if on_text is not None:
        parser.CharacterDataHandler = on_text
    if on_end is not None:
        parser.EndElementHandler = on_end

    def refuse(*_said):
        raise DOCTYPE

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for piece in in_pieces(content):
            parser.Parse(piece)
            allowance.check()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged() from error


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(" ")[2]
