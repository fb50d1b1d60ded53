"""What the formulas of a workbook call, and what addresses and places they make of texts.

A text can be cut and put together by a formula, so that no path is known before the workbook is
open. What a place of another document can't do without is a sign, `#` or `[`: where places are put
together, neither may stand in a text of the workbook, nor be made by a function.
"""

import re
from dataclasses import dataclass

from ess_portal.base.files.addresses import INSIDE, is_mail, is_web_or_mail
from ess_portal.base.files.functions import COMPUTING
from ess_portal.base.files.refusal import AGAIN, UnfitFile

ASKING = UnfitFile(
    "contient une formule qui appelle un autre programme, un autre fichier ou un site",
    f"Remplacez-la par sa valeur (Copier, Collage spécial) ou enregistrez-le en PDF, et {AGAIN}",
)
PATH_IN_TEXT = re.compile(r"\\|//|\||\bfile:|\bsmb:|\bvnd\.", re.IGNORECASE)
OF_ANOTHER_DOCUMENT = re.compile(r"[\[#]")
# Whole: "Feuille1!A1", "Tableau1[Montant]", "R[-1]C[2]".
PLACE_IN_TEXT = re.compile(
    r"[^\[\]#]*|[\w.]+\[[^\[\]#]*\]|R(?:\[-?\d+\]|\d*)C(?:\[-?\d+\]|\d*)", re.IGNORECASE
)
# They make a sign of a number or of another one, or tell a formula or the document's own place.
MAKING_SIGNS = frozenset(
    (
        "ASC",
        "CELL",
        "CHAR",
        "FILTERXML",
        "FORMULA",
        "FORMULATEXT",
        "GETPIVOTDATA",
        "INFO",
        "UNICHAR",
    )
)
# From the fourth argument on it may tell places as "R[1]C[1]".
PLAIN_ADDRESS = 3
LINKING, PLACING = "HYPERLINK", "INDIRECT"
# What comes after their name, in this order.
PARENTHESIS, BEGINNING = 1, 2
PARTING = "(),;"
BEFORE_A_NAME = re.compile(
    r"(?:_XLFN\.|_XLWS\.|COM\.MICROSOFT\.|ORG\.(?:OPENOFFICE|LIBREOFFICE)\."
    r"|COM\.SUN\.STAR\.SHEET\.ADDIN\.(?:ANALYSIS|DATEFUNCTIONS|PRICINGFUNCTIONS)\.GET)+"
)
# The names that LAMBDA and LET give to what they are handed; a function handed to another.
PARAMETER, HANDED = "_XLPM.", "_XLETA."


@dataclass
class Places:
    """Whether a whole workbook makes places of texts, and of which."""

    are_put_together: bool = False
    may_be_outside: bool = False

    def hear(self, text: str) -> None:
        """Hear a text of which a place may be made."""
        if not self.may_be_outside and OF_ANOTHER_DOCUMENT.search(text):
            self.may_be_outside = True

    def check(self) -> None:
        """Raise `UnfitFile` when a place of another document may be put together."""
        if self.are_put_together and self.may_be_outside:
            raise ASKING


@dataclass
class _Call:
    """A function whose parenthesis is open, and how many of its arguments went by."""

    name: str
    gone_by: int = 0


class Calls:
    """Hears the tokens of one formula, blanks apart: what it calls, and with which texts."""

    def __init__(self, places: Places) -> None:
        """Begin a formula; `places` are those of the whole workbook."""
        self._places = places
        self._open: list[_Call] = []
        self._called = ""
        # HYPERLINK or INDIRECT, whose first argument is being heard, and what was heard of it.
        self._awaited, self._step, self._beginning = "", 0, ""
        self._texts: list[str] = []
        self._makes_places = False

    def token(self, kind: str, found: str) -> None:
        """Hear a token. Raises `UnfitFile` for a function that isn't known, and for an address of
        HYPERLINK but the web's, a mailbox's or one of the workbook.
        """
        text = found[1:-1].replace('""', '"') if kind == "text" else ""
        begins = bool(self._awaited) and self._hear_argument(kind, found, text)
        if kind == "sign":
            if found in PARTING:
                self._hear_sign(found)
        elif kind == "called" or (kind == "word" and found[:1] == "_"):
            self._hear_name(found.upper(), is_called=kind == "called")
        elif kind == "text":
            self._texts.append(text)
            if not begins:
                self._places.hear(text)

    def end(self) -> None:
        """Hear the end. Raises `UnfitFile` when an address is missing, or a place reads like a
        path.
        """
        if self._awaited:
            raise ASKING
        if self._makes_places and any(PATH_IN_TEXT.search(text) for text in self._texts):
            raise ASKING

    def _hear_name(self, said: str, *, is_called: bool) -> None:
        name = BEFORE_A_NAME.sub("", said)
        is_handed = name.startswith(HANDED)
        if name.startswith(PARAMETER) or not (is_called or is_handed):
            return
        name = BEFORE_A_NAME.sub("", name.removeprefix(HANDED))
        if name not in COMPUTING and (name != LINKING or is_handed):
            raise ASKING
        self._called = name
        self._makes_places |= name == PLACING
        self._places.are_put_together |= name == PLACING and is_handed
        self._places.may_be_outside |= name in MAKING_SIGNS
        if name in (LINKING, PLACING) and not is_handed:
            self._awaited, self._step, self._beginning = name, 0, ""

    def _hear_sign(self, sign: str) -> None:
        if sign == "(":
            self._open.append(_Call(self._called))
        elif sign == ")" and self._open:
            self._open.pop()
        elif self._open:
            self._open[-1].gone_by += 1
            if self._open[-1].name == "ADDRESS" and self._open[-1].gone_by >= PLAIN_ADDRESS:
                self._places.may_be_outside = True
        self._called = ""

    def _hear_argument(self, kind: str, found: str, text: str) -> bool:
        """Hear what follows HYPERLINK or INDIRECT; tell whether it is the text they begin with."""
        self._step += 1
        if self._step == PARENTHESIS:
            return False
        if self._step == BEGINNING and kind == "text":
            self._check_beginning(text)
            self._beginning = text
            return True
        is_whole = self._step > BEGINNING and found in (",", ";", ")")
        name, self._awaited = self._awaited, ""
        if name == PLACING and not is_whole:
            self._places.are_put_together = True
            self._places.hear(self._beginning)
        # What is put behind a mailbox could take a file along.
        elif name == LINKING and not is_whole and (not self._beginning or is_mail(self._beginning)):
            raise ASKING
        return False

    def _check_beginning(self, text: str) -> None:
        if self._awaited == LINKING:
            is_welcome = is_web_or_mail(text) or INSIDE.fullmatch(text.lstrip())
        else:
            is_welcome = PLACE_IN_TEXT.fullmatch(text)
        if not is_welcome:
            raise ASKING
