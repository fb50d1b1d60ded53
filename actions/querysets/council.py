"""What the council voted of grants, and what it has yet to vote, as conditions (decision 32)."""

from decimal import Decimal

from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from actions.enums import ActionStatus

FUNDED = Q(status__in=ActionStatus.FUNDED)
# Nothing of the grant is voted; something of it is; something waits, of the grant or an increase.
WHOLLY_PROPOSED = Q(amount_proposed__gt=0, amount_proposed__gte=F("amount_granted"))
VOTED = FUNDED & (Q(amount_proposed__isnull=True) | Q(amount_proposed__lt=F("amount_granted")))
AWAITING = FUNDED & Q(amount_proposed__gt=0)


def amount_voted() -> Combinable:
    """Return what of a grant is granted for good, in euros."""
    return F("amount_granted") - amount_proposed()


def amount_proposed() -> Coalesce:
    """Return what of a grant the council has yet to vote, in euros: 0 where nothing waits."""
    return Coalesce(F("amount_proposed"), Value(Decimal(0)))


def is_wholly_proposed() -> Case:
    """Return whether nothing of a grant is voted: true or false, never NULL."""
    return Case(When(WHOLLY_PROPOSED, then=Value(True)), default=Value(False))
