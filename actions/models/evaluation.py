"""Evaluations: what one evaluator says of one action, criterion by criterion."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from actions.enums import Round
from actions.models.action import Action
from actions.models.counted import EVALUATION_IS_COUNTED, RECUSAL_IS_COUNTED
from actions.models.evaluation_guarantees import (
    CRITERION_SCORE_CONSTRAINTS,
    CRITERION_SCORE_TRIGGERS,
    EVALUATION_CONSTRAINTS,
    EVALUATION_TRIGGERS,
    RECUSAL_CONSTRAINTS,
    RECUSAL_TRIGGERS,
    SENT_EVALUATION_TRIGGERS,
)
from actions.models.words_guarantees import SENDINGS_ARE_COUNTED, SENT_FOR_GOOD
from actions.querysets import EvaluationQuerySet
from actors.enums import EvaluatorKind
from challenges.models import Criterion
from ess_portal.base.dated import dated
from ess_portal.base.windows import KeptFromWindows


class Evaluation(KeptFromWindows):
    """One person's evaluation of one action in one round, written as a draft, then sent.

    Don't set `sent_at` nor `declared_at` directly: call `save_evaluation` and
    `declare_no_interest` of `actions.evaluation.services.evaluations`.
    """

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="evaluations", verbose_name="action"
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="evaluations",
        verbose_name="évaluateur",
    )
    round = models.CharField("tour", max_length=20, choices=Round, default=Round.INITIAL)
    # Whom the evaluator spoke for when they were asked: the account may change since.
    evaluator_kind = models.CharField(
        "en tant que", max_length=20, choices=EvaluatorKind, blank=True, editable=False
    )
    due_on = models.DateField("à rendre au plus tard le")
    assigned_at = models.DateTimeField("attribuée le", auto_now_add=True)
    # The evaluator says that they have no interest in the action; the file opens then.
    declared_at = models.DateTimeField(
        "absence d’intérêt déclarée le", null=True, blank=True, editable=False
    )
    reminded_at = models.DateTimeField("rappelée le", null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("envoyée le", null=True, blank=True, editable=False)
    # Of what was typed there, and by nothing else that touches the row.
    saved_at = models.DateTimeField("enregistrée le", null=True, blank=True, editable=False)
    edition = models.PositiveIntegerField("édition", default=0, editable=False, db_column="version")
    # How often it was sent: counted by the database, against the history of its sendings.
    times_sent = models.PositiveSmallIntegerField("envois", default=0, db_default=0, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = "évaluation"
        ordering = ("due_on", "pk")
        constraints = (
            *EVALUATION_CONSTRAINTS,
            dated(
                "actions_evaluation",
                dates=("due_on",),
                instants=(
                    "assigned_at",
                    "declared_at",
                    "reminded_at",
                    "sent_at",
                    "saved_at",
                ),
            ),
        )
        indexes = (
            models.Index(
                fields=("evaluator", "sent_at", "due_on"),
                include=("id", "action", "round", "declared_at"),
                name="actions_evaluation_queue",
            ),
            models.Index(fields=("due_on", "id"), name="actions_evaluation_due"),
        )
        triggers = (*EVALUATION_TRIGGERS, SENDINGS_ARE_COUNTED, EVALUATION_IS_COUNTED)

    def __str__(self):
        return f"{self.action} par {self.evaluator}"

    @property
    def is_sent(self) -> bool:
        """Whether it counts (it may still be taken back until the closing)."""
        return self.sent_at is not None

    @property
    def saved_by(self):
        """Who typed it: its author alone writes it."""
        return self.evaluator

    @property
    def is_late(self) -> bool:
        """Whether its date is past, and it isn't sent."""
        return not self.is_sent and self.due_on < timezone.localdate()

    @property
    def opens_application(self) -> bool:
        """Whether its evaluator may read the file: no interest declared, or evaluation closed."""
        return self.declared_at is not None or self.action.gate_closed_at is not None


class CriterionScore(models.Model):
    """A level 0–3 with its reason, or "ne se prononce pas": no level, never 0."""

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="scores", verbose_name="évaluation"
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name="critère"
    )
    level = models.PositiveSmallIntegerField("niveau", null=True, blank=True)
    no_opinion = models.BooleanField("ne se prononce pas", default=False)
    reason = models.TextField("explication", max_length=4000, blank=True)
    evidence_document = models.CharField("document", max_length=200, blank=True)
    evidence_page = models.CharField("page", max_length=40, blank=True)
    evidence_quote = models.TextField("citation", max_length=1000, blank=True)

    class Meta:
        verbose_name = "note d’un critère"
        verbose_name_plural = "notes des critères"
        ordering = ("evaluation", "criterion__position")
        constraints = CRITERION_SCORE_CONSTRAINTS
        triggers = CRITERION_SCORE_TRIGGERS

    def __str__(self):
        return f"{self.criterion} : {'N' if self.no_opinion else self.level}"

    @property
    def has_evidence(self) -> bool:
        """Whether the evaluator noted what the opinion rests on."""
        return bool(self.evidence_document or self.evidence_page or self.evidence_quote)


class SentEvaluation(models.Model):
    """What an evaluation said each time it was sent. Kept even when it is taken back."""

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="sendings", verbose_name="évaluation"
    )
    sent_at = models.DateTimeField("envoyée le")
    scores = models.JSONField("notes envoyées")

    class Meta:
        verbose_name = "envoi d’une évaluation"
        verbose_name_plural = "envois d’évaluations"
        ordering = ("evaluation", "sent_at", "pk")
        constraints = (dated("actions_sentevaluation", instants=("sent_at",)),)
        triggers = (*SENT_EVALUATION_TRIGGERS, SENT_FOR_GOOD)

    def __str__(self):
        return f"{self.evaluation} ({self.sent_at:%d/%m/%Y})"


class Recusal(models.Model):
    """Somebody who won't evaluate an action, because of an interest in it or a link to it."""

    action = models.ForeignKey(
        Action, models.PROTECT, related_name="recusals", verbose_name="action"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals", verbose_name="personne"
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="constaté par"
    )
    reason = models.TextField("raison", max_length=2000, blank=True)
    declared_at = models.DateTimeField("déclaré le", auto_now_add=True)

    class Meta:
        verbose_name = "déport"
        ordering = ("action", "declared_at")
        constraints = (*RECUSAL_CONSTRAINTS, dated("actions_recusal", instants=("declared_at",)))
        triggers = (*RECUSAL_TRIGGERS, RECUSAL_IS_COUNTED)

    def __str__(self):
        return f"{self.user} – {self.action}"
