"""Pages of long lists."""

from django.core.paginator import Paginator


class KeysFirstPaginator(Paginator):
    """Finds the keys of a page first, then reads those rows alone, in one query.

    For lists whose order no index holds: PostgreSQL then sorts keys that indexes give, not whole
    rows of which twenty are shown.
    """

    def page(self, number):
        """Return the page; `InvalidPage` when it isn't there."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        keys = self.object_list.select_related(None).values("pk")[bottom : bottom + self.per_page]
        rows = self.object_list.filter(pk__in=keys)
        return self._get_page(rows, number, self)


class CountedPaginator(Paginator):
    """Is told how many items there are, by whoever has counted them already."""

    def __init__(self, *args, count: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = count
