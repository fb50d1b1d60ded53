"""Reads of co-carriers."""

from typing import TYPE_CHECKING, Self

from actors.querysets import InvitationQuerySet

if TYPE_CHECKING:
    from actions.models import CoEditor


class CoEditorQuerySet(InvitationQuerySet["CoEditor"]):
    """Words for co-carriers."""

    def active(self) -> Self:
        """Those who accepted, and weren't taken off."""
        return self.filter(accepted_at__isnull=False, withdrawn_at=None)
