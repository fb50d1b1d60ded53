"""Rows of others that say who has an interest in an action, as the database sees them written.

Proxies alone: they carry the triggers of this app on a table of another, and on the table that
Django makes of a many-to-many relation. Read and write `Membership` and `Action.partners`.
"""

from actions.models.action import Action
from actions.models.counted import LINK_IS_COUNTED
from actions.models.interest_guarantees import (
    BELONGING_TRIGGERS,
    CLAIM_TRIGGERS,
    MERGER_TRIGGERS,
    PARTNERSHIP_TRIGGERS,
)
from actions.models.published import OF_AN_ACTION_MOVES_VERSION
from actors.models import Membership, MembershipClaim, Organisation


class Belonging(Membership):
    """A place in an organisation: nobody takes one behind a decision or an evaluation of theirs."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "adhésion à une structure"
        verbose_name_plural = "adhésions aux structures"
        triggers = BELONGING_TRIGGERS


class Asking(MembershipClaim):
    """Somebody who asks for a place: an interest while it waits, which they don't take back to act."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        triggers = CLAIM_TRIGGERS


class Merger(Organisation):
    """An organisation found to be another one: its files follow, and no interest is hidden so."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "structure"
        verbose_name_plural = "structures"
        triggers = MERGER_TRIGGERS


class Partnership(Action.partners.through):
    """A partner of an action: written while the file is."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "partenaire d’une action"
        verbose_name_plural = "partenaires d’une action"
        triggers = (*PARTNERSHIP_TRIGGERS, LINK_IS_COUNTED, OF_AN_ACTION_MOVES_VERSION)
