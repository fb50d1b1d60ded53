"""A session of the committee: who sits, with what envelope, and what becomes public together."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from actions.enums import SESSION_STEPS, Attendance, Outcome, SessionState
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from actions.querysets import CommitteeSessionQuerySet
from challenges.models import Challenge, Programme
from ess_portal.base.triggers import Guarantee, append_only

MIN_QUORUM = 2  # one proposes, another confirms
AMOUNT = {
    "max_digits": 12,
    "decimal_places": 2,
    "validators": [MinValueValidator(Decimal(0), "Un montant ne peut pas être négatif.")],
}
_OVER = "Une séance publiée ou annulée ne se modifie pas."
_NOT_TOGETHER = (
    "Toutes les décisions d’une séance se publient ensemble, confirmées par deux personnes."
)


def _steps() -> str:
    return ", ".join(sorted(f"('{before}', '{after}')" for before, after in SESSION_STEPS))


def _texts(values) -> str:
    return ", ".join(f"'{value}'" for value in values)


def while_session_is(states, name: str, sentence: str, *, operation=None) -> Guarantee:
    """Return a guarantee that rows of a session are written only while it is in `states`.

    The session's row is taken as a save of the session takes it: whichever comes second sees what
    the first one did.
    """
    return Guarantee(
        name="written_in_time",
        operation=operation or pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            PERFORM 1 FROM actions_committeesession s
            WHERE s.id IN (
                CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END,
                CASE WHEN TG_OP = 'INSERT' THEN NEW.session_id ELSE OLD.session_id END
            )
            AND s.state NOT IN ({_texts(states)})
            FOR SHARE;
            IF FOUND THEN
                REFUSE {name} '{sentence}';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,
    )


class CommitteeSession(models.Model):
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
    deliberation_number = models.CharField("numéro de délibération", max_length=60, blank=True)
    state = models.CharField(
        "état",
        max_length=20,
        choices=SessionState,
        default=SessionState.PREPARING,
        editable=False,
    )
    saved_at = models.DateTimeField("modifiée le", auto_now=True)
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
            models.CheckConstraint(
                condition=Q(state__isnull=False, state__in=SessionState.values),
                name="actions_committeesession_known_state",
                violation_error_message="Cet état de séance n’existe pas.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=MIN_QUORUM),
                name="actions_committeesession_quorum_of_two",
                violation_error_message="Le quorum est d’au moins 2 membres.",
            ),
            models.CheckConstraint(
                condition=Q(envelope__gte=0, envelope__lt=ABOVE_EVERY_AMOUNT),
                name="actions_committeesession_envelope_in_range",
                violation_error_message="L’enveloppe ne peut pas être négative.",
            ),
            # Closed by its chair, and by nobody before; the pair goes together.
            models.CheckConstraint(
                condition=(
                    Q(state__in=(SessionState.CLOSED, SessionState.PUBLISHED))
                    & Q(closed_by__isnull=False, closed_at__isnull=False)
                    & Q(closed_by=F("chair"))
                )
                | (
                    ~Q(state__in=(SessionState.CLOSED, SessionState.PUBLISHED))
                    & Q(closed_by__isnull=True, closed_at__isnull=True)
                ),
                name="actions_committeesession_closed_by_its_chair",
                violation_error_message="Clore la séance revient à son président.",
            ),
            models.CheckConstraint(
                condition=Q(state=SessionState.PUBLISHED, published_at__isnull=False)
                | (~Q(state=SessionState.PUBLISHED) & Q(published_at__isnull=True)),
                name="actions_committeesession_publication_is_dated",
                violation_error_message="Une séance publiée a une date de publication.",
            ),
        )
        indexes = (
            models.Index(fields=("-held_on", "-id"), name="actions_session_latest"),
            models.Index(fields=("state", "held_on"), name="actions_session_by_state"),
        )
        triggers = (
            Guarantee(
                name="goes_step_by_step",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'INSERT' THEN
                        IF NEW.state <> 'preparing' THEN
                            REFUSE actions_committeesession_starts_in_preparation
                                'Une séance est d’abord préparée.';
                        END IF;
                        RETURN NEW;
                    END IF;
                    IF OLD.state IN ('published', 'cancelled') THEN
                        REFUSE actions_committeesession_is_kept '{_OVER}';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        REFUSE actions_committeesession_is_kept '{_OVER}';
                    END IF;
                    IF NEW.state <> OLD.state
                        AND ((OLD.state, NEW.state) IN ({_steps()})) IS NOT TRUE THEN
                        REFUSE actions_committeesession_goes_step_by_step
                            'Une séance se prépare, se tient, se clôt, puis se publie.';
                    END IF;
                    IF OLD.state <> 'preparing' AND ROW(NEW.programme_id, NEW.envelope, NEW.quorum)
                        IS DISTINCT FROM ROW(OLD.programme_id, OLD.envelope, OLD.quorum) THEN
                        REFUSE actions_committeesession_is_settled_before
                            'Enveloppe et quorum se fixent pendant la préparation.';
                    END IF;
                    IF NEW.state IN ('published', 'cancelled') AND EXISTS (
                        SELECT 1 FROM actions_agendaitem i WHERE i.session_id = NEW.id AND i.is_open
                    ) THEN
                        REFUSE actions_committeesession_frees_its_actions
                            'Une séance finie libère les actions de son ordre du jour.';
                    END IF;
                    RETURN NEW;
                """,
            ),
            # All or none: each decision is confirmed in this very transaction, by the two people
            # that the agenda names, and the amounts stay within the envelope.
            Guarantee(
                name="published_together",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="closed", new__state="published"),
                func=f"""
                    IF EXISTS (
                        SELECT 1 FROM actions_agendaitem i
                        WHERE i.session_id = NEW.id
                        AND (i.outcome NOT IN ({_texts(Outcome.values)})
                            OR i.outcome IN ({_texts(Outcome.DECISIONS)})
                            AND NOT EXISTS (
                                SELECT 1 FROM actions_decision d
                                WHERE d.id = i.decision_id AND d.action_id = i.action_id
                                AND d.kind = i.outcome AND d.confirmed_at = now()
                                AND d.proposed_by_id = i.proposed_by_id
                                AND d.confirmed_by_id = i.seconded_by_id
                                AND d.amount IS NOT DISTINCT FROM i.amount
                            ))
                    ) THEN
                        REFUSE actions_committeesession_published_together '{_NOT_TOGETHER}';
                    END IF;
                    IF (
                        SELECT coalesce(sum(i.amount), 0) FROM actions_agendaitem i
                        WHERE i.session_id = NEW.id AND i.outcome = 'prioritise'
                    ) > coalesce((
                        SELECT v.amount FROM actions_envelopevote v
                        WHERE v.session_id = NEW.id AND v.challenge_id IS NULL
                        AND v.votes_for > v.votes_against ORDER BY v.id DESC LIMIT 1
                    ), NEW.envelope) OR EXISTS (
                        SELECT 1 FROM actions_challengeenvelope e
                        WHERE e.session_id = NEW.id AND (
                            SELECT coalesce(sum(i.amount), 0) FROM actions_agendaitem i
                            JOIN actions_action a ON a.id = i.action_id
                            JOIN challenges_measure m ON m.id = a.measure_id
                            WHERE i.session_id = NEW.id AND i.outcome = 'prioritise'
                            AND m.challenge_id = e.challenge_id
                        ) > coalesce((
                            SELECT v.amount FROM actions_envelopevote v
                            WHERE v.session_id = NEW.id AND v.challenge_id = e.challenge_id
                            AND v.votes_for > v.votes_against ORDER BY v.id DESC LIMIT 1
                        ), e.amount)
                    ) THEN
                        REFUSE actions_committeesession_within_its_envelope
                            'Les montants accordés dépassent l’enveloppe.';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self):
        return f"Séance du {self.held_on:%d/%m/%Y}"

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
        ordering = ("session", "challenge__number")
        constraints = (
            models.UniqueConstraint(
                fields=("session", "challenge"),
                name="actions_challengeenvelope_once",
                violation_error_message="Ce défi a déjà son enveloppe dans la séance.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lt=ABOVE_EVERY_AMOUNT),
                name="actions_challengeenvelope_in_range",
                violation_error_message="L’enveloppe d’un défi ne peut pas être négative.",
            ),
        )
        triggers = (
            while_session_is(
                (SessionState.PREPARING,),
                "actions_challengeenvelope_written_in_time",
                "Les enveloppes se fixent pendant la préparation ; ensuite, un vote les relève.",
            ),
        )

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
        ordering = ("session", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lt=ABOVE_EVERY_AMOUNT),
                name="actions_envelopevote_in_range",
                violation_error_message="L’enveloppe ne peut pas être négative.",
            ),
        )
        triggers = (
            append_only(
                "actions_envelopevote_append_only", "Un vote sur l’enveloppe ne se modifie pas."
            ),
            while_session_is(
                (SessionState.SITTING,),
                "actions_envelopevote_written_in_time",
                "On vote sur l’enveloppe pendant la séance.",
                operation=pgtrigger.Insert,
            ),
        )

    def __str__(self):
        return f"{self.session} : {self.amount} €"

    @property
    def is_adopted(self) -> bool:
        """Whether more votes were for it than against it."""
        return self.votes_for > self.votes_against


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
        ordering = ("session", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("session", "user"),
                name="actions_sessionmember_once",
                violation_error_message="Cette personne est déjà membre de la séance.",
            ),
            models.CheckConstraint(
                condition=Q(attendance__isnull=False, attendance__in=Attendance.values),
                name="actions_sessionmember_known_attendance",
                violation_error_message="Choisissez une présence dans la liste.",
            ),
        )
        triggers = (
            while_session_is(
                SessionState.WRITABLE,
                "actions_sessionmember_written_in_time",
                "Les membres et leur présence ne changent plus après la clôture.",
            ),
        )

    def __str__(self):
        return str(self.user)

    @property
    def is_present(self) -> bool:
        """Whether they came."""
        return self.attendance == Attendance.PRESENT
