"""Who and where: people, organisations, and the territory."""

from actors.models.membership import Membership
from actors.models.organisation import Organisation
from actors.models.territory import Commune, LivingArea, Sector
from actors.models.user import User, UserManager

__all__ = [
    "Commune",
    "LivingArea",
    "Membership",
    "Organisation",
    "Sector",
    "User",
    "UserManager",
]
