"""Somebody of another organisation who writes one file with its carrier."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from actions.models.action import Action
from actions.models.co_editor_guarantees import CO_EDITOR_CONSTRAINTS, CO_EDITOR_TRIGGERS
from actions.querysets import CoEditorQuerySet
from actors.models import AnyInvitation, Organisation
from ess_portal.base.dated import dated


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
    # Who wrote for an organisation that an agent merged into this one, and asks for a place in it.
    waits_for = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="en attendant une place dans",
    )

    objects = CoEditorQuerySet.as_manager()

    class Meta:
        verbose_name = "co-porteur"
        verbose_name_plural = "co-porteurs"
        ordering = ("created_at", "pk")
        constraints = (
            *CO_EDITOR_CONSTRAINTS,
            dated(
                "actions_coeditor",
                instants=(
                    "created_at",
                    "expires_at",
                    "accepted_at",
                    "withdrawn_at",
                ),
            ),
        )
        triggers = CO_EDITOR_TRIGGERS

    def __str__(self):
        return str(self.user or self.email)

    def get_absolute_url(self) -> str:
        """Where the invited person accepts."""
        return reverse("actions:co_editing", args=[self.uuid])
