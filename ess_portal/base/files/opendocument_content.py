"""What stands in the parts of an OpenDocument: what it runs, holds, asks for, and leads to."""

import re
from functools import lru_cache
from urllib.parse import unquote

from ess_portal.base.files.addresses import LINK, is_host, is_of_this_machine, may_be_clicked
from ess_portal.base.files.archives import LOCKED, NESTED, local_name, walk
from ess_portal.base.files.formula_calls import Places
from ess_portal.base.files.formulas import FormulaChecker, Grammar
from ess_portal.base.files.refusal import AGAIN, Allowance, UnfitFile

EXTERNAL = UnfitFile(
    "dépend de fichiers extérieurs (image, section ou tableau liés)",
    f"Rompez ces liaisons ou enregistrez-le en PDF, et {AGAIN}",
)
SCRIPTS = "urn:oasis:names:tc:opendocument:xmlns:script:"
FORMS = "http://www.w3.org/2002/xforms "
RUNNING_SCHEMES = ("javascript:", "vnd.sun.star.script:", "macro:")
# What a presentation does when somebody clicks.
SHOWING = frozenset(
    ("none", "previous-page", "next-page", "first-page", "last-page", "hide", "stop", "show")
)
OBJECTS = frozenset(("object-ole", "applet", "plugin", "floating-frame"))
LINKS = frozenset(
    {"dde-connection", "dde-connection-decl", "dde-source", "dde-link", "table-source"}
    | {
        "cell-range-source",
        "section-source",
        "connection-resource",
        "auto-reload",
        "source-service",
    }
    | {"database-source-sql", "database-source-query", "database-source-table"}
)
# What a person clicks; other addresses are fetched by the machine.
CLICKED = frozenset(
    ("a", "area-rectangle", "area-circle", "area-polygon", "event-listener", "button")
)
FORM_PICTURE = "urn:oasis:names:tc:opendocument:xmlns:form:1.0 image"
# A part of this document; the one that a chart is drawn in.
INTERNAL = re.compile(r"#?(?:\./)?(?!\.\.)[^/\\:#?%\x00-\x1f]+(?:/(?!\.\.)[^/\\:#?%\x00-\x1f]+)*/?")
PARENT = ("chart", "..")
# A formula of a table, a name, a condition; those of drawings and texts know nothing but numbers.
FORMULAS = frozenset(("formula", "expression", "condition"))
OF_NUMBERS = (":drawing:", ":animation:", ":text:", ":presentation:")
CONDITIONS = ":calcext:"
# "of:=SUM([.A1])"; Excel writes its own grammar under its own letters.
PREFIX = re.compile(r"(?:(of|oooc|msoxl)\s*:)?=?")
CONDITION = re.compile(
    r"(?<![\w.-])(?:cell-content(?:-is-(?:in-list|between|not-between|date|time|text|whole-number"
    r"|decimal-number)|-text(?:-length(?:-is-(?:not-)?between)?)?)?|is-true-formula|formula-is"
    r"|begins-with|ends-with|contains-text|not-contains-text|between|not-between|is-error"
    r"|(?:top|bottom)-(?:elements|percent)|date-is)(?=\s*\()"
)
# Places of another workbook, in what holds but a place.
PLACES = ("-address", "linked-cell", "source-cell-range", "cell-range")
OUTSIDE = re.compile(r"'#|//|\\")
WATCHED = FORMULAS | {
    "image-data",
    "href",
    "action",
    "database-name",
    "datasource",
    "url",
    "local-url",
    "value",
}
# Properties of a control whose picture is fetched without a click.
DRAWN = ("imageurl", "graphic")
# A base that the reader's machine would look for by its address.
BASE_NAME = re.compile(r"[^/\\:]*")


def check_content(content: bytes, allowance: Allowance, places: Places) -> None:
    """Raise `UnfitFile` when a part runs, holds or fetches something, or leads a click elsewhere
    than to the web, a mailbox or the document.

    `places` hears what the formulas of a workbook make places of.
    """
    reader = _Reader(places)
    walk(content, reader.element, allowance, reader.text, reader.end_of_element)


def check_manifest(content: bytes, allowance: Allowance) -> None:
    """Raise `UnfitFile` when a part of the document is enciphered."""
    walk(content, _check_manifest_element, allowance)


def macros() -> UnfitFile:
    """Return the refusal of a document with macros."""
    return UnfitFile("contient des macros", f"Supprimez-les (Outils, Macros) et {AGAIN}")


def _check_manifest_element(name: str, _attributes: dict[str, str]) -> None:
    if local_name(name) == "encryption-data":
        raise LOCKED


