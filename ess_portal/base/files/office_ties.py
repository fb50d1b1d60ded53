"""How the parts of Microsoft's documents are tied together, and who may lead out of them.

A tie is a relationship: its type, what it leads to, and a name that the elements of a part call it
by. A suite goes by the element that calls, not only by the type that is said: what leads out of the
document may be called by a link that somebody clicks, and by nothing else.
"""

import re
from functools import lru_cache

from ess_portal.base.files.addresses import LINK, may_be_clicked
from ess_portal.base.files.archives import NESTED, local_name, walk
from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.office_parts import EXTERNAL, WORKBOOK, macros
from ess_portal.base.files.refusal import Allowance

_SUITE = (
    "http://schemas.openxmlformats.org/officedocument/2006/relationships/",
    # The same, strictly by the standard.
    "http://purl.oclc.org/ooxml/officedocument/relationships/",
)
_WORDS = """
officedocument extended-properties extendedproperties custom-properties customproperties
metadata/thumbnail metadata/core-properties customxml customxmlprops theme themeoverride image
hyperlink printersettings font fonttable styles settings websettings numbering footnotes endnotes
header footer comments glossarydocument chart chartusershapes drawing vmldrawing diagramdata
diagramlayout diagramquickstyle diagramcolors ink worksheet chartsheet sharedstrings calcchain
sheetmetadata pivottable pivotcachedefinition pivotcacherecords table tablesinglecells
revisionheaders revisionlog usernames slidemaster slidelayout slide notesmaster notesslide
handoutmaster presprops viewprops tablestyles commentauthors tags xmlmaps
"""
# By the year in which Microsoft added them.
_MICROSOFT = """
2006/relationships/hdphoto 2007/relationships/hdphoto 2007/relationships/styleswitheffects
2007/relationships/diagramdrawing 2007/relationships/slicer 2007/relationships/slicercache
2011/relationships/people 2011/relationships/commentsextended 2011/relationships/chartstyle
2011/relationships/chartcolorstyle 2011/relationships/timeline 2011/relationships/timelinecache
2014/relationships/chartex 2015/10/relationships/revisioninfo 2016/09/relationships/commentsids
2016/11/relationships/changesinfo 2017/06/relationships/rdrichvalue
2017/06/relationships/rdrichvaluestructure 2017/06/relationships/rdrichvaluetypes
2017/06/relationships/rdarray 2017/06/relationships/richstyles
2017/06/relationships/rdsupportingpropertybag
2017/06/relationships/rdsupportingpropertybagstructure 2017/10/relationships/threadedcomment
2017/10/relationships/person 2018/08/relationships/commentsextensible
2018/10/relationships/comments 2018/10/relationships/authors
2019/04/relationships/namedsheetview 2019/05/relationships/documenttasks
2020/02/relationships/classificationlabels 2022/10/relationships/richvaluerel
2022/11/relationships/featurepropertybag
"""
_OTHERS = """
http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties
http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail
http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin
http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature
http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/certificate
http://customschemas.google.com/relationships/presentationmetadata
http://customschemas.google.com/relationships/workbookmetadata
http://customschemas.google.com/relationships/commentsmetadata
http://customschemas.google.com/relationships/metadata
http://www.wps.cn/officedocument/2020/cellimage
"""
# Whole, in small letters: another end, or another beginning, is another tie.
TIES = frozenset(
    {suite + word for suite in _SUITE for word in _WORDS.split()}
    | {f"http://schemas.microsoft.com/office/{one}" for one in _MICROSOFT.split()}
    | set(_OTHERS.split())
)
HYPERLINKS = frozenset(suite + "hyperlink" for suite in _SUITE)
PACKAGES = frozenset(suite + "package" for suite in _SUITE)
# What is told in words of its own when it is refused.
EMBEDDING = frozenset(
    ("afchunk", "oleobject", "package", "control", "activexcontrolbinary", "ctrlprop")
)
MACRO = ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "ui/extensibility")
# A part of this very document.
INTERNAL = re.compile(r"/?[^/\\:\x00-\x1f]+(?:/[^/\\:\x00-\x1f]+)*")
# Where the ties of a part are written: beside it.
TIES_OF = re.compile(r"((?:.*/)?)_rels/([^/]*)\.rels", re.IGNORECASE)

# What a person clicks, with the one attribute that says where to.
_DRAWINGS = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
CLICKED = frozenset(
    f"{space}ml{kind} hyperlink"
    for space, kind in (
        ("http://schemas.openxmlformats.org/wordprocessing", "/2006/main"),
        ("http://purl.oclc.org/ooxml/wordprocessing", "/main"),
        ("http://schemas.openxmlformats.org/spreadsheet", "/2006/main"),
        ("http://purl.oclc.org/ooxml/spreadsheet", "/main"),
    )
) | {
    f"{space} {name}"
    for space in _DRAWINGS
    for name in ("hlinkClick", "hlinkHover", "hlinkMouseOver")
}
CALLING = frozenset(suite.replace("document/", "Document/").rstrip("/") + " id" for suite in _SUITE)
# Names of ties that drawings of old call without the name space of ties.
CALLS = frozenset(("relid", "relationshipid"))


def check_relationship(kind: Kind, said: dict[str, str]) -> str:
    """Return the name of a relationship that leads out of the document, and nothing for another.

    Raises `UnfitFile` unless it ties parts of the document as a suite does, or leads a click to the
    web, a mailbox or the document.
    """
    type_ = said.get("Type", "").strip().casefold()
    if not type_:
        return ""
    if type_.endswith(MACRO):
        raise macros(kind)
    target = said.get("Target", "")
    is_outside = said.get("TargetMode", "").strip().casefold() == "external"
    if type_.rpartition("/")[2] in EMBEDDING:
        if type_ not in PACKAGES or is_outside or not WORKBOOK.search(target.casefold()):
            raise NESTED
    elif type_ in HYPERLINKS:
        if is_outside or not INTERNAL.fullmatch(target):
            return _leading_out(said, target)
    elif type_ not in TIES or is_outside or not INTERNAL.fullmatch(target):
        raise EXTERNAL
    return ""


def _leading_out(said: dict[str, str], target: str) -> str:
    if not may_be_clicked(target):
        raise LINK
    return said.get("Id", "").strip()


def part_of(ties: str) -> str:
    """Return the name of the part, in small letters, whose ties stand in the part `ties`."""
    found = TIES_OF.fullmatch(ties)
    return (found[1] + found[2]).casefold() if found else ""


def check_calls(content: bytes, leading_out: frozenset[str], allowance: Allowance) -> None:
    """Raise `UnfitFile` when a part calls a tie that leads out by anything but a link to click."""

    def element(name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            if (
                value.strip() in leading_out
                and _is_call(key)
                and not (name in CLICKED and key in CALLING)
            ):
                raise EXTERNAL

    walk(content, element, allowance)


@lru_cache(maxsize=1000)
def _is_call(key: str) -> bool:
    return "relationships" in key.casefold() or local_name(key).casefold() in CALLS
