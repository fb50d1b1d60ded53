"""What the carrier and the public may know of amendments."""

from actions.enums import ActionStatus
from actions.models import Action, Amendment


def confirmed_amendments(action: Action) -> list[Amendment]:
    """What the carrier and the public may know of: amendments that two people took."""
    if action.status not in ActionStatus.GRANTED:
        return []
    return list(action.amendments.confirmed().with_carriers())
