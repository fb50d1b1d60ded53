"""The fields of Word: which ones may stand in a document, and where their links may lead.

Word works a field out by itself when a document is opened, printed or updated; some fetch a
picture or a text, ask a database, start a program. Those that only count, number, date and name
are accepted, and no other.
"""

import re

from ess_portal.base.files.addresses import may_be_clicked
from ess_portal.base.files.refusal import AGAIN, UnfitFile

FIELDS = UnfitFile(
    "contient un champ qui ouvre ou lance autre chose que le document",
    f"Figez ses champs (tout sélectionner, puis Ctrl+Maj+F9) et {AGAIN}",
)
_NAMES = """
ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BARCODE
BIBLIOGRAPHY BIDIOUTLINE CITATION COMMENTS COMPARE CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY
DOCVARIABLE EDITTIME EQ FILENAME FILESIZE FILLIN FORMCHECKBOX FORMDROPDOWN FORMTEXT FTNREF
GOTOBUTTON GREETINGLINE HYPERLINK IF INDEX INFO KEYWORDS LASTSAVEDBY LISTNUM MERGEBARCODE
MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE
PRIVATE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF STYLEREF SUBJECT SYMBOL TA
TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE
"""
ACCEPTED = frozenset(_NAMES.split())
# Where another field's result will stand.
RESULT = "\ufffc"
FIRST_WORD = re.compile(r"\s*(=|[A-Za-z]+(?=[\s\"\\]|$))")
ARGUMENT = re.compile(
    r"\s*(?:(?P<switch>\\[A-Za-z!*@#])|[\"“”„«](?P<quoted>(?:\\.|[^\"“”\\])*)[\"“”»]|(?P<bare>[^\s\"“”]+))"
)
# They are followed by a place within the page, a tip, a window.
FOLLOWED = frozenset((r"\l", r"\o", r"\t", r"\*"))
ESCAPED = re.compile(r"\\(.)")


def check_instruction(instruction: str) -> None:
    """Raise `UnfitFile` unless what a field says begins with an accepted name, and, of a link,
    leads to the web, a mailbox or the document. An empty one says nothing.
    """
    if not instruction.strip():
        return
    first = FIRST_WORD.match(instruction)
    if first is None or (first[1] != "=" and first[1].upper() not in ACCEPTED):
        raise FIELDS
    if first[1].upper() == "HYPERLINK":
        _check_link(instruction[first.end() :].rstrip())


def _check_link(said: str) -> None:
    position, before = 0, ""
    while position < len(said):
        found = ARGUMENT.match(said, position)
        if found is None:
            raise FIELDS
        position = found.end()
        switch = found["switch"]
        if switch is None and before not in FOLLOWED:
            address = found["quoted"] if found["quoted"] is not None else found["bare"]
            if not may_be_clicked(ESCAPED.sub(r"\1", address)):
                raise FIELDS
        before = (switch or "").casefold()


class FieldReader:
    """Hears the elements and texts of a part of a document, one after the other, and checks each
    field once all of it was heard: fields are cut into runs, and stand in each other.
    """

    def __init__(self) -> None:
        """Begin outside of any field."""
        # Of each field that is open: what it says, what it said before it was struck out.
        self._open: list[_Field] = []
        self._orphan = _Field()
        self._heard: str | None = None

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element: its local name, its attributes by theirs. Raises `UnfitFile` for a
        field that isn't accepted.
        """
        self._heard = name if name in ("instrText", "delInstrText", "t", "delText") else None
        if name == "fldSimple" or "instr" in attributes:
            check_instruction(attributes.get("instr", ""))
        elif name == "fldChar":
            self._mark(attributes.get("fldCharType", ""))
        elif name in ("tab", "br", "cr", "noBreakHyphen", "sym", "softHyphen", "ptab"):
            self._say(" ", is_struck=False)

    def text(self, text: str) -> None:
        """Hear a text: of a field, when one is being said."""
        if self._heard in ("instrText", "delInstrText"):
            self._say(text, is_struck=self._heard == "delInstrText")
        elif self._heard in ("t", "delText") and self._open:
            # What is written where a field says what it does belongs to it.
            self._say(text, is_struck=self._heard == "delText")

    def end(self) -> None:
        """Check what was left open, or said outside. Raises `UnfitFile` as `element` does."""
        while self._open:
            self._open.pop().check()
        if self._orphan.says_something():
            raise FIELDS

    def end_of_element(self) -> None:
        """Hear that an element ends: what follows isn't its text."""
        self._heard = None

    def _mark(self, mark: str) -> None:
        if mark == "begin":
            self._say(RESULT, is_struck=False)
            self._open.append(_Field())
        elif mark == "separate" and self._open:
            self._open[-1].is_said = True
        elif mark == "end" and self._open:
            self._open.pop().check()

    def _say(self, text: str, *, is_struck: bool) -> None:
        if not self._open:
            if text not in (RESULT, " "):
                self._orphan.say(text, is_struck=is_struck)
        elif not self._open[-1].is_said:
            self._open[-1].say(text, is_struck=is_struck)
        elif self._heard in ("instrText", "delInstrText"):
            self._orphan.say(text, is_struck=is_struck)


class _Field:
    """What one field says, and what of it is struck out in a text under revision."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._struck: list[str] = []
        self.is_said = False

    def say(self, text: str, *, is_struck: bool) -> None:
        (self._struck if is_struck else self._said).append(text)

    def says_something(self) -> bool:
        return bool("".join(self._said + self._struck).strip())

    def check(self) -> None:
        check_instruction("".join(self._said))
        check_instruction("".join(self._struck))
