"""What stands in the parts of Microsoft's documents: fields, formulas, links, shapes that act."""

import re

from ess_portal.base.files.addresses import LINK, may_be_clicked
from ess_portal.base.files.archives import local_name, refuse_definitions, walk
from ess_portal.base.files.formula_calls import ASKING, Places
from ess_portal.base.files.formulas import FormulaChecker
from ess_portal.base.files.kinds import Kind
from ess_portal.base.files.office_parts import EXTERNAL, macros
from ess_portal.base.files.refusal import Allowance
from ess_portal.base.files.word_fields import FieldReader

# Names can't be written otherwise in XML: a part without these has nothing to be looked at.
FIELDS = re.compile(rb"[iI]nstr|fldChar|fldSimple")
FORMULAS = re.compile(rb"[<:]f[\s/>]|ormula|[Dd]efinedName|[<:]Fmla|\btextlink\b|[<:]cfvo\b")
ACTING = re.compile(
    rb"\b(?:src|href|althref|action|macro|invalidUrl|xlm|vbProcedure|function|location|embeddedHtml|link)\s*="
    rb"|HyperlinkBase|mailMerge|[wW]ebPublishItem|ddeLink|oleLink|externalReference"
)
FORMULA_ELEMENTS = re.compile(
    r"f|formula|formula1|formula2|definedName|calculatedColumnFormula|totalsRowFormula|oldFormula"
    r"|Fmla(?:Link|Range|Pict|Group|TxbX)"
)
FORMULA, ADDRESS, MACRO = "a formula", "HyperlinkBase", "FmlaMacro"
DEPENDING = frozenset(
    ("mailMerge", "webPublishItem", "webPublishItems", "ddeLink", "oleLink", "externalReference")
)
# What clicking on a shape of a presentation may do.
SHOWING = re.compile(
    r"(?:ppaction://(?:noaction|hlinksldjump|hlinkshowjump|customshow)(?:\?[\w=&.%-]*)?)?",
    re.IGNORECASE,
)
# Left on a button by a workbook that had macros: nothing of that name is here.
NO_MACRO = re.compile(r"(?:\[0\]!)?[\w.]*")
WATCHED = frozenset(
    {
        "embeddedHtml",
        "src",
        "href",
        "althref",
        "invalidUrl",
        "location",
        "action",
        "macro",
        "textlink",
        "val",
    }
    | {"xlm", "vbProcedure", "function"}
)
RUNNING_NAMES = frozenset(("xlm", "vbProcedure", "function"))
# No place in a workbook reads so.
PATH = re.compile(r"\\|//")
CELLS = frozenset(
    (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
)
VML = "urn:schemas-microsoft-com:vml "
OFFICE = "urn:schemas-microsoft-com:office:office "


def check_content(kind: Kind, content: bytes, allowance: Allowance, places: Places) -> None:
    """Raise `UnfitFile` when a part of a document would fetch, start or send something.

    `places` hears what the formulas of a workbook make places of.
    """
    has_fields = FIELDS.search(content) is not None
    has_formulas = kind.code == "xlsx" and FORMULAS.search(content) is not None
    if not (has_fields or has_formulas or ACTING.search(content)):
        refuse_definitions(content)
        return
    reader = _Reader(kind, places, reads_fields=has_fields)
    walk(content, reader.element, allowance, reader.text, reader.end_of_element)
    reader.end()


def hear_cells(content: bytes, allowance: Allowance, places: Places) -> None:
    """Let `places` hear the texts of a workbook's cells, and what its formulas once gave."""
    is_text, is_error = False, False

    def element(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_text, is_error
        space, _, local = name.rpartition(" ")
        is_text = local in ("t", "v") and space in CELLS and not (local == "v" and is_error)
        if local == "c":
            is_error = attributes.get("t") == "e"

    def text(said: str) -> None:
        if is_text:
            places.hear(said)

    walk(content, element, allowance, text)


class _Reader:
    """Hears a part from its first element to its last."""

    def __init__(self, kind: Kind, places: Places, *, reads_fields: bool) -> None:
        self._kind = kind
        self._fields = FieldReader() if reads_fields else None
        self._reads_formulas = kind.code == "xlsx"
        self._formulas = FormulaChecker(places)
        # What is open from a formula or an address on, and the texts in each.
        self._inside: list[tuple[str, list[str]]] = []

    def element(self, name: str, attributes: dict[str, str]) -> None:
        local = local_name(name)
        if self._fields is not None:
            self._fields.element(name, attributes)
        if local in DEPENDING:
            raise EXTERNAL
        if self._reads_formulas and FORMULA_ELEMENTS.fullmatch(local):
            self._inside.append((FORMULA, []))
        elif local in (ADDRESS, MACRO) or self._inside:
            self._inside.append((local, []))
        for key, value in attributes.items():
            # A picture that isn't in the document, whatever its relationship says that it is.
            if local_name(key) == "link" and "relationships" in key and value.strip():
                raise EXTERNAL
            if local_name(key) in WATCHED:
                self._check_attribute(name, local, key, value)

    def text(self, text: str) -> None:
        if self._fields is not None:
            self._fields.text(text)
        if self._inside:
            self._inside[-1][1].append(text)

    def end_of_element(self, name: str) -> None:
        if self._fields is not None:
            self._fields.end_of_element(name)
        if not self._inside:
            return
        what, texts = self._inside.pop()
        text = "".join(texts)
        if what == FORMULA:
            self._formulas.check(text)
        elif what == MACRO:
            if not NO_MACRO.fullmatch(text.strip()):
                raise macros(self._kind)
        elif text.strip() and (what != ADDRESS or not may_be_clicked(text)):
            # A formula holds nothing else; an address neither.
            raise ASKING if self._reads_formulas else LINK

    def end(self) -> None:
        if self._fields is not None:
            self._fields.end()

    def _check_attribute(self, name: str, local: str, key: str, value: str) -> None:
        said = local_name(key)
        _check_address(name, key, value)
        if local.startswith("hlink") and said == "action" and not SHOWING.fullmatch(value):
            raise LINK
        if said == "macro" and not NO_MACRO.fullmatch(value):
            raise macros(self._kind)
        if local == "definedName" and said in RUNNING_NAMES and value.strip() not in ("0", "false"):
            raise macros(self._kind)
        if self._reads_formulas and (said == "textlink" or (local, said) == ("cfvo", "val")):
            self._formulas.check(value)


def _check_address(name: str, key: str, value: str) -> None:
    """Raise `UnfitFile` when an attribute leads elsewhere than a click may."""
    said = local_name(key)
    # The page of a film, with whatever it runs.
    if said == "embeddedHtml":
        raise EXTERNAL
    if said == "src" and name.startswith(VML) and value.strip():
        raise EXTERNAL
    is_drawn = name.startswith(VML) or key.startswith(OFFICE)
    if said == "invalidUrl" or (is_drawn and said in ("href", "althref")):
        if not may_be_clicked(value):
            raise LINK
    elif said == "location" and local_name(name) == "hyperlink" and PATH.search(value):
        raise LINK
