"""Pages of long lists."""

from collections.abc import Callable
from typing import TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

_Model = TypeVar("_Model", bound=Model)


def rows_between(queryset: QuerySet[_Model], start: int, stop: int) -> QuerySet[_Model]:
    """Return what `queryset[start:stop]` holds, in its order, but find the keys first: one query.

    For orders that no index holds: PostgreSQL then sorts keys that indexes give, not whole rows of
    which twenty are shown.
    """
    return queryset.filter(pk__in=queryset.select_related(None).values("pk")[start:stop])


class KeysFirstPaginator(Paginator):
    """Finds the keys of a page first, then reads those rows alone: see `rows_between`."""

    def page(self, number):
        """Return the page; `InvalidPage` when it isn't there."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows = rows_between(self.object_list, bottom, min(bottom + self.per_page, self.count))
        return self._get_page(rows, number, self)


class KeysElsewherePaginator(Paginator):
    """Is told where the keys of all items are, in their order: a queryset of them alone."""

    def __init__(self, *args, keys: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = keys

    @cached_property
    def count(self):
        """How many keys there are."""
        return self.keys.count()

    def page(self, number):
        """Return the page; `InvalidPage` when it isn't there."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        keys = self.keys[bottom : min(bottom + self.per_page, self.count)]
        return self._get_page(self.object_list.filter(pk__in=keys), number, self)


class CountedPaginator(Paginator):
    """Is told how many items there are, by whoever has counted them already."""

    def __init__(self, *args, count: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count


class CountedKeysFirstPaginator(CountedPaginator, KeysFirstPaginator):
    """Is told how many there are, and finds the keys of a page first."""


class AskingPaginator(CountedPaginator):
    """Is told how many there are, and whom to ask for the rows `between` two places."""

    def __init__(self, *args, between: Callable[[int, int], QuerySet], **kwargs):
        # The rows alone are asked for: the list that they come from is never composed.
        super().__init__((), *args, **kwargs)
        self.between = between

    def page(self, number):
        """Return the page; `InvalidPage` when it isn't there."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows = self.between(bottom, min(bottom + self.per_page, self.count))
        return self._get_page(rows, number, self)
