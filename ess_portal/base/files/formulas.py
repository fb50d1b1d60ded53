"""Formulas of workbooks: they compute from the workbook itself, and ask nobody else."""

import re
from collections.abc import Iterator
from enum import Enum

from ess_portal.base.files.formula_calls import ASKING, Calls, Places

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


class Grammar(Enum):
    """How references are written: Excel's `[1]Sheet!A1`, OpenFormula's `['file'#$Sheet.A1]`."""

    EXCEL = "excel"
    ODF = "odf"


def check_formula(
    formula: str, grammar: Grammar = Grammar.EXCEL, places: Places | None = None
) -> None:
    """Raise `UnfitFile` unless a formula names known functions, and places of its own workbook.

    `places` hears of what it may make places.
    """
    calls = Calls(Places() if places is None else places)
    depth, before = 0, ""
    for kind, found in _tokens(formula, grammar):
        if kind != "space":
            calls.token(kind, found)
        if grammar is Grammar.EXCEL and _names_workbook(before, kind, found):
            raise ASKING
        if kind == "sign":
            depth += {"{": 1, "}": -1}.get(found, 0)
            _check_sign(found, may_bar=grammar is Grammar.ODF and depth > 0)
        elif kind in ("quoted", "bracket"):
            _check_place(kind, found, grammar)
        before = found if kind == "bracket" else ""
    calls.end()


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

    def __init__(self, places: Places) -> None:
        """Begin with none that was checked; `places` are those of the whole workbook."""
        self._places = places
        self._checked: set[tuple[str, Grammar]] = set()

    def check(self, formula: str, grammar: Grammar = Grammar.EXCEL) -> None:
        """Raise `UnfitFile` as `check_formula` does."""
        shape = ROW.sub("0", formula), grammar
        if shape not in self._checked:
            check_formula(formula, grammar, self._places)
            self._checked.add(shape)


def _names_workbook(bracket: str, kind: str, found: str) -> bool:
    """Tell whether what stands in brackets just before is another workbook, and not a column.

    Excel calls the very workbook [0].
    """
    return bracket not in ("", "[0]") and (kind in ("called", "word", "quoted") or found == "!")


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
