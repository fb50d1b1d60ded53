"""The evaluation grids of a programme, and their criteria."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from challenges.models.grid_guarantees import (
    CRITERIA_PER_GRID,
    CRITERION_CONSTRAINTS,
    CRITERION_TRIGGERS,
    GRID_CONSTRAINTS,
    GRID_TRIGGERS,
)
from challenges.models.programme import Programme
from challenges.querysets import GridQuerySet
from ess_portal.base.dated import dated
from ess_portal.base.published import MovesVersion

LEVELS = range(4)
MAX_WEIGHT = 1000


class Grid(models.Model):
    """A version of the programme's evaluation grid (rules.md, section 1).

    `bound_at` is set by the database when a first action is bound to it; from then on neither
    the grid nor its criteria can change. To change the rules, make another version.
    """

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="grids", verbose_name="programme"
    )
    version = models.PositiveSmallIntegerField("version", validators=[MinValueValidator(1)])
    quorum = models.PositiveSmallIntegerField(
        "quorum",
        default=3,
        validators=[MinValueValidator(2)],
        help_text="Nombre d’évaluations complètes nécessaires (2 au moins).",
    )
    threshold = models.PositiveSmallIntegerField(
        "seuil",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Total à atteindre, sur 100.",
    )
    is_current = models.BooleanField(
        "grille en vigueur",
        default=False,
        help_text="Les actions admises désormais seront évaluées sur cette grille.",
    )
    bound_at = models.DateTimeField(
        "figée le", null=True, blank=True, editable=False, db_default=None
    )

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = "grille"
        ordering = ("programme", "-version")
        constraints = (*GRID_CONSTRAINTS, dated("challenges_grid", instants=("bound_at",)))
        triggers = (*GRID_TRIGGERS, MovesVersion())

    def __str__(self):
        return f"Grille {self.programme.code}, version {self.version}"


class Criterion(models.Model):
    """One of the four criteria of community interest in a version of the grid."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="criteria", verbose_name="grille")
    code = models.SlugField("code", max_length=40)
    position = models.PositiveSmallIntegerField(
        "rang",
        validators=[MinValueValidator(1), MaxValueValidator(CRITERIA_PER_GRID)],
        help_text="L’ordre du programme : il départage les ex æquo.",
    )
    title = models.CharField("intitulé", max_length=200)
    # The bound keeps every total within the columns of a result.
    weight = models.PositiveSmallIntegerField(
        "poids", default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_WEIGHT)]
    )
    floor = models.PositiveSmallIntegerField(
        "plancher",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
        help_text="Niveau médian minimal, que rien ne compense (1 à 3).",
    )
    questions = models.TextField("questions pour se guider", help_text="Une par ligne.")
    level_0 = models.TextField("niveau 0 : absent")
    level_1 = models.TextField("niveau 1 : amorcé")
    level_2 = models.TextField("niveau 2 : avéré")
    level_3 = models.TextField("niveau 3 : exemplaire")

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"
        ordering = ("grid_id", "position")
        constraints = CRITERION_CONSTRAINTS
        triggers = (*CRITERION_TRIGGERS, MovesVersion())

    def __str__(self):
        return self.title

    @property
    def levels(self) -> list[tuple[int, str]]:
        """The four anchored levels: (0–3, description)."""
        return [(level, getattr(self, f"level_{level}")) for level in LEVELS]

    @property
    def question_list(self) -> list[str]:
        """The guiding questions, one by one."""
        return [line.strip() for line in self.questions.splitlines() if line.strip()]
