"""The agenda of a session: what the committee makes of each action, pending until published."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from actions.enums import ActionStatus, Method, Outcome
from actions.models.action import Action
from actions.models.agenda_guarantees import (
    AGENDA_ITEM_CONSTRAINTS,
    AGENDA_ITEM_TRIGGERS,
    AGENDA_REMOVAL_TRIGGERS,
    ITEM_RECUSAL_CONSTRAINTS,
    ITEM_RECUSAL_TRIGGERS,
)
from actions.models.amendment import Amendment
from actions.models.committee_session import CommitteeSession, SessionMember
from actions.models.decision import Decision
from actions.models.session_choice_guarantees import ITEM_CHOICE_TRIGGERS
from actions.querysets import AgendaItemQuerySet
from ess_portal.base.checks import ChecksTogether
from ess_portal.base.dated import dated
from ess_portal.base.presence import present


class AgendaItem(ChecksTogether, models.Model):
    """One action on the agenda of a session, and what the session makes of it.

    Nothing of it is public, or a decision, before the whole session is published: don't write it
    directly, call `actions.services.agendas` and `actions.committee.services.conduct`.
    """

    session = models.ForeignKey(
        CommitteeSession, models.CASCADE, related_name="items", verbose_name="séance"
    )
    action = models.ForeignKey(
        Action, models.PROTECT, related_name="agenda_items", verbose_name="action"
    )
    position = models.PositiveSmallIntegerField("rang")
    is_open = models.BooleanField("à l’ordre du jour", default=True, editable=False)
    outcome = models.CharField("suite", max_length=20, choices=Outcome, blank=True)
    # Of an increase, what is added.
    amount = models.DecimalField(
        "montant accordé",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le montant accordé doit dépasser 0 €.")],
    )
    # Written by the database, while the session may still write the point.
    amount_before = models.DecimalField(
        "montant déjà accordé",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        editable=False,
    )
    reason = models.TextField("motif", max_length=4000, blank=True)
    public_reason = models.TextField(
        "part publique du motif", max_length=1000, blank=True, default="", db_default=""
    )
    method = models.CharField("mode de décision", max_length=10, choices=Method, blank=True)
    votes_for = models.PositiveSmallIntegerField("pour", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("contre", null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField("abstentions", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décision portée par",
    )
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="décision confirmée par",
    )
    decision = models.OneToOneField(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_item",
        verbose_name="décision publiée",
    )
    amendment = models.OneToOneField(
        Amendment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_item",
        verbose_name="augmentation publiée",
    )
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    # Incremented at each save: a screen opened before somebody else's save is refused.
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ("session", "position")
        constraints = (
            *AGENDA_ITEM_CONSTRAINTS,
            dated("actions_agendaitem", instants=("saved_at",)),
        )
        triggers = (*AGENDA_ITEM_TRIGGERS, *ITEM_CHOICE_TRIGGERS)

    def __str__(self):
        return f"{self.position}. {self.action}"

    @property
    def is_decided(self) -> bool:
        """Whether what the session makes of it will be a decision."""
        return self.outcome in Outcome.DECISIONS

    @property
    def is_adjourned(self) -> bool:
        """Whether the session leaves it to another one, or changes nothing."""
        return self.outcome in (Outcome.KEEP, Outcome.ADJOURN, Outcome.MOOT)

    @property
    def challenge_id(self) -> int:
        """The key of its action's challenge: an evaluated action has a measure."""
        return present(self.action.measure).challenge_id

    @property
    def granted_before(self) -> Decimal | None:
        """What the action has while the session looks at it, or had then, in euros; None of one
        that had nothing yet.
        """
        if not self.is_open:
            return self.amount_before
        is_under_way = self.action.status in ActionStatus.AMENDABLE
        return self.action.amount_granted if is_under_way else None


class ItemRecusal(models.Model):
    """A member who steps aside from one item, because of an interest in the action."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, related_name="recusals", verbose_name="point"
    )
    member = models.ForeignKey(
        SessionMember, models.PROTECT, related_name="recusals", verbose_name="membre"
    )
    reason = models.TextField("raison", max_length=2000, blank=True)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="noté par"
    )
    declared_at = models.DateTimeField("déclaré le", auto_now_add=True)

    class Meta:
        verbose_name = "déport en séance"
        verbose_name_plural = "déports en séance"
        ordering = ("item_id", "declared_at")
        constraints = (
            *ITEM_RECUSAL_CONSTRAINTS,
            dated("actions_itemrecusal", instants=("declared_at",)),
        )
        triggers = ITEM_RECUSAL_TRIGGERS

    def __str__(self):
        return f"{self.member} – {self.item}"


class AgendaRemoval(models.Model):
    """A point taken off an agenda that its members know: the point itself is gone."""

    session = models.ForeignKey(
        CommitteeSession, models.PROTECT, related_name="removals", verbose_name="séance"
    )
    action = models.ForeignKey(Action, models.PROTECT, related_name="+", verbose_name="action")
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )

    class Meta:
        verbose_name = "retrait de l’ordre du jour"
        verbose_name_plural = "retraits de l’ordre du jour"
        ordering = ("session_id", "at", "pk")
        constraints = (dated("actions_agendaremoval", instants=("at",)),)
        triggers = AGENDA_REMOVAL_TRIGGERS

    def __str__(self):
        return f"{self.action} – {self.session}"
