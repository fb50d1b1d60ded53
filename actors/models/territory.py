"""Where: communes, living areas; and the lines of activity."""

from django.core.validators import RegexValidator
from django.db import models

from ess_portal.base.collation import Folded
from ess_portal.base.published import MovesVersion


class LivingArea(models.Model):
    """A living area ("bassin de vie"), as the agglomeration draws it: no official list exists."""

    name = models.CharField("nom", max_length=100, unique=True)

    class Meta:
        verbose_name = "bassin de vie"
        verbose_name_plural = "bassins de vie"
        ordering = (Folded("name"),)

    def __str__(self):
        return self.name


class Commune(models.Model):
    """A commune of the agglomeration, with its place on the tile map."""

    insee_code = models.CharField(
        "code INSEE",
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^\d[\dAB]\d{3}$", "Un code INSEE a cinq caractères : 63113.")],
    )
    name = models.CharField("nom", max_length=100)
    population = models.PositiveIntegerField("population municipale")
    population_year = models.PositiveSmallIntegerField("année de la population")
    tile_column = models.PositiveSmallIntegerField("colonne sur la carte")
    tile_row = models.PositiveSmallIntegerField("ligne sur la carte")
    living_area = models.ForeignKey(
        LivingArea,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="communes",
        verbose_name="bassin de vie",
    )

    class Meta:
        verbose_name = "commune"
        ordering = (Folded("name"),)
        triggers = (MovesVersion(),)
        constraints = (
            models.UniqueConstraint(
                fields=("tile_column", "tile_row"),
                name="actors_commune_unique_tile",
                violation_error_message="Une autre commune occupe déjà cette case de la carte.",
            ),
        )

    def __str__(self):
        return self.name


class Sector(models.Model):
    """A line of activity ("filière"): editable, as no official list exists."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=100, unique=True)

    class Meta:
        verbose_name = "filière"
        ordering = (Folded("name"),)
        triggers = (MovesVersion(),)

    def __str__(self):
        return self.name
