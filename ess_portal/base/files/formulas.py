"""Formulas of workbooks: they compute from the workbook itself, and ask nobody else."""

import re
from collections.abc import Iterator
from enum import Enum

from ess_portal.base.files.addresses import INSIDE, WEB_OR_MAIL
from ess_portal.base.files.functions import COMPUTING
from ess_portal.base.files.refusal import AGAIN, UnfitFile

ASKING = UnfitFile(
    "contient une formule qui appelle un autre programme, un autre fichier ou un site",
    f"Remplacez-la par sa valeur (Copier, Collage spécial) ou enregistrez-le en PDF, et {AGAIN}",
)

# Within brackets an apostrophe says that the next letter is one of the name.
TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<quoted>'(?:[^']|'')*')
    |(?P<bracket>\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\])
    |(?P<called>[^\W\d][\w.]*)(?=\s*\()
    |(?P<word>[\w.$]+)
    |(?P<space>\s+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
ODF_BRACKET = re.compile(r"\[(?:[^\[\]']|'(?:[^']|'')*')*\]")
QUOTED = re.compile(r"'(?:[^']|'')*'")
# A number after a letter: none makes a known function of an unknown one, nor a path of a text.
ROW = re.compile(r"(?<=[A-Za-z$])[0-9]+")
# What never stands in the name of a sheet, but in a path does.
OF_A_PATH = re.compile(r"[\\/\[\]]")
PATH_IN_TEXT = re.compile(r"\\|//|\||\bfile:|\bsmb:|\bvnd\.", re.IGNORECASE)
BEFORE_A_NAME = re.compile(
    r"(?:_XLFN\.|_XLWS\.|COM\.MICROSOFT\.|ORG\.(?:OPENOFFICE|LIBREOFFICE)\."
    r"|COM\.SUN\.STAR\.SHEET\.ADDIN\.(?:ANALYSIS|DATEFUNCTIONS|PRICINGFUNCTIONS)\.GET)+"
)
# The names that LAMBDA and LET give to what they are handed.
PARAMETER = "_XLPM."


class Grammar(Enum):
    """How references are written: Excel's `[1]Sheet!A1`, OpenFormula's `['file'#$Sheet.A1]`."""

    EXCEL = "excel"
    ODF = "odf"


def check_formula(formula: str, grammar: Grammar = Grammar.EXCEL) -> None:
    """Raise `UnfitFile` unless a formula names known functions, and places of its own workbook."""
    called, texts = set(), []
    depth, before, link = 0, "", False
    for kind, found in _tokens(formula, grammar):
        if link and kind != "space":
            link = _begins_link(kind, found)
        if grammar is Grammar.EXCEL and _names_workbook(before, kind, found):
            raise ASKING
        if kind == "called":
            called.add(found.upper())
            link = _check_name(found.upper())
        elif kind == "text":
            texts.append(found)
        elif kind == "sign":
            depth += {"{": 1, "}": -1}.get(found, 0)
            _check_sign(found, may_bar=grammar is Grammar.ODF and depth > 0)
        else:
            _check_place(kind, found, grammar)
        before = found if kind == "bracket" else ""
    # A place put together from a text that reads like a path.
    if link or ("INDIRECT" in called and any(PATH_IN_TEXT.search(text) for text in texts)):
        raise ASKING


def _tokens(formula: str, grammar: Grammar) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(formula):
        found = ODF_BRACKET.match(formula, position) if grammar is Grammar.ODF else None
        kind: str | None = "bracket"
        if found is None:
            found = TOKEN.match(formula, position)
            if found is None:
                raise ASKING
            kind = found.lastgroup
        yield str(kind), found[0]
        position = found.end()


class FormulaChecker:
    """Checks the formulas of one part: those of a column are alike but for the numbers of rows."""

    def __init__(self) -> None:
        """Begin with none that was checked."""
        self._checked: set[tuple[str, Grammar]] = set()

    def check(self, formula: str, grammar: Grammar = Grammar.EXCEL) -> None:
        """Raise `UnfitFile` as `check_formula` does."""
        shape = ROW.sub("0", formula), grammar
        if shape not in self._checked:
            check_formula(formula, grammar)
            self._checked.add(shape)


def _names_workbook(bracket: str, kind: str, found: str) -> bool:
    """Tell whether what stands in brackets just before is another workbook, and not a column.

    Excel calls the very workbook [0].
    """
    return bracket not in ("", "[0]") and (kind in ("called", "word", "quoted") or found == "!")


def _check_name(name: str) -> bool:
    """Tell whether it is HYPERLINK. Raises `UnfitFile` for a function that isn't known."""
    if name == "HYPERLINK":
        return True
    if not name.startswith(PARAMETER) and BEFORE_A_NAME.sub("", name) not in COMPUTING:
        raise ASKING
    return False


def _check_sign(found: str, *, may_bar: bool) -> None:
    """Raise `UnfitFile` for a sign of DDE or of a path, and for a text or a name without end.

    A bar stands between the rows of a table in OpenFormula.
    """
    if found in "\"'[]\\" or (found == "|" and not may_bar):
        raise ASKING


def _check_place(kind: str, found: str, grammar: Grammar) -> None:
    if kind == "quoted" and OF_A_PATH.search(found):
        raise ASKING
    if kind == "bracket":
        _check_bracket(found, grammar)


def _begins_link(kind: str, found: str) -> bool:
    """Tell whether the address of HYPERLINK is still to come. Raises `UnfitFile` for another than
    the web's, a mailbox's or one of the workbook.
    """
    if found == "(":
        return True
    address = found[1:-1].replace('""', '"').lstrip()
    if kind != "text" or not (WEB_OR_MAIL.fullmatch(address) or INSIDE.fullmatch(address)):
        raise ASKING
    return False


def _check_bracket(found: str, grammar: Grammar) -> None:
    if grammar is Grammar.EXCEL:
        # The title of a column, or another workbook by its path.
        if "\\" in found or "//" in found:
            raise ASKING
        return
    if any(OF_A_PATH.search(name) for name in QUOTED.findall(found)):
        raise ASKING
    outside = QUOTED.sub("'", found[1:-1])
    if OF_A_PATH.search(outside) or "'#" in outside or "|" in outside:
        raise ASKING
