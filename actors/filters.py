"""Filters of the list of organisations, kept in the address."""

import django_filters

from actors.enums import OrganisationFamily
from actors.models import Commune, Organisation, Sector
from ess_portal.base.collation import Folded
from ess_portal.base.filters import EnumFilter, FacetedFilterSet


class OrganisationFilter(FacetedFilterSet):
    """By words, family, sector and commune."""

    famille = EnumFilter(
        label="Famille de l’ESS",
        field_name="family",
        enum=OrganisationFamily,
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

    facets_from = {
        "famille": ("family",),
        "filiere": ("sectors__slug", "sectors__name"),
        "commune": ("commune__insee_code", "commune__name"),
    }
    partition = "famille"
    orders = {
        "nom": ("Nom, de A à Z", (Folded("name"), "pk")),
        "recentes": ("Les dernières inscrites d’abord", ("-created_at", "-pk")),
    }

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ()
