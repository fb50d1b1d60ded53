"""Who and where: people, organisations, and the territory."""

from actors.models.claim import MembershipClaim
from actors.models.evaluator_invitation import EvaluatorInvitation
from actors.models.invitation import AnyInvitation, Invitation
from actors.models.membership import Membership
from actors.models.organisation import Organisation, OrganisationSector
from actors.models.role_change import RoleChange
from actors.models.session import Session
from actors.models.territory import Commune, LivingArea, Sector
from actors.models.user import RoleGroup, RoleHolding, User, UserManager, Visitor

__all__ = [
    "AnyInvitation",
    "Commune",
    "EvaluatorInvitation",
    "Invitation",
    "LivingArea",
    "Membership",
    "MembershipClaim",
    "Organisation",
    "OrganisationSector",
    "RoleChange",
    "RoleGroup",
    "RoleHolding",
    "Sector",
    "Session",
    "User",
    "UserManager",
    "Visitor",
]
