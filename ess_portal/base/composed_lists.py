"""Filtered lists whose SQL is composed once for each set of filters in use."""

from collections.abc import Callable, Hashable
from copy import copy
from typing import Any

from django.db.models import Model, QuerySet

from ess_portal.base.composed import ComposedByKey, Given, GivenAlone
from ess_portal.base.search import GivenWords

Cut = Callable[[QuerySet, int, int], QuerySet]
# Rows and counts of lists, by which filters are in use at once, and in which order.
_COMPOSED = ComposedByKey(most=64)


class ComposedByFilters:
    """Beside a filter set: asks what its filters in use ask, composed once for all their values."""

    shape: Hashable | None
    chosen: dict[str, Any]
    filters: dict[str, Any]
    words: Any
    is_by_relevance: bool
    qs: QuerySet
    _meta: Any

    @property
    def is_searched(self) -> bool:
        """Whether words are looked for: more columns are then listed, for the extracts."""
        return bool(self.chosen.get("q"))

    def rows(self, start: int, stop: int, *, cut: Cut | None = None) -> QuerySet:
        """Return what `qs` holds from `start` to before `stop`; `cut`: how to find the rows, where
        a slice wouldn't do.
        """
        if start >= stop:
            return self._none()
        if cut is not None:
            return self.composed((cut, start, stop), lambda alike: cut(alike.qs, start, stop))
        return self.composed("rows", lambda alike: alike.qs, (start, stop))

    def composed(
        self,
        what: Hashable,
        build: Callable[[Any], QuerySet],
        rows: tuple[int, int] | None = None,
    ) -> QuerySet:
        """Return what `build` makes of this filter set, or `rows` of it. `what` tells it apart.

        What nothing is looked for by, though something was typed, is composed each time.
        """
        if self.shape is None or (self.is_searched and not self.words):
            found = build(self)
            return found if rows is None else found[slice(*rows)]
        values = {
            name: self._compared(name, value)
            for name, value in self.chosen.items()
            if self._is_compared(name, value)
        }
        said = {name: value for name, value in self.chosen.items() if name not in values}
        if self.words:
            values |= {"q": None} | self.given_search()
            said = {name: value for name, value in said.items() if name != "q"}
        # Compared to one state alone, rows come in the order of an index.
        places = {
            name: GivenAlone(name) if self._is_alone(name, value) else Given(name)
            for name, value in values.items()
        }
        alone = tuple(name for name, place in places.items() if isinstance(place, GivenAlone))
        key = (type(self), self.shape, what, self.is_by_relevance, alone, *values, *said.items())
        values |= {name: values[name][0] for name in alone}
        return _COMPOSED.get(key, lambda: build(self._alike(places, said))).asked(values, rows)

    def given_search(self) -> dict[str, Any]:
        """What is given in the places that `search_by_given` leaves."""
        return dict(self.words.given)

    def search_by_given(self) -> None:
        """Look for words that are given once it is asked."""
        self.words = GivenWords()

    def _is_compared(self, name: str, value: Any) -> bool:
        """Whether rows are only compared to the value; another changes what is asked."""
        return hasattr(self.filters[name], "stored") or isinstance(value, Model)

    def _compared(self, name: str, value: Any) -> Any:
        """What rows are compared to: the key of a row, what is stored."""
        if isinstance(value, Model):
            return value.pk
        stored = self.filters[name].stored
        return [stored[word] for word in value] if isinstance(value, list) else stored[value]

    def _is_alone(self, name: str, value: Any) -> bool:
        return name in self.filters and isinstance(value, list) and len(value) == 1

    def _alike(self, places: dict[str, Given], said: dict[str, Any]) -> "ComposedByFilters":
        """The same filters in use, with the places of the values in their stead."""
        alike = copy(self)
        alike.__dict__.pop("qs", None)
        alike.chosen = {name: at for name, at in places.items() if name in self.filters} | said
        if self.words:
            alike.search_by_given()
        return alike

    def _none(self) -> QuerySet:
        return self._meta.model.objects.none()
