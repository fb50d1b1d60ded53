"""Filters whose choices are counted, kept in the address."""

from collections.abc import Callable, Collection, Hashable, Iterable
from functools import cached_property

import django_filters
from django import forms
from django.db.models import CharField, Count, F, Q, QuerySet, TextChoices, Value
from django.http import QueryDict

from ess_portal.base.address_words import renewed, words_of
from ess_portal.base.arrays import OneOf
from ess_portal.base.collation import in_natural_order
from ess_portal.base.composed import Given, GivenAlone
from ess_portal.base.composed_lists import ComposedByFilters
from ess_portal.base.facets import Chip, Facet, Option
from ess_portal.base.search import MAX_TYPED, Words


class TypedField(forms.CharField):
    """Words as somebody typed them: what is too long is cut, as on the search page."""

    def to_python(self, value):
        return super().to_python(value)[:MAX_TYPED]


class TypedFilter(django_filters.CharFilter):
    """A filter by words."""

    field_class = TypedField


class AllowedChoicesField(forms.MultipleChoiceField):
    """Choices of which those that aren't offered count for nothing, and don't undo the others."""

    def to_python(self, value):
        return [choice for choice in super().to_python(value) if self.valid_value(choice)]


class AllowedChoicesFilter(django_filters.MultipleChoiceFilter):
    """A filter by several values of a column of the row itself: nothing comes twice."""

    field_class = AllowedChoicesField

    def __init__(self, *args, **kwargs):
        """Spare PostgreSQL the search for doubles."""
        super().__init__(*args, distinct=False, **kwargs)


class _OfAnEnumeration:
    """A filter by choices of `enum`, which addresses write as their French words."""

    def __init__(self, *args, enum: type[TextChoices], **kwargs):
        self.enum = enum
        self.written = words_of(enum)
        self.stored = {word: value for value, word in self.written.items()}
        super().__init__(*args, **kwargs)
        self.offer(enum.values)

    def offer(self, values: Collection[str]) -> None:
        """Offer only the choices whose stored values are among `values`, in the enum's order."""
        self.extra["choices"] = [
            (self.written[value], label) for value, label in self.enum.choices if value in values
        ]

    def filter(self, qs, value):
        """Keep the rows that hold what the words stand for."""
        if isinstance(value, Given):
            return self.keep_given(qs, value)
        if isinstance(value, list):
            return super().filter(qs, [self.stored[word] for word in value])
        return super().filter(qs, self.stored.get(value, value))


class EnumFilter(_OfAnEnumeration, django_filters.ChoiceFilter):
    """A filter by one choice of an enumeration."""

    def keep_given(self, qs, stored: Given):
        """Keep the rows that hold what is stored."""
        return qs.filter(**{self.field_name: stored})


class EnumsFilter(_OfAnEnumeration, AllowedChoicesFilter):
    """A filter by several choices of an enumeration."""

    def keep_given(self, qs, stored: Given):
        """Keep the rows that hold one of what is stored."""
        if isinstance(stored, GivenAlone):
            return qs.filter(**{self.field_name: stored})
        return qs.filter(OneOf(self.field_name, stored))


