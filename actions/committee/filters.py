"""Filters of actions by state, place in the promise and territory; those of the ranking.

`actions/public/filters.py` adds what the list that anybody reads needs.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet

from actions.committee.queries.choices import (
    OF_THE_PROMISE,
    CountedInAdvance,
    counted_choices,
    counted_found,
    every_choice,
    passing,
)
from actions.committee.queries.finding import Answer, Found, GivenKeys, found_in_all
from actions.enums import ActionStatus
from actions.models import Action
from actions.models.groups import BY_COMMUNE, BY_SECTOR
from actions.querysets import RANKING, rank
from actors.models import Commune, Sector, Visitor
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.arrays import is_any_of
from ess_portal.base.composed import Given, composed_once
from ess_portal.base.filters import EnumsFilter, FacetedFilterSet


class ActionFilter(FacetedFilterSet):
    """By words, state, challenge, measure, commune and sector: what every list shares."""

    etat = EnumsFilter(
        label="État",
        field_name="status",
        enum=ActionStatus,
        widget=forms.CheckboxSelectMultiple,
    )
    defi = django_filters.ModelChoiceFilter(
        label="Défi",
        method="by_challenge",
        to_field_name="number",
        empty_label="Tous",
        queryset=Challenge.objects.of_current_programme(),
    )
    mesure = django_filters.ModelChoiceFilter(
        label="Mesure",
        field_name="measure",
        empty_label="Toutes",
        queryset=Measure.objects.of_current_programme(),
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune",
        field_name="communes",
        to_field_name="insee_code",
        empty_label="Toutes",
        queryset=Commune.objects.all(),
    )
    filiere = django_filters.ModelChoiceFilter(
        label="Filière",
        field_name="sectors",
        to_field_name="slug",
        empty_label="Toutes",
        queryset=Sector.objects.all(),
    )

    facets_from = {
        "etat": ("status",),
        "commune": ("communes__insee_code", "communes__name"),
        "filiere": ("sectors__slug", "sectors__name"),
    }
    facet_names = ("etat", "defi", "mesure", "commune", "filiere")
    partition = "etat"
    # Finds what answers words.
    find = staticmethod(found_in_all)
    # The keys of what a page of answers shows.
    shown: Sequence[int] | Given = ()

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        *args,
        user: Visitor,
        states: Collection[str] = ActionStatus.values,
        counted: CountedInAdvance | None = None,
        is_besides: bool = False,
        **kwargs,
    ):
        """Offer only `states`: those that `user` may meet. With `counted`, the choices of the whole
        list are read there, unless words are looked for. With `is_besides`, keep what `user` sees
        besides their roles alone: which that is depends on the filters.
        """
        super().__init__(*args, **kwargs)
        self.user, self.counted, self.is_besides = user, counted, is_besides
        self.filters["etat"].offer(states)

    def search(self, queryset):
        """Return the actions of which the person may read something that has all the words."""
        return queryset.filter(is_any_of("pk", self.found.keys)) if self.words else queryset.none()

    def rows(self, start, stop, *, cut=None):
        """Of what was found best first, or latest first, read what the page shows alone."""
        if not self.words or "tri" in self.chosen or not self.sorts_by_relevance:
            return super().rows(start, stop, cut=cut)
        self.shown = [answer.key for answer in self._answering[start:stop]]
        found = {row.pk: row for row in self.composed("shown", _shown)}
        # One may have gone meanwhile.
        return [found[key] for key in self.shown if key in found]

    @property
    def _answering(self) -> Sequence[Answer]:
        """What was found and passes the other filters in use."""
        if self.found.there_are_more or not self.numbers_choices:
            return self.found.answers
        passes = passing(self._asked())
        shows_brief = self.shows_brief(())
        return [
            answer
            for answer in self.found.answers
            if passes(answer.counted) and (answer.is_known or shows_brief)
        ]

    def given_search(self):
        """Beside the words, the keys of what answers them, and of what the page shows."""
        return super().given_search() | {"found": self.found.keys, "shown": self.shown}

    def search_by_given(self):
        """Look for the keys that are given."""
        super().search_by_given()
        self.found = GivenKeys(there_are_more=self.found.there_are_more)
        self.shown = Given("shown")

    @cached_property
    def found(self) -> Found | GivenKeys:
        """What answers the words in the list as it is filtered; of a great many, the latest."""
        if not self._found_anywhere.there_are_more or self.chosen.keys() <= {"q", "tri"}:
            return self._found_anywhere
        return self.find(self.narrow(self.queryset.all(), without={"q"}), self.words, self.user)

    @cached_property
    def _found_anywhere(self) -> Found:
        """What answers them in the whole list: the choices of filters are counted among it."""
        return self.find(self.queryset.all(), self.words, self.user)

    @property
    def there_are_more(self):
        """When a great many answer words."""
        return bool(self.words) and self.found.there_are_more

    @property
    def numbers_choices(self):
        """Not when what answers isn't counted."""
        return not (self.words and self._found_anywhere.there_are_more)

    @property
    def total(self):
        """As many as were found, where choices aren't numbered."""
        return super().total if self.numbers_choices else len(self.found.answers)

    @property
    def rank(self):
        """Rank by what the person may read alone."""
        return rank(self.words, self.user)

    def narrow(self, queryset: QuerySet, *, without: Collection[str] = ()) -> QuerySet:
        """Filter, but for some of them."""
        queryset = super().narrow(queryset, without=without)
        if self.is_besides:
            queryset = queryset.seen_besides(self.user, brief=self.shows_brief(without))
        return queryset

    def shows_brief(self, without: Collection[str]) -> bool:
        """Whether what is known in brief only is among what is counted but for some filters."""
        return True

    def count_choices(self):
        """Count programmes, challenges and measures over one reading of the promise."""
        if not self.numbers_choices:
            return self._every_choice()
        if self.is_searched:
            choices, places = counted_found(self._found_anywhere, self._asked(), self.shows_brief)
            return self._in_words(choices) | self._counted_by_place(places)
        if self.counted is not None:
            return self._count_in_advance(self.counted)
        counts = super().count_choices()
        rows = list(
            self.narrow(self.queryset.all(), without=OF_THE_PROMISE)
            .order_by()
            .values_list("measure", "challenge")
            .annotate(items=Count("*"))
        )
        return counts | self._counted_by_place(rows)

    def _every_choice(self):
        states = {word: (word, 1) for word, _ in self.filters["etat"].extra["choices"]}
        found = {name: choices for name, choices in every_choice().items() if name in self.filters}
        return {"etat": states} | found | self._counted_by_place()

    def _count_in_advance(self, counted: CountedInAdvance):
        choices, places = counted_choices(counted, self._asked(), self.shows_brief)
        counts = self._in_words(choices) | self._counted_by_place(places)
        if counted.besides is None:
            return counts
        besides = type(self)(
            self.data, queryset=counted.besides, user=self.user, is_besides=True
        ).counts
        return _added(counts, besides)

    def _asked(self) -> dict[str, Any]:
        """What each filter in use asks of what is counted in advance: states, a choice, a key."""
        asked = {name: value for name, value in self.chosen.items() if name not in ("q", "tri")}
        if "etat" in asked:
            stored = self.filters["etat"].stored
            asked["etat"] = [stored[word] for word in asked["etat"]]
        return {name: getattr(value, "pk", value) for name, value in asked.items()}

    def _in_words(self, choices):
        """The same, statuses by the words of the addresses, of the filters that there are."""
        words = self.filters["etat"].written
        states = {words[key]: (key, number) for key, (_, number) in choices.get("etat", {}).items()}
        found = {name: choices[name] for name in choices if name in self.filters}
        return found | ({"etat": states} if states else {})

    def _counted_by_place(self, rows=None) -> dict[str, dict[str, tuple[str, int]]]:
        """The numbers of (measure, challenge, number); without any, of each place there is."""
        of_measure, of_challenge = _places()
        if rows is None:
            rows = [(measure, 0, 1) for measure in of_measure]
            rows += [(0, challenge, 1) for challenge in of_challenge]
        chosen = {
            name: self.key_of(name, self.chosen[name])
            for name in OF_THE_PROMISE & self.chosen.keys()
        }
        counts: dict[str, dict[str, tuple[str, int]]] = {name: {} for name in OF_THE_PROMISE}
        for measure, challenge, number in rows:
            place = of_measure.get(measure) or of_challenge.get(challenge) or {}
            for name, (key, label) in place.items():
                others = chosen.keys() - {name}
                if all(place.get(other, ("",))[0] == chosen[other] for other in others):
                    before = counts[name].get(key, (label, 0))[1]
                    counts[name][key] = (label, before + number)
        return counts

    def name_of(self, name, value):
        """Call challenges and measures by their numbers: their titles are long."""
        short = {"defi": "number", "mesure": "code"}.get(name)
        return str(getattr(value, short)) if short else super().name_of(name, value)

    def by_challenge(self, queryset, name, value):
        """Keep the actions of a challenge's measures, and those recorded under it."""
        return queryset.filter(Q(measure__challenge=value) | Q(challenge=value))


