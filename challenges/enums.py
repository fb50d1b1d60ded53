"""States of the promise."""

from django.db import models


class ProgrammeState(models.TextChoices):
    """A programme is prepared, then current (one at most), then archived."""

    PREPARATION = "preparation", "En préparation"
    CURRENT = "current", "En cours"
    ARCHIVED = "archived", "Archivé"


class MeasureState(models.TextChoices):
    """How far a measure is kept, as the agglomeration itself declares it."""

    UNSAID = "unsaid", "Pas de point d’étape publié"
    NOT_STARTED = "not_started", "Pas commencée"
    IN_PROGRESS = "in_progress", "En cours"
    ACHIEVED = "achieved", "Tenue"


class SilenceMeaning(models.TextChoices):
    """What the authority's silence means once its time is over (CRPA, L231-1 and L231-4)."""

    REJECTION = "rejection", "Rejet"
    ACCEPTANCE = "acceptance", "Acceptation"
