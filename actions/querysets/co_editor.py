"""Reads of co-carriers."""

from actors.querysets import InvitationQuerySet


class CoEditorQuerySet(InvitationQuerySet):
    """Words for co-carriers."""

    def active(self):
        """Those who accepted, and weren't taken off."""
        return self.filter(accepted_at__isnull=False, withdrawn_at=None)
