"""Filters of the list of organisations, kept in the address."""

import django_filters
from django.db.models import Q

from actors.enums import OrganisationFamily
from actors.models import Commune, Organisation, Sector


class OrganisationFilter(django_filters.FilterSet):
    """By name, family, sector and commune."""

    q = django_filters.CharFilter(label="Nom ou activité", method="search", max_length=100)
    famille = django_filters.ChoiceFilter(
        label="Famille de l’ESS",
        field_name="family",
        choices=OrganisationFamily.choices,
        empty_label="Toutes",
    )
    filiere = django_filters.ModelChoiceFilter(
        label="Filière",
        field_name="sectors",
        queryset=Sector.objects.all(),
        to_field_name="slug",
        empty_label="Toutes",
    )
    commune = django_filters.ModelChoiceFilter(
        label="Commune",
        field_name="commune",
        queryset=Commune.objects.all(),
        to_field_name="insee_code",
        empty_label="Toutes",
    )

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ()

    def search(self, queryset, name, value):
        """Keep the organisations whose name, activity or presentation has the words typed."""
        return queryset.filter(
            Q(name__icontains=value)
            | Q(activity__icontains=value)
            | Q(description__icontains=value)
        )
