"""The evaluation grids of a programme, and their criteria."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from challenges.models.programme import Programme
from challenges.querysets import GridQuerySet
from ess_portal.base.triggers import Guarantee

LEVELS = range(4)
CRITERIA_PER_GRID = 4
MAX_WEIGHT = 1000
GRID_BOUND = "Cette grille a déjà servi à une action : créez une nouvelle version."


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
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "version"),
                name="challenges_grid_unique_version",
                violation_error_message="Cette version de la grille existe déjà.",
            ),
            models.UniqueConstraint(
                fields=("programme",),
                condition=Q(is_current=True),
                name="challenges_grid_one_current",
                violation_error_message="Une autre grille est déjà en vigueur pour ce programme.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=2),
                name="challenges_grid_quorum_at_least_two",
                violation_error_message="Le quorum est d’au moins 2 évaluations complètes.",
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=1, threshold__lte=100),
                name="challenges_grid_threshold_in_range",
                violation_error_message="Le seuil va de 1 à 100.",
            ),
        )
        triggers = (
            # A grid in use keeps its rules; only "is it the one in force" may still change, and
            # the binding itself may only be made (by actions, when one is admitted).
            Guarantee(
                name="bound_is_immutable",
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.bound_at IS NOT NULL THEN
                            REFUSE challenges_grid_bound_is_immutable '{GRID_BOUND}';
                        END IF;
                        RETURN OLD;
                    END IF;
                    IF OLD.bound_at IS NOT NULL AND (
                        ROW(NEW.id, NEW.programme_id, NEW.version, NEW.quorum, NEW.threshold,
                            NEW.bound_at)
                        IS DISTINCT FROM
                        ROW(OLD.id, OLD.programme_id, OLD.version, OLD.quorum, OLD.threshold,
                            OLD.bound_at)
                    ) THEN
                        REFUSE challenges_grid_bound_is_immutable '{GRID_BOUND}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

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
        ordering = ("grid", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("grid", "code"),
                name="challenges_criterion_unique_code",
                violation_error_message="Ce code de critère est déjà pris dans la grille.",
            ),
            models.UniqueConstraint(
                fields=("grid", "position"),
                name="challenges_criterion_unique_position",
                violation_error_message="Ce rang est déjà pris dans la grille.",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=CRITERIA_PER_GRID),
                name="challenges_criterion_position_in_range",
                violation_error_message="Une grille a quatre critères, de rang 1 à 4.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1),
                name="challenges_criterion_weight_at_least_one",
                violation_error_message="Le poids est un entier d’au moins 1.",
            ),
            models.CheckConstraint(
                condition=Q(floor__gte=1, floor__lte=3),
                name="challenges_criterion_floor_in_range",
                violation_error_message="Le plancher va de 1 à 3.",
            ),
        )
        triggers = (
            # FOR SHARE waits for an admission that is binding the grid at this very moment. It
            # takes the row whatever it says: a row left out by its condition isn't waited for.
            Guarantee(
                name="bound_is_immutable",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("bound", "timestamptz")],
                func=f"""
                    IF TG_OP <> 'INSERT' THEN
                        SELECT bound_at INTO bound FROM challenges_grid
                        WHERE id = OLD.grid_id FOR SHARE;
                        IF bound IS NOT NULL THEN
                            REFUSE challenges_criterion_bound_is_immutable '{GRID_BOUND}';
                        END IF;
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    SELECT bound_at INTO bound FROM challenges_grid
                    WHERE id = NEW.grid_id FOR SHARE;
                    IF bound IS NOT NULL THEN
                        REFUSE challenges_criterion_bound_is_immutable '{GRID_BOUND}';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

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