class _Reader:
    """Hears a part from its first element to its last."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._formulas = FormulaChecker(places)
        self._is_in_cell = False
        self._setting = ""
        self._texts: list[str] = []

    def element(self, name: str, attributes: dict[str, str]) -> None:
        element = local_name(name)
        # An address in a setting holds nothing else.
        if self._setting:
            raise EXTERNAL
        _check_element(name, element)
        if element == "table-cell":
            self._hear_cell(attributes)
        elif element == "config-item":
            self._setting, self._texts = _setting_of(attributes), []
        for key, value in attributes.items():
            if local_name(key) == "image-data":
                _refuse_fetched(value)
            elif _is_watched(key):
                self._check_attribute(name, key, value)
        if element == "property":
            _check_property(attributes)

    def text(self, text: str) -> None:
        if self._setting:
            self._texts.append(text)
        elif self._is_in_cell:
            self._places.hear(text)

    def end_of_element(self, name: str) -> None:
        if self._is_in_cell and local_name(name) == "table-cell":
            self._is_in_cell = False
        if self._setting and not is_of_this_machine("".join(self._texts)):
            raise EXTERNAL
        self._setting = ""

    def _hear_cell(self, attributes: dict[str, str]) -> None:
        """Hear the text of a cell, which a place may be made of; a formula's error isn't one."""
        said = {(CONDITIONS in key, local_name(key)): value for key, value in attributes.items()}
        is_error = said.get((True, "value-type")) == "error" and (False, "formula") in said
        self._is_in_cell = not is_error
        self._places.hear(said.get((False, "string-value"), ""))

    def _check_attribute(self, name: str, key: str, value: str) -> None:
        space, _, said = key.rpartition(" ")
        if said == "href":
            _check_address(name, value)
        elif said == "action" and "presentation" in space:
            if value not in SHOWING:
                raise macros()
        elif said in ("database-name", "datasource"):
            if not BASE_NAME.fullmatch(value):
                raise EXTERNAL
        elif said in ("url", "local-url"):
            if not (may_be_clicked(value) or is_host(value)):
                raise LINK
        else:
            self._check_formula(space, said, value)

    def _check_formula(self, space: str, said: str, value: str) -> None:
        is_formula = said in FORMULAS and not any(one in space for one in OF_NUMBERS)
        if is_formula or (said == "value" and CONDITIONS in space):
            prefix = PREFIX.match(value)
            grammar = Grammar.EXCEL if prefix and prefix[1] == "msoxl" else Grammar.ODF
            self._formulas.check(CONDITION.sub("", value[prefix.end() if prefix else 0 :]), grammar)
        elif said.endswith(PLACES) and OUTSIDE.search(value):
            raise EXTERNAL


def _check_element(name: str, element: str) -> None:
    if name.startswith(SCRIPTS) or element in ("script", "execute-macro"):
        raise macros()
    if element in OBJECTS:
        raise NESTED
    if element in LINKS or name.startswith(FORMS):
        raise EXTERNAL


@lru_cache(maxsize=1000)
def _is_watched(key: str) -> bool:
    said = local_name(key)
    return said in WATCHED or said.endswith(PLACES)


def _setting_of(attributes: dict[str, str]) -> str:
    """Return the name of a setting that holds an address, and nothing for another one."""
    names = [value for key, value in attributes.items() if local_name(key) == "name"]
    return next(
        (name for name in names if name.casefold().endswith(("url", "datasource"))),
        "",
    )


def _check_address(name: str, address: str) -> None:
    element = local_name(name)
    if address.strip().casefold().startswith(RUNNING_SCHEMES):
        raise macros()
    if element in CLICKED or name == FORM_PICTURE:
        if not may_be_clicked(address):
            raise LINK
    elif element == "template":
        if not is_of_this_machine(address):
            raise EXTERNAL
    elif address and (element, address) != PARENT and not INTERNAL.fullmatch(unquote(address)):
        raise EXTERNAL


def _check_property(attributes: dict[str, str]) -> None:
    """Raise `UnfitFile` when a form's control, by a property that holds an address, leads away."""
    said = {local_name(key): value for key, value in attributes.items()}
    address = said.get("string-value", said.get("value", ""))
    if said.get("property-name", "").casefold().endswith(DRAWN):
        _refuse_fetched(address)
    elif said.get("property-name", "").casefold().endswith("url") and not may_be_clicked(address):
        raise LINK


def _refuse_fetched(address: str) -> None:
    """Raise `UnfitFile` when a picture isn't in the document."""
    if address and not INTERNAL.fullmatch(unquote(address)):
        raise EXTERNAL
