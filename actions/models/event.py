"""The history of an action: who did what, when. No free text here (rules.md, section 5)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from actions.enums import ActionStatus, Transition
from actions.models.action import Action
from actions.models.correction_answer_guarantees import ROUND_TRIGGERS
from actions.models.history_guarantees import EVENT_TRIGGERS, NOTE_TRIGGERS
from actions.models.published import OF_AN_ACTION_MOVES_VERSION, OF_AN_EVENT_MOVES_VERSION
from actions.models.words_guarantees import NOTE_WITH_ITS_EVENT
from ess_portal.base.dated import dated


class ActionEvent(models.Model):
    """One transition that took place. Append-only; its reason lives in a `TransitionNote`."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="events", verbose_name="action")
    transition = models.CharField("transition", max_length=30, choices=Transition)
    from_status = models.CharField("de", max_length=20, choices=ActionStatus)
    to_status = models.CharField("à", max_length=20, choices=ActionStatus)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confirmé par",
    )
    # The agent who typed what the carrier had signed on paper.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="saisi par",
    )
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "événement"
        ordering = ("at", "pk")
        constraints = (
            dated("actions_actionevent", instants=("at",)),
            models.CheckConstraint(
                condition=Q(transition__in=Transition.values)
                & Q(from_status__in=ActionStatus.values)
                & Q(to_status__in=ActionStatus.values),
                name="actions_actionevent_known_transition",
                violation_error_message="Cette transition ou cet état n’existe pas.",
            ),
        )
        indexes = (
            models.Index(fields=("to_status", "-at"), name="actions_actionevent_latest"),
            models.Index(fields=("-at", "-id"), name="actions_actionevent_newest"),
            # Since when an action is in its present state.
            models.Index(fields=("action", "-at"), name="actions_actionevent_since"),
        )
        triggers = (*EVENT_TRIGGERS, *ROUND_TRIGGERS, OF_AN_ACTION_MOVES_VERSION)

    def __str__(self):
        return f"{self.get_transition_display()} ({self.at:%d/%m/%Y})"


class TransitionNote(models.Model):
    """The reason or message given with a transition. Retention may empty it."""

    event = models.OneToOneField(
        ActionEvent, models.PROTECT, related_name="note", verbose_name="événement"
    )
    text = models.TextField("texte", max_length=4000, blank=True)
    # What anybody reads of a prioritisation or an abandonment (rules.md, section 6).
    public_text = models.TextField(
        "part publique", max_length=1000, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = "motif"
        ordering = ("event",)
        triggers = (*NOTE_TRIGGERS, NOTE_WITH_ITS_EVENT, OF_AN_EVENT_MOVES_VERSION)

    def __str__(self):
        return self.text[:60]
