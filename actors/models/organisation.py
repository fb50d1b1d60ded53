"""Who: the actors of the Social and Solidarity Economy."""

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from actors.enums import OrganisationFamily
from actors.models.territory import Commune, Sector
from actors.querysets import OrganisationQuerySet
from actors.validators import validate_rna, validate_siret
from ess_portal.base.collation import Folded
from ess_portal.base.search import search_column


class Organisation(models.Model):
    """An ESS actor. Unknown facts stay empty: nothing about a real organisation is invented."""

    name = models.CharField("nom", max_length=200)
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
    search = search_column(["name"], ["activity", "legal_form"], ["description", "key_figures"])

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        ordering = (Folded("name"),)
        constraints = (
            models.UniqueConstraint(
                fields=("siret",),
                condition=~Q(siret=""),
                name="actors_organisation_unique_siret",
                violation_error_message="Une structure porte déjà ce SIRET.",
            ),
            models.UniqueConstraint(
                fields=("rna",),
                condition=~Q(rna=""),
                name="actors_organisation_unique_rna",
                violation_error_message="Une structure porte déjà ce numéro RNA.",
            ),
            models.CheckConstraint(
                condition=Q(family__in=["", *OrganisationFamily.values]),
                name="actors_organisation_known_family",
                violation_error_message="Choisissez une famille de l’ESS dans la liste.",
            ),
        )
        indexes = (
            models.Index(fields=("is_published", "name"), name="actors_organisation_list"),
            GinIndex(fields=("search",), name="actors_organisation_search"),
        )

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        """The organisation's public page."""
        return reverse("actors:organisation", args=[self.slug])
