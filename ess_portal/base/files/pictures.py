"""PNG and JPEG: opened and written anew, so that only what is drawn remains.

What the camera noted (place, time, thumbnail), texts and whatever follows the picture vanish.
"""

import re
from io import BytesIO

from PIL import (
    Image,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)

from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.refusal import (
    AGAIN,
    Allowance,
    UnfitFile,
    bomb,
    damaged,
    hides_data,
)

MOST_PIXELS = 50_000_000
MOST_SCANS = 100
MOST_PIECES = 20_000
# The plugins that read what is accepted, and no other; phones put several pictures in a JPEG.
FORMATS = {"png": ("PNG",), "jpeg": ("JPEG", "MPO")}
# Kept in a picture by those who want it to be taken for something else.
MARKUP = re.compile(rb"<(?:script|iframe|!doctype)\b|<(?:html|svg)[\s>]|<\?php\s", re.IGNORECASE)
ZIP_END, ZIP_TAIL = b"PK\x05\x06", 65_557
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCAN, END = b"\xff\xda", b"\xff\xd9"
# Written quickly: twelve million points take a second.
PNG_LEVEL = 4
JPEG_QUALITY = 90

# We look at the size ourselves, before anything is drawn.
Image.MAX_IMAGE_PIXELS = None
ImageFile.LOAD_TRUNCATED_IMAGES = False
# Nothing can be loaded behind the fence: these read several pictures in one, and camera's notes.
LOADED = (MpoImagePlugin, TiffImagePlugin)
Image.preinit()


@looks
def look_into(kind: Kind, data: bytes, _allowance: Allowance) -> Cleaned:
    """Return the picture written anew. Raises `UnfitFile` when it can't be drawn whole."""
    if MARKUP.search(data) or ZIP_END in data[-ZIP_TAIL:]:
        raise hides_data()
    if kind.code == "jpeg" and data.count(SCAN) > MOST_SCANS:
        raise bomb()
    if kind.code == "png" and _pieces_of(data) > MOST_PIECES:
        raise bomb()
    if kind.code == "jpeg" and END not in data[data.find(SCAN) :]:
        raise damaged()
    try:
        return Cleaned(_written_anew(kind, data))
    # A damaged picture surprises Pillow in many ways.
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, EOFError) as error:
        raise damaged() from error


def _written_anew(kind: Kind, data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=FORMATS[kind.code]) as picture:
        _refuse_size(*picture.size)
        if isinstance(picture, PngImagePlugin.PngImageFile):
            # Every piece up to the last one has its checksum.
            picture.verify()
    with Image.open(BytesIO(data), formats=FORMATS[kind.code]) as picture:
        picture.load()
        # Turned as the camera says before it is forgotten.
        drawn = ImageOps.exif_transpose(picture)
        written = BytesIO()
        if kind.code == "jpeg":
            drawn, options = _as_jpeg(picture, drawn)
            drawn.info = {}
            drawn.save(written, "JPEG", **options)
        else:
            seen_through = drawn.info.get("transparency")
            drawn.info = {} if seen_through is None else {"transparency": seen_through}
            drawn.save(written, "PNG", compress_level=PNG_LEVEL)
    return written.getvalue()


def _as_jpeg(picture: Image.Image, drawn: Image.Image) -> tuple[Image.Image, dict]:
    """Return what to save, and as finely as it came."""
    if drawn.mode not in ("L", "RGB"):
        return drawn.convert("RGB"), {"quality": JPEG_QUALITY}
    sampling = JpegImagePlugin.get_sampling(picture)
    options = {"qtables": picture.quantization}
    return drawn, options | ({"subsampling": sampling} if sampling >= 0 else {})


def _pieces_of(png: bytes) -> int:
    """Count the pieces of a PNG, as far as needed."""
    position, count = len(PNG_SIGNATURE), 0
    while position < len(png) and count <= MOST_PIECES:
        position += 12 + int.from_bytes(png[position : position + 4], "big")
        count += 1
    return count


def _refuse_size(width: int, height: int) -> None:
    if not width or not height:
        raise damaged()
    if width * height > MOST_PIXELS:
        raise UnfitFile(
            f"compte plus de {MOST_PIXELS // 1_000_000} millions de points",
            f"Réduisez ses dimensions et {AGAIN}",
        )
