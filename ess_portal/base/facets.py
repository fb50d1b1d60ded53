"""Facets: the choices of a filter, counted, and the filters in use as chips."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One choice of a filter, with the number of items it leads to; None where it isn't said."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True)
class Facet:
    """A filter whose choices are counted."""

    name: str
    label: str
    empty_label: str | None  # None: several choices may be made at once
    options: tuple[Option, ...]

    @property
    def id(self) -> str:
        """The identifier of its control."""
        return f"id_{self.name}"


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the query string of the list without it."""

    label: str
    value: str
    query: str
