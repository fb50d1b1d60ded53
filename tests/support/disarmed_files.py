"""Files that are accepted, and written anew without what they came with."""

import zlib

from ess_portal.base.files.kinds import MEGABYTE
from tests.support.files import chunk, pdf, png, stream
from tests.support.hostile_parts import (
    content_of_objects,
)

# Name, bytes: accepted, but what is kept holds nothing of what came in it.
DISARMED = {
    "JavaScript in an object stream": ("a.pdf", content_of_objects(b"8 0 << /S /JavaScript >>")),
    "JavaScript escaped in a stream": ("a.pdf", content_of_objects(b"8 0 << /S /#4aavaScript >>")),
    "JavaScript in a stream called a picture": (
        "a.pdf",
        content_of_objects(b"8 0 << /S /JavaScript >>", b" /Subtype /Image"),
    ),
    "object stream behind a predictor": (
        "a.pdf",
        content_of_objects(b"8 0 <<>>", b" /DecodeParms << /Predictor 12 >>"),
    ),
    "stream said twice": (
        "a.pdf",
        pdf(stream(zlib.compress(b"x"), b"/Filter /DCTDecode /Filter /FlateDecode")),
    ),
    "filter kept elsewhere": ("a.pdf", pdf(stream(zlib.compress(b"x"), b"/Filter 5 0 R"))),
    "filter hidden by a comment": (
        "a.pdf",
        pdf(stream(zlib.compress(b"/JavaScript "), b"/Filter /FlateDecode % 1 0 obj <<\n/A 1")),
    ),
    "filter hidden by a string": (
        "a.pdf",
        pdf(stream(zlib.compress(b"/JavaScript "), b"/Filter /FlateDecode /A (1 0 obj <<)")),
    ),
    "old compression": ("a.pdf", pdf(stream(b"\x80", b"/Filter /LZWDecode"))),
    "PNG bomb": ("a.png", lambda: png(2, 2, bytes(100 * MEGABYTE))),
    "PNG with an unknown chunk": ("a.png", png(2, 2, None, chunk(b"EVIL", b""))),
    "encryption without its object": ("a.pdf", pdf(trailer=b"/Encrypt 9 0 R ")),
}
