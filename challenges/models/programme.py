"""The promise: a dated programme, its challenges and measures."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from challenges.enums import MeasureState, ProgrammeState
from challenges.models.programme_guarantees import PROGRAMME_TRIGGERS
from challenges.querysets import (
    ChallengeQuerySet,
    MeasureQuerySet,
    ProgrammeQuerySet,
)
from ess_portal.base.dated import dated
from ess_portal.base.french import long_date
from ess_portal.base.published import MovesVersion
from ess_portal.base.search import search_column

if TYPE_CHECKING:
    from challenges.models.grid import Grid


class Programme(models.Model):
    """A plan adopted by the agglomeration for a period. At most one is current."""

    code = models.SlugField("code", max_length=40, unique=True)
    title = models.CharField("titre", max_length=200)
    authority = models.CharField("collectivité", max_length=120)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    state = models.CharField(
        "état", max_length=20, choices=ProgrammeState, default=ProgrammeState.PREPARATION
    )
    context = models.TextField("contexte", blank=True)
    coproduction = models.TextField("co-construction", blank=True)
    vision = models.TextField("vision", blank=True)
    source = models.CharField("source", max_length=300, blank=True)
    requires_deliberation = models.BooleanField(
        "délibération exigée",
        default=True,
        help_text="Ce que la commission accorde est « proposé au conseil » jusqu’à ce qu’un agent note "
        "la délibération. Le changer ne vaut que pour les décisions à venir.",
    )
    # Since when it is required, or not: written by the database, and by nobody else.
    deliberation_rules = models.JSONField(
        "règles de délibération", default=list, db_default=[], editable=False
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme"
        ordering = ("-starts_on",)
        triggers = (*PROGRAMME_TRIGGERS, MovesVersion())
        constraints = (
            dated(
                "challenges_programme",
                dates=(
                    "starts_on",
                    "ends_on",
                ),
            ),
            models.UniqueConstraint(
                fields=("state",),
                condition=Q(state=ProgrammeState.CURRENT),
                name="challenges_programme_one_current",
                violation_error_message="Un seul programme peut être en cours : archivez d’abord l’autre.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex="^[-a-zA-Z0-9_]+$"),
                name="challenges_programme_has_an_address",
                violation_error_message="Le code s’écrit en lettres sans accent, chiffres et tirets.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="challenges_programme_dates_in_order",
                violation_error_message="La fin du programme doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ProgrammeState.values),
                name="challenges_programme_known_state",
                violation_error_message="Choisissez un état du programme dans la liste.",
            ),
        )

    def __str__(self):
        return self.title

    @property
    def is_current(self) -> bool:
        """Whether proposals are open (they are while it is current, whatever its dates)."""
        return self.state == ProgrammeState.CURRENT

    @cached_property
    def current_grid(self) -> "Grid | None":
        """The grid in force, its criteria loaded, or None: what a page says of a file asks for it
        more than once.
        """
        return self.grids.filter(is_current=True).prefetch_related("criteria").first()

    @property
    def has_run_on(self) -> bool:
        """Whether it is still current, its last day being past."""
        return self.is_current and self.ends_on < timezone.localdate()

    @property
    def rules_of_deliberation(self) -> str:
        """Since when one is required, or not, one change a line; empty while nothing was noted."""
        return "\n".join(
            f"{'Exigée' if rule['required'] else 'Non exigée'} depuis le "
            f"{long_date(datetime.fromisoformat(rule['at']))}"
            for rule in self.deliberation_rules
        )

    def get_absolute_url(self):
        """The programme's page: the short address for the current one."""
        if self.is_current:
            return reverse("pages:programme")
        return reverse("pages:archived_programme", args=[self.code])


class Challenge(models.Model):
    """A challenge ("défi") of the programme, numbered from 1."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="challenges", verbose_name="programme"
    )
    number = models.PositiveSmallIntegerField("numéro", validators=[MinValueValidator(1)])
    title = models.CharField("titre", max_length=300)
    search = search_column(["title"])

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = "défi"
        ordering = ("programme", "number")
        triggers = (MovesVersion(),)
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "number"),
                name="challenges_challenge_unique_number",
                violation_error_message="Ce numéro de défi est déjà pris dans le programme.",
            ),
        )

    def __str__(self):
        return f"Défi {self.number} : {self.title}"

    def get_absolute_url(self):
        """The challenge's public page (challenges of the current programme have one)."""
        return reverse("pages:challenge", args=[self.number])


class Measure(models.Model):
    """A measure of a challenge, shown as "2.3"; its state is what the agglomeration declares."""

    challenge = models.ForeignKey(
        Challenge, models.CASCADE, related_name="measures", verbose_name="défi"
    )
    number = models.PositiveSmallIntegerField("numéro", validators=[MinValueValidator(1)])
    title = models.CharField("intitulé", max_length=400)
    state = models.CharField(
        "état", max_length=20, choices=MeasureState, default=MeasureState.UNSAID
    )
    note = models.TextField(
        "où en est-on ?", blank=True, help_text="Quelques phrases que les habitants liront."
    )
    search = search_column(["title"], ["note"])

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "mesure"
        ordering = ("challenge__number", "number")
        triggers = (MovesVersion(),)
        constraints = (
            models.UniqueConstraint(
                fields=("challenge", "number"),
                name="challenges_measure_unique_number",
                violation_error_message="Ce numéro de mesure est déjà pris dans le défi.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MeasureState.values),
                name="challenges_measure_known_state",
                violation_error_message="Choisissez un état de la mesure dans la liste.",
            ),
        )

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        """The number people quote: challenge, dot, measure."""
        return f"{self.challenge.number}.{self.number}"

    def get_absolute_url(self):
        """The measure's public page."""
        return reverse("pages:measure", args=[self.challenge.number, self.number])