class RankingFilter(ActionFilter):
    """What the committee can decide on, in its order, whole or group by group."""

    sorts_by_relevance = False
    orders = {
        "classement": ("Classement", RANKING),
        "defi": ("Regrouper par défi", ("measure__challenge__number", *RANKING)),
        "mesure": (
            "Regrouper par mesure",
            ("measure__challenge__number", "measure__number", *RANKING),
        ),
        "commune": ("Regrouper par commune", BY_COMMUNE),
        "filiere": ("Regrouper par filière", BY_SECTOR),
    }

    @property
    def grouping(self) -> str:
        """What the list is grouped by; nothing in the committee's plain order."""
        order = self.chosen.get("tri", self.default_order)
        return "" if order == self.default_order else order

    @property
    def is_whole_ranking(self) -> bool:
        """Whether the list is the ranking itself, of everything."""
        return set(self.chosen) <= {"tri"} and not self.grouping


def _shown(filterset: ActionFilter) -> QuerySet:
    return filterset.queryset.filter(is_any_of("pk", filterset.shown)).order_by()


def _places() -> tuple[dict, dict]:
    """Where each measure, and each challenge, stands: (key, label) by filter. One query."""
    of_measure, of_challenge = {}, {}
    for measure in _published_measures():
        challenge, programme = measure.challenge, measure.challenge.programme
        place = {"programme": (programme.code, programme.title)}
        # Only what answers the programme under way is offered one by one.
        if programme.is_current:
            place["defi"] = (str(challenge.number), str(challenge))
        of_challenge[challenge.pk] = place
        own = {"mesure": (str(measure.pk), str(measure))} if programme.is_current else {}
        of_measure[measure.pk] = place | own
    return of_measure, of_challenge


@composed_once
def _published_measures() -> QuerySet[Measure]:
    published = Measure.objects.filter(challenge__programme__in=Programme.objects.published())
    shown = published.select_related("challenge__programme").order_by("pk")
    return shown.only(
        "number",
        "title",
        "challenge__number",
        "challenge__title",
        "challenge__programme__code",
        "challenge__programme__title",
        "challenge__programme__state",
    )


def _added(counts: dict, others: dict) -> dict:
    """Add up the numbers of the same choices."""
    added = {name: dict(choices) for name, choices in counts.items()}
    for name, choices in others.items():
        mine = added.setdefault(name, {})
        for key, (label, number) in choices.items():
            mine[key] = (label, mine.get(key, (label, 0))[1] + number)
    return added
