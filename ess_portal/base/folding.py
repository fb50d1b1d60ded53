"""Texts folded for the search: accents, case and plurals don't matter.

The SQL function `base_fold` does the same, so that texts and queries are folded alike.
"""

import re
import unicodedata

from ess_portal.base.collation import ACCENTED, PLAIN

_FOLDING = str.maketrans(
    dict(zip(ACCENTED, PLAIN, strict=True)) | {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
)
WORD = re.compile(r"[^\W_]+")
# Plurals that PostgreSQL's stemmer leaves apart: "boulangers" and "boulanger", "travaux" and
# "travail". The twin in SQL says the same.
_END = r"(?![^\W_])"
_PLURALS = (
    (re.compile(rf"travaux{_END}"), "travail"),
    (re.compile(rf"([a-df-z])aux{_END}"), r"\1al"),
    (re.compile(rf"(eau|ou|lieu|jeu|feu)x{_END}"), r"\1"),
    (re.compile(rf"([a-z0-9]{{4}})s{_END}"), r"\1"),
)


def fold(text: str) -> str:
    """Return `text` in lower case, without accents nor plurals, as `base_fold` does in SQL."""
    text = composed(text).translate(_FOLDING).lower()
    for plural, singular in _PLURALS:
        text = plural.sub(singular, text)
    return text


def composed(text: str) -> str:
    """Return `text` with each accent on its letter: some systems type them one after the other."""
    return unicodedata.normalize("NFC", text)


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of `text`, folded, in their order."""
    return tuple(WORD.findall(fold(text)))
