"""French full-text search: accents, case, plurals and word endings don't matter.

PostgreSQL stems and ranks; what it can't do without extensions (accents) is done by the SQL
function `base_fold` and its twin `fold` here, so that texts and queries are folded alike. Each
searchable model declares `search = search_column(...)`: PostgreSQL keeps it by itself, whoever
writes the row (docs/decisions/0009-search-in-generated-columns.md).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVectorField
from django.db import connection, models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Concat

from ess_portal.base.composed import Given
from ess_portal.base.folding import WORD, composed, fold, folded_words
from ess_portal.base.models import SearchSynonyms

CONFIG = "french"
Pieces = list[tuple[str, bool]]  # of a text, each with whether it was found
MAX_TYPED = 100  # characters
MAX_WORDS = 10
EXTRACT_LENGTH = 220


class UnreadVectorField(SearchVectorField):
    """A search vector that is filtered and ranked by, but never read: rows stay light."""

    def select_format(self, compiler, sql, params):
        """Read nothing in its place."""
        return "NULL::tsvector", []


def search_column(title: Iterable[str], summary: Iterable[str] = (), text: Iterable[str] = ()):
    """Return the column that makes a model searchable.

    Args:
        title: names of the fields that count most; a query can be held to these.
        summary, text: names of the fields that count less, and least.

    """
    weights = [_joined(names) for names in (title, summary, text)]
    return models.GeneratedField(
        expression=Func(*weights, function="base_search", output_field=UnreadVectorField()),
        output_field=UnreadVectorField(),
        db_persist=True,
        verbose_name="texte cherché",
    )


def _joined(names: Iterable[str]):
    parts = [Coalesce(F(name), Value(""), output_field=models.TextField()) for name in names]
    if len(parts) < 2:  # noqa: PLR2004 – nothing to join
        return parts[0] if parts else Value("")
    spaced = [piece for part in parts for piece in (part, Value(" "))]
    return Concat(*spaced[:-1], output_field=models.TextField())


class LookedFor:
    """Words as questions ask for them."""

    def all(self, weight: str = "") -> SearchQuery:
        """The query for texts that hold every word, or words beginning so.

        With `weight="A"`, in their title only.
        """
        raise NotImplementedError

    @property
    def rank(self) -> SearchRank:
        """How well a row answers, to sort by."""
        return SearchRank(F("search"), self.all())

    @property
    def rank_of_title(self) -> SearchRank:
        """The same, from the title alone."""
        only_title = [0, 0, 0, 1]  # weights of D, C, B, A
        return SearchRank(F("search"), self.all(weight="A"), weights=only_title)


class GivenWords(LookedFor):
    """The places of words in a question that is composed once (composed.py)."""

    def all(self, weight: str = "") -> SearchQuery:
        """The query that is given: `Words.given` has it."""
        return _query(Given(f"words{weight}"))


@dataclass(frozen=True)
class Words(LookedFor):
    """What somebody typed, as words to look for. False when nothing can be looked for."""

    typed: str

    @classmethod
    def of(cls, query) -> "Words":
        """Read the words of an address (a QueryDict); what is too long is cut."""
        return cls(query.get("q", "").replace("\0", " ").strip()[:MAX_TYPED])

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The words without accents, in lower case; lone letters find nothing worth reading."""
        words = folded_words(self.typed)
        return tuple(word for word in words if len(word) > 1 or word.isdigit())[:MAX_WORDS]

    def __bool__(self):
        return bool(self.folded)

    def all(self, weight: str = "") -> SearchQuery:
        """The query for texts that hold every word, or words beginning so.

        With `weight="A"`, in their title only.
        """
        return _query(self.terms(weight=weight))

    @property
    def given(self) -> dict[str, str]:
        """What is given to a question in the places of `GivenWords`."""
        return {f"words{weight}": self.terms(weight=weight) for weight in ("", "A")}

    def terms(self, operator: str = " & ", weight: str = "") -> str:
        """The words in the language of `to_tsquery`, joined by `operator`.

        In the place of a word, its synonyms will do: `SearchSynonyms` has them.
        """
        # Only letters and digits are left in the words: nothing here can be an operator.
        return operator.join(_any_of(self._meanings[word], weight) for word in self.folded)

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The first two letters of every word that may be found."""
        meanings = chain.from_iterable(self._meanings.values())
        return tuple({word[:2] for words in meanings for word in words})

    @cached_property
    def _meanings(self) -> dict[str, list[tuple[str, ...]]]:
        """What each word may stand as: itself first, then the words of its synonyms."""
        groups = SearchSynonyms.objects.folded() if self.folded else []
        return {
            word: list(
                dict.fromkeys(
                    [(word,), *(one for group in groups if (word,) in group for one in group)]
                )
            )
            for word in self.folded
        }


def _query(terms: str | Given) -> SearchQuery:
    return SearchQuery(terms, config=CONFIG, search_type="raw")


def _any_of(meanings: list[tuple[str, ...]], weight: str) -> str:
    """Each meaning is a word, or several that are found together."""
    every = [" & ".join(f"{word}:*{weight}" for word in meaning) for meaning in meanings]
    return every[0] if len(every) == 1 else "(" + " | ".join(f"({one})" for one in every) + ")"


class Highlighter:
    """Marks in texts the words that made them found: PostgreSQL itself says which."""

    def __init__(self, words: Words, texts: Sequence[str]):
        """Ask for all `texts` of a page at once: one query."""
        unique = {word for text in texts for word in WORD.findall(composed(text))}
        candidates = {word: fold(word) for word in unique}
        # PostgreSQL takes no letter from the beginning of a word, and reads a word for long.
        begun = {text for text in candidates.values() if text.startswith(words.beginnings)}
        matching = frozenset(_matching(sorted(begun), words))
        self.found = frozenset(word for word, folded in candidates.items() if folded in matching)

    def mark(self, text: str) -> Pieces:
        """Cut `text` into pieces, each with whether it is to be marked."""
        text = composed(text)
        pieces, position = [], 0
        for match in WORD.finditer(text):
            if match[0] in self.found:
                if match.start() > position:
                    pieces.append((text[position : match.start()], False))
                pieces.append((match[0], True))
                position = match.end()
        if position < len(text):
            pieces.append((text[position:], False))
        return pieces

    def extract(self, *texts: str) -> Pieces:
        """Return the passage around the first marked word of the first text that has one.

        Without any, the beginning of the first text that isn't empty; at most some 220 characters.
        """
        texts = tuple(composed(text) for text in texts)
        for text in texts:
            first = next((m for m in WORD.finditer(text) if m[0] in self.found), None)
            if first:
                return self.mark(_passage(text, first.start()))
        return self.mark(_passage(next((text for text in texts if text), ""), 0))


def _passage(text: str, position: int) -> str:
    """Cut some words around `position`, whole, with … where something is left out."""
    text = re.sub(r"\s", " ", text)
    start = max(0, position - EXTRACT_LENGTH // 3)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = start + EXTRACT_LENGTH
    if end < len(text):
        end = max(text.rfind(" ", start, end), position + 1)
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def _matching(candidates: list[str], words: Words) -> list[str]:
    """Return those of the folded `candidates` that one of the words finds."""
    if not (candidates and words):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) AS word"
            " WHERE to_tsvector(%s::regconfig, word) @@ to_tsquery(%s::regconfig, %s)",
            [candidates, CONFIG, CONFIG, words.terms(" | ")],
        )
        return [word for (word,) in cursor.fetchall()]
