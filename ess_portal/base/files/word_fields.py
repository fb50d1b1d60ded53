"""The fields of Word: which ones may stand in a document, and where their links may lead.

Word works a field out by itself when a document is opened, printed or updated; some fetch a
picture or a text, ask a database, start a program. Those that only count, number, date and name
are accepted, and no other.
"""

import re

from ess_portal.base.files.addresses import PUT_IN, may_be_clicked
from ess_portal.base.files.archives import local_name
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
FIRST_WORD = re.compile(r"\s*(=|[A-Za-z]+(?=[\s\"\\]|$))")
ARGUMENT = re.compile(
    r"\s*(?:(?P<switch>\\[A-Za-z!*@#])|[\"“”„«](?P<quoted>(?:\\.|[^\"“”\\])*)[\"“”»]|(?P<bare>[^\s\"“”]+))"
)
# They are followed by a place within the page, a tip, a window.
FOLLOWED = frozenset((r"\l", r"\o", r"\t", r"\*"))
# What Word surely reads; it leaves out, with all that it holds, what it is told to ignore.
_OFFICE = "http://schemas.openxmlformats.org/"
_MICROSOFT = "http://schemas.microsoft.com/office/word/2010/"
KNOWN = frozenset(
    (
        f"{_OFFICE}wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
        f"{_OFFICE}markup-compatibility/2006",
        f"{_OFFICE}drawingml/2006/main",
        f"{_OFFICE}drawingml/2006/wordprocessingDrawing",
        f"{_OFFICE}drawingml/2006/picture",
        f"{_OFFICE}officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/drawingml/main",
        "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        "http://purl.oclc.org/ooxml/drawingml/picture",
        "http://purl.oclc.org/ooxml/officeDocument/math",
        *(f"{_MICROSOFT}wordprocessing{what}" for what in ("Shape", "Group", "Canvas", "Drawing")),
        "urn:schemas-microsoft-com:vml",
        "urn:schemas-microsoft-com:office:office",
        "urn:schemas-microsoft-com:office:word",
    )
)
INSTRUCTIONS = frozenset(("instrText", "delInstrText"))
STRUCK = frozenset(("delInstrText", "delText"))
TEXTS = INSTRUCTIONS | STRUCK | {"t"}
OF_FIELDS = INSTRUCTIONS | {"fldChar", "fldSimple"}
BLANKS = frozenset(("tab", "br", "cr", "noBreakHyphen", "sym", "softHyphen", "ptab"))
TAKEN, GIVEN = frozenset(("del", "moveFrom")), frozenset(("ins", "moveTo"))
REVISIONS = TAKEN | GIVEN
ALTERNATIVES = frozenset(("Choice", "Fallback"))
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

    What Word leaves out must not be heard as a part of a field: elements that it doesn't know, one
    of two alternatives, what is struck out or was inserted under revision.
    """

    def __init__(self) -> None:
        """Begin outside of any field."""
        self._open: list[_Field] = []
        self._orphan = _Field(0)
        self._heard = ""
        self._unknown = 0
        self._revisions: list[str] = []
        self._alternatives, self._count = [0], 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Hear an element, its name and its attributes with their name spaces. Raises `UnfitFile`
        for a field that isn't accepted.
        """
        space, _, local = name.rpartition(" ")
        if self._heard and (self._heard in INSTRUCTIONS or self._is_being_said()):
            raise FIELDS
        if self._unknown or space not in KNOWN:
            self._unknown += 1
        if self._unknown and (local in OF_FIELDS or (local in TEXTS and self._is_being_said())):
            raise FIELDS
        self._heard = local if local in TEXTS else ""
        self._note(local, attributes)
        if instruction := _attribute(attributes, "instr"):
            check_instruction(instruction)

    def _note(self, local: str, attributes: dict[str, str]) -> None:
        if local in REVISIONS:
            self._revisions.append(local)
        elif local in ALTERNATIVES:
            self._count += 1
            self._alternatives.append(self._count)
        elif local == "fldChar":
            self._mark(_attribute(attributes, "fldCharType"))
        elif local in BLANKS:
            self._say(" ")

    def text(self, text: str) -> None:
        """Hear a text: of a field, when one is being said."""
        # What is written where a field says what it does belongs to it.
        if self._heard in INSTRUCTIONS or (self._heard and self._is_being_said()):
            self._say(text)

    def end_of_element(self, name: str) -> None:
        """Hear that an element ends: what follows isn't its text."""
        local = local_name(name)
        self._heard = ""
        if self._unknown:
            self._unknown -= 1
        if local in REVISIONS:
            self._revisions.pop()
        elif local in ALTERNATIVES:
            self._alternatives.pop()

    def end(self) -> None:
        """Check what was left open, or said outside. Raises `UnfitFile` as `element` does."""
        while self._open:
            self._open.pop().check()
        if self._orphan.says_something():
            raise FIELDS

    def _is_being_said(self) -> bool:
        return bool(self._open) and not self._open[-1].is_said

    def _mark(self, mark: str) -> None:
        if mark == "begin":
            if self._is_being_said():
                self._say(PUT_IN)
            self._open.append(_Field(self._alternatives[-1], tuple(self._revisions)))
        elif self._open:
            self._same_alternative(self._open[-1])
            if self._open[-1].revisions != tuple(self._revisions):
                raise FIELDS
            if mark == "separate":
                self._open[-1].is_said = True
            elif mark == "end":
                self._open.pop().check()

    def _say(self, text: str) -> None:
        if self._is_being_said():
            self._same_alternative(self._open[-1])
            is_struck = self._heard in STRUCK or any(one in TAKEN for one in self._revisions)
            is_new = any(one in GIVEN for one in self._revisions)
            self._open[-1].say(text, is_struck=is_struck, is_new=is_new)
        elif self._heard in INSTRUCTIONS:
            self._orphan.say(text, is_struck=False, is_new=False)

    def _same_alternative(self, field: "_Field") -> None:
        if field.alternative != self._alternatives[-1]:
            raise FIELDS


class _Field:
    """What one field says: as it is read now, and as it was before a revision."""

    def __init__(self, alternative: int, revisions: tuple[str, ...] = ()) -> None:
        self.alternative, self.revisions, self.is_said = alternative, revisions, False
        self._now: list[str] = []
        self._before: list[str] = []

    def say(self, text: str, *, is_struck: bool, is_new: bool) -> None:
        if not is_struck:
            self._now.append(text)
        if not is_new or is_struck:
            self._before.append(text)

    def says_something(self) -> bool:
        return bool("".join(self._now + self._before).strip())

    def check(self) -> None:
        check_instruction("".join(self._now))
        check_instruction("".join(self._before))


def _attribute(attributes: dict[str, str], local: str) -> str:
    """Return an attribute by its local name. Raises `UnfitFile` when two bear it."""
    values = [value for key, value in attributes.items() if local_name(key) == local]
    if len(values) > 1:
        raise FIELDS
    return values[0] if values else ""
