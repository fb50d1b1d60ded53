"""PNG and JPEG, walked from the first byte to the last, without drawing anything."""

import re
import struct
import zlib
from collections.abc import Iterator

from ess_portal.base.files.kinds import MEGABYTE, Kind
from ess_portal.base.files.refusal import (
    AGAIN,
    Allowance,
    UnfitFile,
    bomb,
    damaged,
    hides_data,
    inflate,
)

MOST_PIXELS = 50_000_000
MOST_PIECES = 20_000
MOST_TEXT = 2 * MEGABYTE
MOST_SCANS = 100
MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)", re.IGNORECASE)


def _refuse_size(width: int, height: int) -> None:
    if not width or not height:
        raise damaged()
    if width * height > MOST_PIXELS:
        raise UnfitFile(
            f"compte plus de {MOST_PIXELS // 1_000_000} millions de points",
            f"Réduisez ses dimensions et {AGAIN}",
        )


def _refuse_markup(piece: bytes) -> None:
    if MARKUP.search(piece):
        raise hides_data()


# --- PNG ----------------------------------------------------------------------------------------

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Colour type → samples of a point, and the depths that the format allows.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
COMPRESSED_TEXT = (b"zTXt", b"iTXt", b"iCCP")
# Adam7: first column, first row, step of columns, step of rows, for each of the seven passes.
PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def check_png(_kind: Kind, data: bytes, allowance: Allowance) -> None:
    """Raise `UnfitFile` unless `data` is one whole PNG and nothing else."""
    if not data.startswith(SIGNATURE):
        raise damaged()
    names, drawing, header = b"", [], b""
    for name, body in _chunks(data, allowance):
        _check_chunk(name, body, allowance)
        names += name
        if name == b"IHDR":
            header = body
        elif name == b"IDAT":
            drawing.append(body)
    # The header first and once, then what is drawn in one piece.
    if not re.fullmatch(rb"IHDR(?:(?!IHDR|IDAT).{4})*(?:IDAT)+(?:(?!IHDR|IDAT).{4})*", names):
        raise damaged()
    expected = _drawing_size(header)
    if sum(map(len, inflate(iter(drawing), allowance, most=expected))) != expected:
        raise damaged()


def _chunks(data: bytes, allowance: Allowance) -> Iterator[tuple[bytes, bytes]]:
    position, count = len(SIGNATURE), 0
    while True:
        head = data[position : position + 8]
        if len(head) < 8 or count > MOST_PIECES:  # noqa: PLR2004
            raise damaged()
        size, name = struct.unpack(">L4s", head)
        body = data[position + 8 : position + 8 + size]
        check = data[position + 8 + size : position + 12 + size]
        if len(body) != size or check != struct.pack(">L", zlib.crc32(name + body)):
            raise damaged()
        allowance.check()
        yield name, body
        position, count = position + 12 + size, count + 1
        if name == b"IEND":
            if size or position != len(data):
                raise hides_data()
            return


def _check_chunk(name: bytes, body: bytes, allowance: Allowance) -> None:
    if not re.fullmatch(rb"[A-Za-z]{4}", name) or (name[:1].isupper() and name not in CRITICAL):
        raise damaged()
    if name in CRITICAL:
        return
    _refuse_markup(body)
    if name in COMPRESSED_TEXT:
        start = _compressed_start(name, body)
        if start is not None:
            for piece in inflate(iter([body[start:]]), allowance, most=MOST_TEXT):
                _refuse_markup(piece)


def _compressed_start(name: bytes, body: bytes) -> int | None:
    keyword = body.find(b"\0")
    if name != b"iTXt":
        return keyword + 2
    if body[keyword + 1 : keyword + 2] != b"\1":
        return None
    language = body.find(b"\0", keyword + 3)
    return body.find(b"\0", language + 1) + 1


def _drawing_size(header: bytes) -> int:
    """Return how many bytes the points of the picture take, once decompressed."""
    if len(header) != 13:  # noqa: PLR2004
        raise damaged()
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(
        ">LLBBBBB", header
    )
    _refuse_size(width, height)
    if depth not in DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        raise damaged()
    bits = depth * SAMPLES[colour]
    passes = PASSES if interlace else ((0, 0, 1, 1),)
    total = 0
    for first_column, first_row, column_step, row_step in passes:
        columns = max(0, -((first_column - width) // column_step))
        rows = max(0, -((first_row - height) // row_step))
        if columns:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


# --- JPEG ---------------------------------------------------------------------------------------

START, END, SCAN = 0xD8, 0xD9, 0xDA
FRAMES = (0xC0, 0xC1, 0xC2)
OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
TABLES = (0xC4, 0xDB, 0xDD)
TEXTS = (*range(0xE0, 0xF0), 0xFE)
# In what a scan draws, FF is followed by 00, by a restart, or by the next marker.
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def check_jpeg(_kind: Kind, data: bytes, allowance: Allowance) -> None:
    """Raise `UnfitFile` unless `data` is one whole JPEG and nothing else."""
    if data[:2] != b"\xff\xd8":
        raise damaged()
    position, frames, scans = 2, 0, 0
    for _ in range(MOST_PIECES):
        allowance.check()
        marker, position = _marker(data, position)
        if marker == END:
            _check_end(data, position, frames * scans)
            return
        body, position = _segment(data, position)
        frames += _check_segment(marker, body)
        if marker == SCAN:
            scans += 1
            found = NEXT_MARKER.search(data, position)
            if found is None:
                raise damaged()
            position = found.start()
        if frames > 1 or scans > MOST_SCANS:
            raise bomb()
    raise damaged()


def _check_end(data: bytes, position: int, drawn: int) -> None:
    if not drawn:
        raise damaged()
    if position != len(data):
        raise hides_data()


def _marker(data: bytes, position: int) -> tuple[int, int]:
    if data[position : position + 1] != b"\xff":
        raise damaged()
    while data[position : position + 1] == b"\xff":
        position += 1
    if position >= len(data):
        raise damaged()
    return data[position], position + 1


def _segment(data: bytes, position: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[position : position + 2], "big")
    body = data[position + 2 : position + size]
    if size < 2 or len(body) != size - 2:  # noqa: PLR2004
        raise damaged()
    return body, position + size


def _check_segment(marker: int, body: bytes) -> int:
    """Check one segment; return how many frames it opens, 0 or 1."""
    if marker in FRAMES:
        if len(body) < 6:  # noqa: PLR2004
            raise damaged()
        height, width = struct.unpack(">HH", body[1:5])
        _refuse_size(width, height)
        return 1
    if marker in OTHER_FRAMES:
        raise UnfitFile(
            "est enregistré dans une variante rare du JPEG",
            f"Enregistrez-le en JPEG ordinaire ou en PNG et {AGAIN}",
        )
    if marker in TEXTS:
        _refuse_markup(body)
    elif marker not in TABLES and marker != SCAN:
        raise damaged()
    return 0
