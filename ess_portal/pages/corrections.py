"""What somebody probably meant to look for, when what they typed finds nothing.

Two words that are one in a public text ("coco shaker") become that one; each word that no such text
holds, nor begins one, becomes the nearest word of those texts. Only what anybody may read is
compared: a correction can't reveal a title.
"""

import re
from bisect import bisect_left
from difflib import get_close_matches

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from actions.models import Action
from actors.models import Commune, Organisation
from challenges.models import Challenge, Measure
from ess_portal.base.folding import WORD, fold
from ess_portal.base.models import SearchSynonyms
from ess_portal.base.search import Words
from ess_portal.pages.static_page_index import sections

KEPT = 600  # seconds
CACHE_KEY = "search-vocabulary"
SHORTEST = 4  # letters: shorter words resemble too many others
MOST_LETTERS_APART = 2  # letters more or fewer
LIKENESS = 0.8  # of `difflib`: "recylcerie" and "recyclerie" have 0.9
_WORD = re.compile(r"[^\W\d_]{3,}")
_TWO_WORDS = re.compile(rf"({WORD.pattern})[ -]({WORD.pattern})")


def corrected(words: Words) -> Words | None:
    """Return `words` with those replaced that were meant otherwise; None when none was."""
    known = _vocabulary()
    in_order = sorted(known)

    def meant(found: re.Match[str]) -> str:
        folded = fold(found[0])
        if _begins_one(folded, in_order):
            return found[0]
        nearest = _nearest(folded, in_order)
        return known[nearest] if nearest else found[0]

    def in_one(found: re.Match[str]) -> str:
        return known.get(fold(found[1] + found[2]), found[0])

    typed = WORD.sub(meant, _TWO_WORDS.sub(in_one, words.typed))
    return None if typed == words.typed else Words(typed)


def _begins_one(folded: str, in_order: list[str]) -> bool:
    at = bisect_left(in_order, folded)
    return at < len(in_order) and in_order[at].startswith(folded)


def _nearest(folded: str, known: list[str]) -> str | None:
    if len(folded) < SHORTEST:
        return None
    alike = [word for word in known if abs(len(word) - len(folded)) <= MOST_LETTERS_APART]
    return next(iter(get_close_matches(folded, alike, 1, LIKENESS)), None)


def _vocabulary() -> dict[str, str]:
    """The words of what anybody may read, folded, each with how it is written; ten minutes old."""
    return cache.get_or_set(CACHE_KEY, _read_vocabulary, KEPT)


def _read_vocabulary() -> dict[str, str]:
    found: dict[str, str] = {}
    for text in _public_texts():
        for word in _WORD.findall(text.lower()):
            found.setdefault(fold(word), word)
    return found


def _public_texts():
    for section in sections():
        yield from (section.title, section.text)
    for rows, column in (
        (Challenge.objects.of_current_programme(), "title"),
        (Measure.objects.of_current_programme(), "title"),
        (Commune.objects.order_by(), "name"),
        (SearchSynonyms.objects.all(), "words"),
        (Organisation.objects.published().order_by(), "name"),
        (Action.objects.visible_to(AnonymousUser()).order_by(), "title"),
    ):
        yield from rows.values_list(column, flat=True).iterator()
