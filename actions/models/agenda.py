"""The agenda of a session: what the committee makes of each action, pending until published."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from actions.enums import ActionStatus, Method, Outcome
from actions.models.action import Action
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from actions.models.committee_session import CommitteeSession, SessionMember
from actions.models.decision import Decision
from actions.querysets import AgendaItemQuerySet
from ess_portal.base.triggers import Guarantee

_KEPT = "L’ordre du jour d’une séance close ne se modifie pas."
_ABOUT_THE_OUTCOME = (
    "position",
    "outcome",
    "amount",
    "method",
    "votes_for",
    "votes_against",
    "abstentions",
    "proposed_by_id",
)
_ABOUT_THE_CONFIRMATION = ("seconded_by_id", "decision_id", "is_open", "version")


def _rows(columns) -> str:
    """Say that none of `columns` changes."""
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"ROW({new}) IS NOT DISTINCT FROM ROW({old})"


class AgendaItem(models.Model):
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
    amount = models.DecimalField(
        "montant accordé",
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le montant accordé doit dépasser 0 €.")],
    )
    reason = models.TextField("motif", max_length=4000, blank=True)
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
    saved_at = models.DateTimeField("enregistré le", auto_now=True)
    # Incremented at each save: a screen opened before somebody else's save is refused.
    version = models.PositiveIntegerField("version", default=0, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ("session", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("session", "action"),
                name="actions_agendaitem_once_per_session",
                violation_error_message="Cette action est déjà à l’ordre du jour.",
            ),
            models.UniqueConstraint(
                fields=("action",),
                condition=Q(is_open=True),
                name="actions_agendaitem_one_open_agenda",
                violation_error_message="Cette action est à l’ordre du jour d’une autre séance.",
            ),
            models.UniqueConstraint(
                fields=("session", "position"),
                name="actions_agendaitem_one_per_rank",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Deux points ne peuvent pas avoir le même rang.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=False, outcome__in=("", *Outcome.values)),
                name="actions_agendaitem_known_outcome",
                violation_error_message="Choisissez une suite dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True)
                | Q(outcome=Outcome.PRIORITISE, amount__gt=0, amount__lt=ABOVE_EVERY_AMOUNT),
                name="actions_agendaitem_amount_is_granted",
                violation_error_message="Un montant s’accorde à une action priorisée, au-dessus de 0 €.",
            ),
            models.CheckConstraint(
                condition=Q(method__isnull=False)
                & (
                    Q(method=Method.VOTE)
                    | Q(
                        method__in=("", Method.CONSENT),
                        votes_for__isnull=True,
                        votes_against__isnull=True,
                        abstentions__isnull=True,
                    )
                ),
                name="actions_agendaitem_votes_are_counted",
                violation_error_message="On ne compte les voix que d’un vote.",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True)
                | (Q(proposed_by__isnull=False) & ~Q(seconded_by=F("proposed_by"))),
                name="actions_agendaitem_seconded_by_another",
                violation_error_message="Une autre personne doit confirmer la décision.",
            ),
        )
        triggers = (
            Guarantee(
                name="written_in_time",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("session_state", "text"), ("subject", "actions_agendaitem")],
                func=f"""
                    subject := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    SELECT s.state INTO session_state FROM actions_committeesession s
                    WHERE s.id = subject.session_id FOR SHARE;
                    IF TG_OP = 'UPDATE' AND NOT ({_rows(("id", "session_id", "action_id"))}) THEN
                        REFUSE actions_agendaitem_keeps_its_place
                            'Un point garde sa séance et son action.';
                    END IF;
                    IF session_state IN ('preparing', 'sitting') THEN
                        RETURN subject;
                    END IF;
                    IF TG_OP = 'UPDATE' AND {_rows(_ABOUT_THE_OUTCOME)}
                        AND (NEW.reason = OLD.reason AND session_state = 'closed'
                            OR {_rows(_ABOUT_THE_CONFIRMATION)} AND NEW.reason = '') THEN
                        RETURN NEW;
                    END IF;
                    REFUSE actions_agendaitem_written_in_time '{_KEPT}';
                """,
            ),
            # FOR SHARE makes a reopening, or a withdrawal, wait for us, and us for it.
            Guarantee(
                name="of_a_decidable_action",
                operation=pgtrigger.Insert,
                func=f"""
                    PERFORM 1 FROM actions_action a
                    WHERE a.id = NEW.action_id AND a.status IN
                        ({", ".join(f"'{status}'" for status in ActionStatus.DECIDABLE)})
                    FOR SHARE;
                    IF NOT FOUND THEN
                        REFUSE actions_agendaitem_of_a_decidable_action
                            'Seule une action évaluée ou en vivier va à l’ordre du jour.';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self):
        return f"{self.position}. {self.action}"

    @property
    def is_decided(self) -> bool:
        """Whether what the session makes of it will be a decision."""
        return self.outcome in Outcome.DECISIONS

    @property
    def is_adjourned(self) -> bool:
        """Whether the session leaves it to another one, or has nothing to say of it."""
        return self.outcome in (Outcome.ADJOURN, Outcome.MOOT)


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
        ordering = ("item", "declared_at")
        constraints = (
            models.UniqueConstraint(
                fields=("item", "member"),
                name="actions_itemrecusal_once",
                violation_error_message="Cette personne s’est déjà déportée de ce point.",
            ),
        )
        triggers = (
            # Only the reason may be emptied later, by retention.
            Guarantee(
                name="declared_in_time",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND NOT (
                        {_rows(("id", "item_id", "member_id", "declared_by_id", "declared_at"))}
                        AND NEW.reason IN ('', OLD.reason)
                    ) THEN
                        REFUSE actions_itemrecusal_is_kept 'Un déport ne s’efface pas.';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        PERFORM 1 FROM actions_agendaitem i
                        JOIN actions_committeesession s ON s.id = i.session_id
                        JOIN actions_sessionmember m ON m.session_id = s.id
                        WHERE i.id = NEW.item_id AND m.id = NEW.member_id
                        AND s.state IN ('preparing', 'sitting')
                        FOR SHARE OF s;
                        IF NOT FOUND THEN
                            REFUSE actions_itemrecusal_declared_in_time
                                'On se déporte d’un point avant la clôture de sa séance.';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self):
        return f"{self.member} – {self.item}"
