"""Filters of the list of actions, kept in the address."""

import django_filters
from django import forms
from django.db.models import Q

from actions.enums import ActionStatus
from actions.models import Action
from actors.models import Commune, Sector
from challenges.models import Challenge, Measure, Programme


class ActionFilter(django_filters.FilterSet):
    """By words, challenge, measure, commune, sector and state."""

    q = django_filters.CharFilter(
        label="Mots du titre ou du résumé", method="search", max_length=100
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
    etat = django_filters.MultipleChoiceFilter(
        label="État",
        field_name="status",
        choices=ActionStatus.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, *args, states=ActionStatus.values, **kwargs):
        """Offer only `states`: those that the person may meet; and programmes when several."""
        super().__init__(*args, **kwargs)
        if not Programme.objects.published()[1:].exists():
            del self.filters["programme"]  # nothing to choose between
        self.filters["etat"].extra["choices"] = [
            choice for choice in ActionStatus.choices if choice[0] in states
        ]

    def search(self, queryset, name, value):
        """Keep the actions whose title, summary or reference has the words typed."""
        summary = Q(summary__icontains=value) & ~Q(status__in=ActionStatus.PUBLIC_BRIEF)
        return queryset.filter(Q(title__icontains=value) | summary | Q(reference__icontains=value))

    def by_challenge(self, queryset, name, value):
        """Keep the actions of a challenge's measures, and those recorded under it."""
        return queryset.filter(Q(measure__challenge=value) | Q(challenge=value))

    def by_programme(self, queryset, name, value):
        """Keep the actions of a programme's measures, and those recorded under its challenges."""
        return queryset.filter(
            Q(measure__challenge__programme=value) | Q(challenge__programme=value)
        )
