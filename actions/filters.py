"""Filters of the list of actions, kept in the address."""

import django_filters
from django import forms
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from actions.enums import ActionStatus
from actions.models import Action
from actions.querysets import LATEST_FIRST
from actors.models import Commune, Sector
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.collation import Folded
from ess_portal.base.filters import FacetedFilterSet

# Of an action put aside, the public knows title, carrier and state: a filter on anything else
# would tell more, and so would its count (rules.md, section 6).
REVEALING = frozenset({"defi", "mesure", "commune", "filiere", "programme"})
OF_CURRENT_PROGRAMME = Q(measure__challenge__programme__state=ProgrammeState.CURRENT) | Q(
    challenge__programme__state=ProgrammeState.CURRENT
)

CHALLENGE_NUMBER = Coalesce("measure__challenge__number", "challenge__number")
CHALLENGE_TITLE = Coalesce("measure__challenge__title", "challenge__title")


def _joined(*parts):
    texts = (Value(part) if isinstance(part, str) else part for part in parts)
    return Concat(*texts, output_field=CharField())


class ActionFilter(FacetedFilterSet):
    """By words, state, challenge, measure, commune and sector."""

    etat = django_filters.MultipleChoiceFilter(
        label="État",
        field_name="status",
        choices=ActionStatus.choices,
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
    programme = django_filters.ModelChoiceFilter(
        label="Programme",
        method="by_programme",
        to_field_name="code",
        empty_label="Tous",
        queryset=Programme.objects.published(),
    )

    facets_from = {
        "etat": ("status",),
        "defi": (CHALLENGE_NUMBER, _joined("Défi ", CHALLENGE_NUMBER, " : ", CHALLENGE_TITLE)),
        "mesure": (
            "measure",
            _joined(
                F("measure__challenge__number"), ".", F("measure__number"), " ", F("measure__title")
            ),
        ),
        "commune": ("communes__insee_code", "communes__name"),
        "filiere": ("sectors__slug", "sectors__name"),
        "programme": (
            Coalesce("measure__challenge__programme__code", "challenge__programme__code"),
            Coalesce("measure__challenge__programme__title", "challenge__programme__title"),
        ),
    }
    orders = {
        "recentes": ("Les plus récentes d’abord", LATEST_FIRST),
        "titre": ("Titre, de A à Z", (Folded("title"), "pk")),
        "montant": (
            "Montant accordé, du plus grand au plus petit",
            (F("amount_granted").desc(nulls_last=True), "pk"),
        ),
    }

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, *args, user, states=ActionStatus.values, **kwargs):
        """Offer only `states`: those that `user` may meet; and programmes when several."""
        super().__init__(*args, **kwargs)
        self.user = user
        if not Programme.objects.published()[1:].exists():
            del self.filters["programme"]  # nothing to choose between
        self.filters["etat"].extra["choices"] = [
            choice for choice in ActionStatus.choices if choice[0] in states
        ]

    def search(self, queryset):
        """Return the actions of which the person may read something that has all the words."""
        return queryset.matching(self.words, self.user) if self.words else queryset.none()

    def narrow(self, queryset: QuerySet, *, without: str = "") -> QuerySet:
        """Leave out what is known in brief only, as soon as a filter would tell more of it."""
        queryset = super().narrow(queryset, without=without)
        if REVEALING & (self.chosen.keys() | {without}):
            queryset = queryset.visible_to(self.user, brief=False)
        return queryset

    def countable(self, name: str) -> QuerySet:
        """Count challenges and measures of the programme under way: others aren't offered."""
        queryset = super().countable(name)
        return queryset.filter(OF_CURRENT_PROGRAMME) if name in ("defi", "mesure") else queryset

    def name_of(self, name, value):
        """Call challenges and measures by their numbers: their titles are long."""
        short = {"defi": "number", "mesure": "code"}.get(name)
        return str(getattr(value, short)) if short else super().name_of(name, value)

    def by_challenge(self, queryset, name, value):
        """Keep the actions of a challenge's measures, and those recorded under it."""
        return queryset.filter(Q(measure__challenge=value) | Q(challenge=value))

    def by_programme(self, queryset, name, value):
        """Keep the actions of a programme's measures, and those recorded under its challenges."""
        return queryset.filter(
            Q(measure__challenge__programme=value) | Q(challenge__programme=value)
        )
