"""The people of an organisation that is found to be another one, and what was asked about it."""

from django.utils import timezone

from actors.enums import MembershipRole
from actors.models import Membership, Organisation, User
from actors.services.belonging import add_member


def move_people(*, twin: Organisation, into: Organisation) -> list[User]:
    """Take members, claims and invitations of the locked `twin` to the locked `into`.

    Its managers manage `into` too when nobody else does; otherwise they are contributors there, and
    a manager decides. Returns those who have joined, in the order in which they had. Raises
    `Refused`.
    """
    managed = Membership.objects.managers().filter(organisation=into).exists()
    joined = []
    for row in twin.memberships.select_related("user").order_by("created_at", "pk"):
        was_there = Membership.objects.filter(user=row.user, organisation=into).exists()
        role = MembershipRole.CONTRIBUTOR if managed else row.role
        row.delete()
        add_member(user=row.user, organisation=into, role=role)
        row.user.forget_rights()
        if not was_there:
            joined.append(row.user)
    _move_claims(twin, into)
    _move_invitations(twin, into)
    return joined


def _move_claims(twin: Organisation, into: Organisation) -> None:
    members = into.memberships.values("user")
    claims = twin.membership_claims
    # What they asked for is done, or asked already.
    for asked in (claims, into.membership_claims):
        asked.pending().filter(user__in=members).delete()
    claims.pending().filter(user__in=into.membership_claims.pending().values("user")).delete()
    claims.update(organisation=into)


def _move_invitations(twin: Organisation, into: Organisation) -> None:
    unanswered = twin.invitations.unanswered()
    useless = unanswered.filter(email__in=into.memberships.values("user__email"))
    useless |= unanswered.filter(email__in=into.invitations.unanswered().values("email"))
    useless.update(withdrawn_at=timezone.now())
    twin.invitations.update(organisation=into)
