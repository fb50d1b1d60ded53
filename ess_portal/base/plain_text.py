"""What people type, made fit to be kept and to be drawn. Nothing here imports Django."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

# Vietnamese needs two, Hebrew and Arabic three, marked scripture four: a pile has thousands.
MOST_MARKS = 4
# More than any field takes: looking into what is longer costs seconds, for nothing.
LONGEST_TEXT = 50_000
# Stands for what no embedded font can draw: an emoji, a Chinese character.
UNDRAWABLE = "\u25a1"
# A word without a place to break it would run off the page.
LONGEST_WORD = 24
BREAK_HERE = "\u200b"

# Blank on the page, though Unicode calls them letters, symbols or marks.
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0"
# Format characters: they may turn the direction of what follows. Controls, surrogates, private
# and unassigned ones.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn"))
# Embeddings, overrides and isolates turn what follows, ours too. Marks of one place may stay.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SPACES = frozenset(("Zs", "Zl", "Zp"))
_NOBODY_READS = frozenset(("Cs", "Co", "Cn"))
# Kept by Unicode for pictures to come: phones know them before Python does.
PICTURES = range(0x1F000, 0x1FB00)
# A space before these, or after an opening quote, never ends a line in French.
_FRENCH_SPACE = re.compile(r" (?=[:;!?»€])|(?<=«) ")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
# Scripts whose letters stand side by side: whatever they are, they can be drawn.
_SIMPLE = re.compile(
    r"[^\n\u0020-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2000-\u20cf\u2100-\u22ff\u25a1]"
)


def normalised(text: str) -> str:
    """Return `text` composed (NFC), with at most four marks a letter, without what turns its
    direction, and empty when all of it is invisible. Takes a time that grows with its length alone.
    """
    if text.isascii():
        return text
    text = text.translate(_TURNING)
    letters = set(text)
    if not any(map(_is_visible, letters)):
        return ""
    if marks := "".join(filter(_is_mark, letters)):
        one = f"[{re.escape(marks)}]"
        # First: composing puts marks in order, each beside all others of its pile.
        text = re.sub(f"({one}{{{MOST_MARKS}}}){one}+", r"\1", text)
    return unicodedata.normalize("NFC", text)


def unreadable(text: str) -> str:
    """Return what comes first in `text` of the characters that no reader can know: unassigned,
    private, half of a pair; nothing when there is none.

    Pictures of the future are let through.
    """
    if text.isascii():
        return ""
    unknown = [
        letter
        for letter in set(text)
        if unicodedata.category(letter) in _NOBODY_READS and ord(letter) not in PICTURES
    ]
    return min(unknown, key=text.index, default="")


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain data with every text changed, keys apart."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {key: mapped(one, change) for key, one in value.items()}
        case list() | tuple():
            return [mapped(one, change) for one in value]
        case _:
            return value


def drawable(text: str) -> str:
    """Return `text` for a document: composed, lines ended alike, unseen characters gone, words
    breakable. What was written but can't be seen is a square: a title must not vanish.
    """
    written = bool(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\t", " ").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = "".join(
        letter for letter in text if letter == "\n" or unicodedata.category(letter) not in _UNSEEN
    )
    text = _FRENCH_SPACE.sub("\u00a0", normalised(text))
    if written and not text.strip():
        return UNDRAWABLE
    return _LONG_WORD.sub(_breakable, text)


def simple(text: str) -> str:
    """Return a drawable `text` with a square for each letter that isn't Latin, Greek or Cyrillic.

    Scripts whose letters join or carry marks are what a typesetter may stumble over.
    """
    return _SIMPLE.sub(UNDRAWABLE, text)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _is_visible(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category not in _UNSEEN | _SPACES and category[0] != "M" and letter not in BLANK


def _breakable(word: re.Match[str]) -> str:
    """Return a long word with places to break it, none of them between a letter and its marks."""
    pieces, size = [""], 0
    for letter in word[0]:
        if size >= LONGEST_WORD // 2 and not _is_mark(letter):
            pieces.append("")
            size = 0
        pieces[-1] += letter
        size += 1
    return BREAK_HERE.join(pieces)
