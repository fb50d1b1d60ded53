"""The parts of Microsoft's documents, and how they are tied together: what may be there."""

import re

from ess_portal.base.files.addresses import LINK, may_be_clicked
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

# What a part may be to another, by the last word of the relationship's type.
_TIES = """
officedocument core-properties extended-properties extendedproperties custom-properties
customproperties thumbnail origin signature certificate classificationlabels customxml
customxmlprops theme themeoverride image hdphoto hyperlink printersettings font fonttable metadata
styles styleswitheffects settings websettings numbering footnotes endnotes header footer comments
commentsextended commentsids commentsextensible people glossarydocument documenttasks chart
chartex chartstyle chartcolorstyle chartusershapes drawing vmldrawing diagramdata diagramlayout
diagramquickstyle diagramcolors diagramdrawing ink worksheet chartsheet sharedstrings calcchain
sheetmetadata pivottable pivotcachedefinition pivotcacherecords table tablesinglecells
threadedcomment person slicer slicercache timeline timelinecache revisionheaders revisionlog
usernames namedsheetview featurepropertybag rdrichvalue rdrichvaluestructure rdrichvaluetypes
richvaluerel rdarray richstyles rdsupportingpropertybag rdsupportingpropertybagstructure
slidemaster slidelayout slide notesmaster notesslide handoutmaster presprops viewprops tablestyles
commentauthors authors tags changesinfo revisioninfo cellimage xmlmaps
presentationmetadata workbookmetadata commentsmetadata
"""
TIES = frozenset(_TIES.split())
EMBEDDING = frozenset(
    ("afchunk", "oleobject", "package", "control", "activexcontrolbinary", "ctrlprop")
)
MACRO = ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "ui/extensibility")
# A part of this very document.
INTERNAL = re.compile(r"/?[^/\\:\x00-\x1f]+(?:/[^/\\:\x00-\x1f]+)*")


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


def check_relationship(kind: Kind, said: dict[str, str]) -> None:
    """Raise `UnfitFile` unless a relationship ties parts of the document as a suite does, or leads
    a click to the web, a mailbox or the document.
    """
    type_ = said.get("Type", "").strip().casefold()
    if not type_:
        return
    if type_.endswith(MACRO):
        raise macros(kind)
    tie, target = type_.rpartition("/")[2], said.get("Target", "")
    is_outside = said.get("TargetMode", "").strip().casefold() == "external"
    if tie in EMBEDDING:
        if tie != "package" or is_outside or not WORKBOOK.search(target.casefold()):
            raise NESTED
    elif tie == "hyperlink":
        _check_link(target, is_outside=is_outside)
    elif tie not in TIES or is_outside or not INTERNAL.fullmatch(target):
        raise EXTERNAL


def _check_link(target: str, *, is_outside: bool) -> None:
    if not may_be_clicked(target) and (is_outside or not INTERNAL.fullmatch(target)):
        raise LINK
