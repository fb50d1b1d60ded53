"""The parts of Microsoft's documents: what may be there."""

import re

from ess_portal.base.files.archives import NESTED
from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.refusal import AGAIN, UnfitFile

EXTERNAL = UnfitFile(
    "dépend de fichiers extérieurs (modèle, image liée, classeur lié)",
    f"Rompez ces liaisons ou enregistrez-le en PDF, et {AGAIN}",
)
# What a document is written in; whatever else is drawn, or a letter's shape.
WRITTEN = frozenset(("xml", "rels", "vml", "psmdcp"))
PICTURES = frozenset(
    ("png", "jpg", "jpeg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "ico")
)
FONTS = frozenset(("odttf", "ttf", "otf", "fntdata"))
# "sigs" is the empty part that signatures hang on.
ACCEPTED = WRITTEN | PICTURES | FONTS | {"sigs"}
# Settings of a printer, which the suite leaves everywhere; what Google notes for itself.
OTHERS = re.compile(
    r"(?:.*/)?printersettings/[^/]*\.bin|(?:word|xl|ppt)/(?:metadata|commentsmeta\d*)"
)
MACRO_PARTS = re.compile(r"(^|/)(vba[^/]*|macrosheets/.*|attachedtoolbars\.bin|customui/.*)$")
EMBEDDED_PARTS = re.compile(r"(^|/)(embeddings|activex|ctrlprops)/")
LINKED_PARTS = re.compile(
    r"(^|/)(externallinks/.*|querytables/.*|connections[^/]*\.xml|webextensions/.*)$"
)
# The figures behind a chart: looked into like a document that comes by itself.
WORKBOOK = re.compile(r"(^|/)embeddings/[^/]+\.xlsx$")


def macros(kind: Kind) -> UnfitFile:
    """Return the refusal of a document with macros."""
    return UnfitFile(
        "contient des macros",
        f"Enregistrez le document sans macros (.{kind.code}) et {AGAIN}",
    )


def is_written(low: str) -> bool:
    """Tell whether a part, by its name in small letters, is to be read as XML."""
    return low.rpartition(".")[2] in WRITTEN


def check_name(kind: Kind, low: str) -> None:
    """Raise `UnfitFile` unless a part, by its name in small letters, is of an accepted kind."""
    if MACRO_PARTS.search(low):
        raise macros(kind)
    if LINKED_PARTS.search(low):
        raise EXTERNAL
    if EMBEDDED_PARTS.search(low):
        raise NESTED
    _, dot, extension = low.rpartition("/")[2].rpartition(".")
    if not (dot and extension in ACCEPTED) and not OTHERS.fullmatch(low):
        raise NESTED
