"""A session of the committee: who sits, with what envelope, and what becomes public together."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from actions.enums import Attendance, SessionState
from actions.models.committee_session_guarantees import (
    CHALLENGE_ENVELOPE_CONSTRAINTS,
    CHALLENGE_ENVELOPE_TRIGGERS,
    COMMITTEE_SESSION_CONSTRAINTS,
    COMMITTEE_SESSION_TRIGGERS,
    ENVELOPE_VOTE_CONSTRAINTS,
    ENVELOPE_VOTE_TRIGGERS,
    MIN_QUORUM,
    SESSION_MEMBER_CONSTRAINTS,
    SESSION_MEMBER_TRIGGERS,
)
from actions.models.session_choice_guarantees import (
    ENVELOPE_CHOICE_TRIGGERS,
    SESSION_CHOICE_TRIGGERS,
)
from actions.models.session_member_guarantees import VOTES_FOR_THE_COMMITTEE
from actions.querysets import CommitteeSessionQuerySet
from challenges.models import Challenge, Programme
from ess_portal.base.checks import ChecksTogether
from ess_portal.base.dated import dated
from ess_portal.base.french import long_date

AMOUNT = {
    "max_digits": 12,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal(0), "Un montant ne peut pas être négatif.")],
}


class CommitteeSession(ChecksTogether, models.Model):
    """One sitting of the committee. Don't set its state: call `actions.committee.services.conduct`."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="sessions", verbose_name="programme"
    )
    held_on = models.DateField("date")
    starts_at = models.TimeField("heure")
    place = models.CharField("lieu", max_length=200)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="chaired_sessions",
        verbose_name="président de séance",
    )
    quorum = models.PositiveSmallIntegerField(
        "quorum",
        default=MIN_QUORUM,
        validators=[MinValueValidator(MIN_QUORUM, "Le quorum est d’au moins 2 membres.")],
        help_text="Membres ayant droit de vote qui doivent être là pour décider de chaque point.",
    )
    envelope = models.DecimalField(
        "enveloppe", **AMOUNT, help_text="En euros, tous défis ensemble."
    )
    budget_line = models.CharField(
        "ligne budgétaire", max_length=120, blank=True, default="", db_default=""
    )
    state = models.CharField(
        "état",
        max_length=20,
        choices=SessionState,
        default=SessionState.PREPARING,
        editable=False,
    )
    saved_at = models.DateTimeField("modifiée le", auto_now=True)
    agenda_sent_at = models.DateTimeField(
        "ordre du jour envoyé le", null=True, blank=True, editable=False
    )
    # Grows with each change that calendars must take over (RFC 5545, SEQUENCE).
    calendar_edition = models.PositiveSmallIntegerField(
        "édition du fichier d’agenda", default=0, db_default=0, editable=False
    )
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField("close le", null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="close par",
    )
    published_at = models.DateTimeField("publiée le", null=True, blank=True, editable=False)

    objects = CommitteeSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "séance de la commission"
        verbose_name_plural = "séances de la commission"
        ordering = ("-held_on", "-starts_at", "-pk")
        constraints = (
            *COMMITTEE_SESSION_CONSTRAINTS,
            dated(
                "actions_committeesession",
                dates=("held_on",),
                times=("starts_at",),
                instants=(
                    "saved_at",
                    "agenda_sent_at",
                    "opened_at",
                    "closed_at",
                    "published_at",
                ),
            ),
        )
        indexes = (
            models.Index(fields=("-held_on", "-id"), name="actions_session_latest"),
            models.Index(fields=("state", "held_on"), name="actions_session_by_state"),
        )
        triggers = (*COMMITTEE_SESSION_TRIGGERS, *SESSION_CHOICE_TRIGGERS)

    def __str__(self):
        return f"Séance du {long_date(self.held_on)}"

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("actions:session", args=[self.pk])

    @property
    def is_writable(self) -> bool:
        """Whether its agenda may still change."""
        return self.state in SessionState.WRITABLE

    @property
    def is_in_session(self) -> bool:
        """Whether it is being held."""
        return self.state == SessionState.SITTING


class ChallengeEnvelope(models.Model):
    """The part of a session's envelope that one challenge may take at most."""

    session = models.ForeignKey(
        CommitteeSession,
        models.CASCADE,
        related_name="challenge_envelopes",
        verbose_name="séance",
    )
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="+", verbose_name="défi")
    amount = models.DecimalField("enveloppe", **AMOUNT)

    class Meta:
        verbose_name = "enveloppe d’un défi"
        verbose_name_plural = "enveloppes des défis"
        ordering = ("session_id", "challenge__number")
        constraints = CHALLENGE_ENVELOPE_CONSTRAINTS
        triggers = CHALLENGE_ENVELOPE_TRIGGERS

    def __str__(self):
        return f"{self.challenge} : {self.amount} €"


class EnvelopeVote(models.Model):
    """A vote of the session on a higher envelope, overall or for one challenge."""

    session = models.ForeignKey(
        CommitteeSession, models.PROTECT, related_name="envelope_votes", verbose_name="séance"
    )
    challenge = models.ForeignKey(
        Challenge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="défi",
    )
    amount = models.DecimalField("nouvelle enveloppe", **AMOUNT)
    votes_for = models.PositiveSmallIntegerField("pour")
    votes_against = models.PositiveSmallIntegerField("contre")
    abstentions = models.PositiveSmallIntegerField("abstentions")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="noté par"
    )
    recorded_at = models.DateTimeField("noté le", auto_now_add=True)

    class Meta:
        verbose_name = "vote sur l’enveloppe"
        verbose_name_plural = "votes sur l’enveloppe"
        ordering = ("session_id", "pk")
        constraints = (
            *ENVELOPE_VOTE_CONSTRAINTS,
            dated("actions_envelopevote", instants=("recorded_at",)),
        )
        triggers = (*ENVELOPE_VOTE_TRIGGERS, *ENVELOPE_CHOICE_TRIGGERS)

    def __str__(self):
        return f"{self.session} : {self.amount} €"

    @property
    def is_adopted(self) -> bool:
        """Whether more votes were for it than against it."""
        return self.votes_for > self.votes_against

    @property
    def votes_cast(self) -> int:
        """How many took part, abstentions included."""
        return self.votes_for + self.votes_against + self.abstentions


class SessionMember(models.Model):
    """Somebody who sits in a session, with a right to vote or without."""

    session = models.ForeignKey(
        CommitteeSession, models.CASCADE, related_name="members", verbose_name="séance"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sittings", verbose_name="membre"
    )
    votes = models.BooleanField("droit de vote", default=True)
    attendance = models.CharField(
        "présence", max_length=20, choices=Attendance, default=Attendance.EXPECTED
    )

    class Meta:
        verbose_name = "membre de la séance"
        verbose_name_plural = "membres de la séance"
        ordering = ("session_id", "pk")
        constraints = SESSION_MEMBER_CONSTRAINTS
        triggers = (*SESSION_MEMBER_TRIGGERS, VOTES_FOR_THE_COMMITTEE)

    def __str__(self):
        return str(self.user)

    @property
    def is_present(self) -> bool:
        """Whether they came."""
        return self.attendance == Attendance.PRESENT