class FacetedFilterSet(ComposedByFilters, django_filters.FilterSet):
    """A FilterSet that counts its choices, names what is in use, searches and sorts.

    Give:
        facets_from: for each counted filter, the path of its value in the model, and of its
            label when that is stored: texts both;
        facets_if: for each filter by condition, what each of its choices asks;
        facet_names: the counted filters in the order they are shown (those above by default);
        partition: the counted filter of which each item has exactly one value;
        shown_when_several: those that aren't shown while they have one choice only;
        orders: for each value of `tri`, its label and what to order by; the first is the default;
        sorts_by_relevance: whether a search puts the best answers first, unless asked otherwise.

    The number of a choice is what the list has once it is made beside the other filters in use.
    """

    facets_from: dict[str, tuple] = {}
    facets_if: dict[str, dict[str, Q]] = {}
    facet_names: tuple[str, ...] = ()
    partition: str = ""
    shown_when_several: frozenset[str] = frozenset()
    orders: dict[str, tuple[str, tuple]] = {}
    sorts_by_relevance = True

    q = TypedFilter(label="Rechercher", method="keep")
    tri = django_filters.ChoiceFilter(label="Trier par", method="keep", empty_label=None)

    def __init__(
        self,
        *args,
        listed: Callable[[], QuerySet] | None = None,
        shape: Hashable | None = None,
        **kwargs,
    ):
        """Filter `queryset`, or what `listed` returns, which is asked for where it is needed.

        `shape`: all that the SQL of what is listed depends on; None to compose it each time.
        """
        super().__init__(*args, **kwargs)
        self.shape = shape
        if listed is not None:
            self.listed = listed
            del self.queryset
        self.facet_names = self.facet_names or tuple(self.facets_from)
        self.filters["tri"].extra["choices"] = [
            (name, label) for name, (label, _) in self.orders.items()
        ]

    @cached_property
    def queryset(self) -> QuerySet:
        """What is filtered."""
        return self.listed()

    @classmethod
    def in_french(cls, query: QueryDict) -> QueryDict:
        """Return `query`, older addresses' stored values made the words of today."""
        filters = cls.base_filters.items()
        return renewed(query, {name: getattr(one, "written", {}) for name, one in filters})

    @classmethod
    def parameters_to_keep(cls) -> list[str]:
        """Return the parameters under which a list may be kept (kept_pages.py): all but words, as
        few ask for the same twice.
        """
        return ["page", *(name for name in cls.base_filters if name != "q")]

    def keep(self, queryset, name, value):
        """Leave the queryset as it is: `narrow` searches, `qs` sorts."""
        return queryset

    @cached_property
    def chosen(self) -> dict:
        """The values that make sense, by filter; the others filter nothing."""
        if not self.is_bound:
            return {}
        self.form.is_valid()
        values = self.form.cleaned_data
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    @cached_property
    def words(self) -> Words:
        return Words(self.chosen.get("q", ""))

    def narrow(self, queryset: QuerySet, *, without: Collection[str] = ()) -> QuerySet:
        """Return `queryset` through every filter in use but `without`."""
        if self.is_searched and "q" not in without:
            queryset = self.search(queryset)
        for name, value in self.chosen.items():
            if name not in without:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def search(self, queryset: QuerySet) -> QuerySet:
        """Return the items that have all the words."""
        return queryset.filter(search=self.words.all()) if self.words else queryset.none()

    @cached_property
    def qs(self) -> QuerySet:
        """The items that pass, sorted as asked; best answers first when searching."""
        queryset = self.narrow(self.queryset.all())
        order = self.chosen.get("tri")
        if order is None and self.is_by_relevance:
            return queryset.order_by(self.rank.desc(), *self._order(self.default_order))
        return queryset.order_by(*self._order(order or self.default_order))

    @property
    def rank(self):
        """How well an item answers the search, to sort by."""
        return self.words.rank

    @property
    def is_by_relevance(self) -> bool:
        """Whether the best answers come first, unless asked otherwise."""
        return bool(self.words) and self.sorts_by_relevance and not self.there_are_more

    @property
    def there_are_more(self) -> bool:
        """Whether more items pass than the list has: it then says how many it has."""
        return False

    @property
    def numbers_choices(self) -> bool:
        """Whether each choice says how many items it leads to."""
        return True

    @property
    def default_order(self) -> str:
        """The order without any choice."""
        return next(iter(self.orders))

    def _order(self, name: str) -> tuple:
        return self.orders[name][1]

    # --- What the page shows --------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        """The counted filters, in their order, without choices that lead nowhere."""
        counts = self.counts
        return [
            Facet(
                name=name,
                label=self.filters[name].label,
                empty_label=None
                if self._is_multiple(name)
                else self.filters[name].extra["empty_label"],
                options=tuple(self._options(name, counts.get(name, {}))),
            )
            for name in self.facet_names
            if name not in self.shown_when_several or len(counts.get(name, {})) > 1
        ]

    @cached_property
    def counts(self) -> dict[str, dict[str, tuple[str, int]]]:
        """What `count_choices` gives, asked once."""
        return self.count_choices()

    @property
    def total(self) -> int:
        """How many items pass: those of each choice of the partition that is in use."""
        counts = self.counts.get(self.partition, {})
        chosen = {self.key_of(self.partition, v) for v in _several(self.chosen.get(self.partition))}
        return sum(count for key, (_, count) in counts.items() if not chosen or key in chosen)

    @property
    def search_field(self):
        return self.form["q"]

    @property
    def sort_options(self) -> list[Option]:
        """The orders that may be asked for."""
        # What isn't chosen follows the search: the best answers first once there is one.
        orders = {name: label for name, (label, _) in self.orders.items()}
        default = "Pertinence" if self.is_by_relevance else orders.pop(self.default_order)
        chosen = self.chosen.get("tri", "")
        return [
            Option(name, label, None, selected=name == chosen)
            for name, label in {"": default, **orders}.items()
        ]

    def chips(self, query) -> list[Chip]:
        """What is in use, each with the address's query string without it.

        `query` is the request's QueryDict.
        """
        chips = []
        for name in ("q", *self.facet_names):
            for value in _several(self.chosen.get(name)):
                rest = query.copy()
                rest.pop("page", None)
                key = self.key_of(name, value)
                kept = [other for other in rest.getlist(name) if other != key]
                rest.pop(name, None)
                if self._is_multiple(name) and kept:
                    rest.setlist(name, kept)
                chips.append(
                    Chip(self.filters[name].label, self.name_of(name, value), rest.urlencode())
                )
        return chips

    def key_of(self, name: str, value) -> str:
        """How the address writes `value` of the filter `name`."""
        key = getattr(self.filters[name].field, "to_field_name", None)
        return str(getattr(value, key or "pk", value))

    def name_of(self, name: str, value) -> str:
        """How people call `value` of the filter `name`."""
        return (
            f"« {value} »"
            if name == "q"
            else self.label_of(name, self.key_of(name, value), str(value))
        )

    def label_of(self, name: str, key: str, label: str) -> str:
        """How people call the choice `key`, whose stored label is `label`."""
        choices = self.filters[name].extra.get("choices")
        return str(dict(choices).get(key, label)) if choices else label

    def countable(self, name: str) -> QuerySet:
        """Return the items among which the choices of `name` are counted."""
        return self.narrow(self.queryset.all(), without={name})

    def _is_multiple(self, name: str) -> bool:
        return isinstance(self.filters[name], django_filters.MultipleChoiceFilter)

    def _options(self, name: str, counts: dict[str, tuple[str, int]]) -> Iterable[Option]:
        chosen = {self.key_of(name, value): value for value in _several(self.chosen.get(name))}
        # What was chosen stays there, even when the other filters leave nothing of it.
        missing = {key: (str(value), 0) for key, value in chosen.items() if key not in counts}
        return (
            Option(
                key,
                self.label_of(name, key, label),
                count if self.numbers_choices else None,
                selected=key in chosen,
            )
            for key, (label, count) in self.sorted_choices(name, counts | missing)
        )

    def sorted_choices(self, name: str, counts: dict) -> list:
        """Return the counted choices in the order given by the code, or else by label."""
        choices = self.filters[name].extra.get("choices")
        if choices:
            order = [key for key, _ in choices]
            return sorted(
                (item for item in counts.items() if item[0] in order),
                key=lambda item: order.index(item[0]),
            )
        return sorted(counts.items(), key=lambda item: in_natural_order(item[1][0]))

    def count_choices(self) -> dict[str, dict[str, tuple[str, int]]]:
        """Return, for each counted filter, the label and the number of each of its choices.

        All in one query; a filter set may count some of them in its own way.
        """
        counts: dict[str, dict[str, tuple[str, int]]] = {}
        for name, key, label, count in self.composed("counts", type(self).counting):
            if count:
                word = getattr(self.filters[name], "written", {}).get(key, key)
                counts.setdefault(name, {})[word] = (label, count)
        return counts

    def counting(self) -> QuerySet:
        """Return one reading for each counted filter, by columns alike."""
        arms = [self._arm(name) for name in self.facets_from]
        arms += [self._arm_if(name, key) for name in self.facets_if for key in self.facets_if[name]]
        return arms[0].union(*arms[1:], all=True)

    def by_condition(self, queryset, name, value):
        """Keep what a choice of `facets_if` asks."""
        return queryset.filter(self.facets_if[name][value])

    def _arm_if(self, name: str, key: str) -> QuerySet:
        texts = (Value(text, output_field=CharField()) for text in (name, key, key))
        return (
            self.by_condition(self.countable(name), name, key)
            .order_by()
            .values_list(*texts)
            .annotate(items=Count("*"))
        )

    def _arm(self, name: str) -> QuerySet:
        paths = self.facets_from[name]
        return (
            self.countable(name)
            .order_by()
            # Not exclude(): over a relation to many, that is a second reading of all of it.
            .filter(**{f"{paths[0]}__isnull": False})
            .values_list(Value(name, output_field=CharField()), F(paths[0]), F(paths[-1]))
            .annotate(items=Count("*"))
        )


def _several(value) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
