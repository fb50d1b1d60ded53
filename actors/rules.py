"""Who people are: predicates on roles, read from the database at each request.

Being a superuser gives no role: scoring and deciding are for those who are named to do it.
"""

from typing import TYPE_CHECKING

import rules

from actors.enums import MembershipRole, Role

if TYPE_CHECKING:
    from actors.models import Organisation, Visitor


def has_role(role: Role) -> rules.Predicate:
    """Return the predicate "is signed in, active, and in the group `role`"."""

    def holds(user: "Visitor | None", _: object = None) -> bool:
        return bool(
            user is not None and user.is_authenticated and user.is_active and role in user.roles
        )

    return rules.Predicate(holds, f"is_{role}")


is_agent = has_role(Role.AGENT)
is_evaluator = has_role(Role.EVALUATOR)
is_elected = has_role(Role.ELECTED)
is_committee = has_role(Role.COMMITTEE)
is_administrator = has_role(Role.ADMINISTRATOR)
is_staff_member = is_agent | is_administrator
sees_dashboard = is_agent | is_elected | is_committee


@rules.predicate
def is_superuser(user: "Visitor | None") -> bool:
    """Has every technical right."""
    return bool(user is not None and user.is_active and user.is_superuser)


# Who reads or decides what concerns others never signs in with a mailbox alone (section 7).
needs_second_factor = is_superuser | is_agent | is_committee | is_elected | is_administrator


@rules.predicate
def is_manager(user: "Visitor", organisation: "Organisation") -> bool:
    """Manages the organisation: invites, changes roles, takes members off."""
    return (
        user.is_authenticated
        and user.is_active
        and user.memberships.filter(organisation=organisation, role=MembershipRole.MANAGER).exists()
    )
