"""What the database holds about grids: four ranked criteria, and nothing changed once in use."""

import pgtrigger
from django.db import models
from django.db.models import Q

from ess_portal.base.triggers import Guarantee

CRITERIA_PER_GRID = 4
GRID_BOUND = "Cette grille a déjà servi à une action : créez une nouvelle version."

GRID_CONSTRAINTS = (
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

GRID_TRIGGERS = (
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

CRITERION_CONSTRAINTS = (
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

CRITERION_TRIGGERS = (
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
