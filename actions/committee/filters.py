"""Filters of actions by state, place in the promise and territory; those of the ranking.

`actions/public/filters.py` adds what the list that anybody reads needs.
"""

from functools import cached_property

import django_filters
from django import forms
from django.db.models import Count, Q

from actions.enums import ActionStatus
from actions.models import Action
from actions.models.groups import BY_COMMUNE, BY_SECTOR
from actions.querysets import RANKING, matches, rank
from actors.models import Commune, Sector
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.filters import EnumsFilter, FacetedFilterSet

# Where an action belongs in the promise: counted together, from one reading.
OF_THE_PROMISE = frozenset({"programme", "defi", "mesure"})


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

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, *args, user, states=ActionStatus.values, **kwargs):
        """Offer only `states`: those that `user` may meet."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.filters["etat"].offer(states)

    def search(self, queryset):
        """Return the actions of which the person may read something that has all the words."""
        return queryset.filter(self._matches) if self.words else queryset.none()

    @property
    def rank(self):
        """Rank by what the person may read alone."""
        return rank(self.words, self.user)

    @cached_property
    def _matches(self) -> Q:
        return matches(self.words, self.user)

    def count_choices(self):
        """Count programmes, challenges and measures over one reading of the promise."""
        counts = super().count_choices()
        rows = list(
            self.narrow(self.queryset.all(), without=OF_THE_PROMISE)
            .order_by()
            .values_list("measure", "challenge")
            .annotate(items=Count("*"))
        )
        return counts | self._counted_by_place(rows)

    def _counted_by_place(self, rows) -> dict[str, dict[str, tuple[str, int]]]:
        of_measure, of_challenge = _places()
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


def _places() -> tuple[dict, dict]:
    """Where each measure, and each challenge, stands: (key, label) by filter. One query."""
    of_measure, of_challenge = {}, {}
    published = Measure.objects.filter(challenge__programme__in=Programme.objects.published())
    for measure in published.select_related("challenge__programme").order_by("pk"):
        challenge, programme = measure.challenge, measure.challenge.programme
        place = {"programme": (programme.code, programme.title)}
        # Only what answers the programme under way is offered one by one.
        if programme.is_current:
            place["defi"] = (str(challenge.number), str(challenge))
        of_challenge[challenge.pk] = place
        own = {"mesure": (str(measure.pk), str(measure))} if programme.is_current else {}
        of_measure[measure.pk] = place | own
    return of_measure, of_challenge
