"""Somebody of another organisation who writes one file with its carrier."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from actions.enums import ActionStatus
from actions.models.action import Action
from actions.querysets import CoEditorQuerySet
from actors.models import AnyInvitation
from ess_portal.base.triggers import Guarantee

_STILL_OPEN = ", ".join(f"'{status}'" for status in ActionStatus.BEFORE_EVALUATION)


class CoEditor(AnyInvitation):
    """A co-carrier: invited, then writing one file. Written by `actions.proposals.services.co_editors`.

    Whoever accepted once stays linked to the action for good, taken off or not: they don't evaluate
    it, nor decide on it. So such a row isn't deleted.
    """

    action = models.ForeignKey(
        Action, models.CASCADE, related_name="co_editors", verbose_name="action"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="co_edited",
        verbose_name="personne",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="invité par",
    )

    objects = CoEditorQuerySet.as_manager()

    class Meta:
        verbose_name = "co-porteur"
        verbose_name_plural = "co-porteurs"
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("action", "email"),
                condition=Q(withdrawn_at=None),
                name="actions_coeditor_once_per_action",
                violation_error_message="Cette personne est déjà invitée sur ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="actions_coeditor_lower_case_email",
                violation_error_message="L’adresse électronique s’écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, user__isnull=True)
                | Q(accepted_at__isnull=False, user__isnull=False),
                name="actions_coeditor_accepted_by_somebody",
                violation_error_message="Une invitation est acceptée par quelqu’un.",
            ),
        )
        triggers = (
            Guarantee(
                name="a_writer_is_kept",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    IF TG_OP <> 'INSERT' AND OLD.accepted_at IS NOT NULL AND (
                        TG_OP = 'DELETE' OR
                        ROW(NEW.id, NEW.action_id, NEW.user_id, NEW.accepted_at) IS DISTINCT FROM
                        ROW(OLD.id, OLD.action_id, OLD.user_id, OLD.accepted_at)
                    ) THEN
                        IF TG_OP = 'DELETE' AND EXISTS (
                            SELECT 1 FROM actions_action a
                            WHERE a.id = OLD.action_id AND a.status = 'draft'
                        ) THEN
                            RETURN OLD;
                        END IF;
                        REFUSE actions_coeditor_writer_is_kept
                            'Qui a écrit un dossier y reste lié.';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    IF NEW.accepted_at IS NOT NULL
                        AND (TG_OP = 'INSERT' OR OLD.accepted_at IS NULL) THEN
                        PERFORM 1 FROM actions_action a WHERE a.id = NEW.action_id
                            AND a.status IN ({_STILL_OPEN}) FOR NO KEY UPDATE;
                        IF NOT FOUND THEN
                            REFUSE actions_coeditor_joins_before_evaluation
                                'On ne devient co-porteur qu’avant l’évaluation.';
                        END IF;
                    END IF;
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self):
        return str(self.user or self.email)

    def get_absolute_url(self) -> str:
        """Where the invited person accepts."""
        return reverse("actions:co_editing", args=[self.uuid])
