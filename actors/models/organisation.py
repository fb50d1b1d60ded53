"""Who: the actors of the Social and Solidarity Economy."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse

from actors.enums import OrganisationFamily
from actors.models.organisation_guarantees import (
    ORGANISATION_CONSTRAINTS,
    ORGANISATION_TRIGGERS,
)
from actors.models.territory import Commune, Sector
from actors.querysets import OrganisationQuerySet
from actors.validators import validate_rna, validate_siret
from ess_portal.base.collation import Folded
from ess_portal.base.dated import dated
from ess_portal.base.plain_names import validate_no_link
from ess_portal.base.published import MovesVersion
from ess_portal.base.search import search_column


class Organisation(models.Model):
    """An ESS actor. Unknown facts stay empty: nothing about a real organisation is invented.

    One that somebody unknown described is provisional until an agent confirms it: it is never named
    to others, and stands in nobody's way (rules.md, section 4).
    """

    name = models.CharField("nom", max_length=200, validators=[validate_no_link])
    slug = models.SlugField("identifiant", max_length=80, unique=True)
    family = models.CharField(
        "famille de l’ESS",
        max_length=20,
        choices=OrganisationFamily,
        blank=True,
        help_text="Au sens de l’article 1er de la loi du 31 juillet 2014.",
    )
    legal_form = models.CharField("forme juridique", max_length=120, blank=True)
    activity = models.CharField("activité", max_length=120, blank=True)
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        validators=[validate_siret],
        help_text="14 chiffres, par exemple 732 829 320 00074.",
    )
    rna = models.CharField(
        "numéro RNA",
        max_length=10,
        blank=True,
        validators=[validate_rna],
        help_text="Pour une association : W suivi de 9 chiffres.",
    )
    is_esus = models.BooleanField("agrément ESUS", null=True, blank=True)
    sectors = models.ManyToManyField(
        Sector, blank=True, related_name="organisations", verbose_name="filières"
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name="commune",
    )
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField(
        "code postal",
        max_length=5,
        blank=True,
        validators=[RegexValidator(r"^\d{5}$", "Un code postal a cinq chiffres : 63000.")],
    )
    website = models.URLField("site internet", blank=True)
    founded_year = models.PositiveSmallIntegerField("année de création", null=True, blank=True)
    description = models.TextField("présentation", blank=True)
    key_figures = models.TextField("chiffres", blank=True, help_text="Un par ligne, daté.")
    sources = models.TextField("sources", blank=True, help_text="Une par ligne.")
    is_published = models.BooleanField("publiée", default=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="described_organisations",
        verbose_name="décrite par",
    )
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="confirmée par",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="twins",
        verbose_name="réunie à",
    )
    merged_at = models.DateTimeField("réunie le", null=True, blank=True, editable=False)
    search = search_column(["name"], ["activity", "legal_form"], ["description", "key_figures"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = (Folded("name"),)
        constraints = (
            *ORGANISATION_CONSTRAINTS,
            dated(
                "actors_organisation",
                instants=(
                    "created_at",
                    "confirmed_at",
                    "merged_at",
                ),
            ),
        )
        triggers = (*ORGANISATION_TRIGGERS, MovesVersion())
        indexes = (
            models.Index(fields=("is_published", "name"), name="actors_organisation_list"),
            GinIndex(fields=("search",), name="actors_organisation_search"),
            # The public list: in its order, and counted by what its filters offer.
            models.Index(
                Folded("name"),
                "id",
                condition=models.Q(is_published=True),
                name="actors_organisation_by_name",
            ),
            models.Index(
                fields=("family", "commune"),
                include=("id",),
                condition=models.Q(is_published=True),
                name="actors_organisation_choices",
            ),
        )

    def __str__(self):
        return self.name

    @property
    def is_confirmed(self) -> bool:
        """Whether an agent confirmed it, and it wasn't found to be another one since."""
        return self.confirmed_at is not None and self.merged_into_id is None

    @property
    def is_provisional(self) -> bool:
        """Whether it awaits an agent."""
        return self.confirmed_at is None and self.merged_into_id is None

    def get_absolute_url(self) -> str:
        """The organisation's public page."""
        return reverse("actors:organisation", args=[self.slug])


class OrganisationSector(Organisation.sectors.through):
    """A line of activity of an organisation: a name for the table that Django makes by itself."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "filière d’une structure"
        verbose_name_plural = "filières d’une structure"
        triggers = (MovesVersion(),)
