"""Addresses speak French: a choice of an enumeration is written there as its label, made a slug.

What is stored stays as it is ("in_progress"); the address says "en-cours". Addresses from before,
which held what is stored, lead to the new ones for good.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.db.models import TextChoices
from django.http import HttpResponsePermanentRedirect, QueryDict
from django.urls import reverse
from django.utils.text import slugify

# Django's `slugify` knows no letter of two: "œuvre" would be "uvre".
_LETTERS_OF_TWO = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": " "})


@lru_cache(maxsize=500)
def slug_of(text: str) -> str:
    """Return `text` as addresses write it: « L’œuvre d’été » is "l-oeuvre-d-ete"."""
    return slugify(text.translate(_LETTERS_OF_TWO))


def word_of(choice: TextChoices) -> str:
    """Return how addresses write `choice`: « Clore l’évaluation » is "clore-l-evaluation"."""
    return slug_of(str(choice.label))


def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """Return the word of each stored value of `choices`, in their order."""
    return {choice.value: word_of(choice) for choice in choices}


def moved(path: str, query: str) -> HttpResponsePermanentRedirect:
    """Lead for good to `path` with the query string `query`, which may be empty."""
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def renewed(query: QueryDict, words: Mapping[str, Mapping[str, str]]) -> QueryDict:
    """Return a copy of `query` in which `words`, old and new by parameter, are the new ones."""
    query = query.copy()
    for name in query.keys() & words.keys():
        query.setlist(name, [words[name].get(value, value) for value in query.getlist(name)])
    return query


class WordConverter:
    """A choice of an enumeration in a path: its word there, its stored value in the view.

    Give `choices`. The stored value is understood too; `FrenchAddressMixin` then leads to the word.
    """

    regex = "[-a-z_]+"
    choices: type[TextChoices]

    def to_python(self, word: str) -> str:
        """Return the stored value. Raises `ValueError`, which makes a 404, when there is none."""
        stored = {written: value for value, written in words_of(self.choices).items()}
        return self.choices(stored.get(word, word)).value

    def to_url(self, value: str) -> str:
        """Return the word of a choice or of its stored value."""
        return word_of(self.choices(value))


class FrenchAddressMixin:
    """A view whose path has a choice of an enumeration: an older address leads to it for good."""

    def get(self, request, *args, **kwargs):
        """Answer where the address is French already, lead there otherwise."""
        found = request.resolver_match
        address = reverse(found.view_name, args=found.args, kwargs=found.kwargs)
        if request.path == address:
            return super().get(request, *args, **kwargs)
        return moved(address, request.META["QUERY_STRING"])
