"""Documents of LibreOffice (ODF): no macro, nothing embedded, nothing fetched elsewhere."""

import re

from ess_portal.base.files.archives import (
    NESTED,
    STORED,
    Archive,
    looks_like_markup,
    refuse_definitions,
    refuse_nested,
)
from ess_portal.base.files.formula_calls import Places
from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.looking import Cleaned, looks
from ess_portal.base.files.opendocument_content import check_content, check_manifest, macros
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile, damaged

MANIFEST = "META-INF/manifest.xml"
CONTENT = "content.xml"
# What is written, drawn, or a letter's shape; what a document notes of itself for others.
ACCEPTED = frozenset(
    {"xml", "rdf", "png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svm"}
    | {"ttf", "otf"}
)
# Parts without an extension: how a text was laid out, how a chart or a formula looks.
OTHERS = re.compile(r"layout-cache|(?:object [^/]*/)*objectreplacements/[^/.]+")


# Menus, keys and buttons of the document's own, in a place of their own; in it, pictures alone.
CONFIGURATION = re.compile(
    r"(?:.*/)?configurations2/(?!images/(?:bitmaps/[^/]*\.png|[^/]*imagelist\.xml)$)"
)
COMMANDS = UnfitFile(
    "contient des menus, des boutons ou des raccourcis qui lui sont propres",
    f"Retirez-les (Outils, Personnaliser) ou enregistrez-le en PDF, et {AGAIN}",
)


@looks
def look_into(kind: Kind, data: bytes, allowance: Allowance) -> Cleaned:
    """Return the document as it is. Raises `UnfitFile` unless it is of this kind, and inactive."""
    archive = Archive(data, allowance)
    first = archive.parts[0]
    if (first.name, first.method, first.extra) != ("mimetype", STORED, 0) or archive.read(
        "mimetype"
    ) != kind.content_type.encode():
        raise UnfitFile(f"n’est pas un {kind.label}, malgré son nom")
    if MANIFEST not in archive or CONTENT not in archive:
        raise damaged()
    places = Places()
    for part in archive.parts[1:]:
        if not part.is_folder:
            _check_part(part.name, archive.read(part.name), allowance, places)
    places.check()
    return Cleaned(data)


def _check_part(name: str, content: bytes, allowance: Allowance, places: Places) -> None:
    low = name.casefold()
    if low.startswith(("basic/", "scripts/")) or "/basic/" in low:
        raise macros()
    refuse_nested(low, content)
    # LibreOffice leaves them empty where nobody has set any.
    if content.strip() and CONFIGURATION.match(low):
        raise COMMANDS
    _, dot, extension = low.rpartition("/")[2].rpartition(".")
    if not (dot and extension in ACCEPTED) and not OTHERS.fullmatch(low):
        raise NESTED
    if low == MANIFEST.casefold():
        check_manifest(content, allowance)
    elif extension == "rdf":
        refuse_definitions(content)
    # LibreOffice leaves empty parts for what nobody has set.
    elif content.strip() and (extension == "xml" or looks_like_markup(content)):
        check_content(content, allowance, places)
