"""The people of an organisation that is found to be another one, and what was asked about it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from actors.models import Membership, Organisation, User
from actors.services.claims import ask_to_join

CLAIM = "Faisait partie de « {twin} » ({role}), qu’un agent a réunie à cette structure."


@dataclass(frozen=True)
class Moved:
    """The people of an organisation that was merged, but for those who were of the other too.

    `joined` are members of the other one now, `asking` ask to be; each in the order in which they
    had joined.
    """

    joined: list[User]
    asking: list[User]


def move_people(*, twin: Organisation, into: Organisation) -> Moved:
    """Take members, claims and invitations of the locked `twin` to the locked `into`.

    Whoever described an organisation isn't thereby of the one it turns out to be: where `into` has
    members, those of `twin` ask to join them, as by any claim, and nobody comes in by their word.
    Where it has none, they are its members, as what they were. Raises `Refused`.
    """
    there = set(into.memberships.values_list("user", flat=True))
    joined, asking = [], []
    for row in twin.memberships.select_related("user").order_by("created_at", "pk"):
        if not there:
            row.organisation = into
            row.save(update_fields=["organisation"])
            joined.append(row.user)
        else:
            row.delete()
            if row.user_id not in there:
                _ask(row, twin, into)
                asking.append(row.user)
        row.user.forget_rights()
    _move_claims(twin, into)
    _move_invitations(twin, into, inhabited=bool(there))
    return Moved(joined=joined, asking=asking)


def _ask(place: Membership, twin: Organisation, into: Organisation) -> None:
    if not into.membership_claims.pending().filter(user=place.user).exists():
        role = place.get_role_display().lower()
        message = CLAIM.format(twin=twin, role=role)
        ask_to_join(organisation=into, user=place.user, message=message)


def _move_claims(twin: Organisation, into: Organisation) -> None:
    members = into.memberships.values("user")
    claims = twin.membership_claims
    # What they asked for is done, or asked already.
    for asked in (claims, into.membership_claims):
        asked.pending().filter(user__in=members).delete()
    claims.pending().filter(user__in=into.membership_claims.pending().values("user")).delete()
    claims.update(organisation=into)


def _move_invitations(twin: Organisation, into: Organisation, *, inhabited: bool) -> None:
    unanswered = twin.invitations.unanswered()
    useless = Q(email__in=into.memberships.values("user__email"))
    useless |= Q(email__in=into.invitations.unanswered().values("email"))
    if inhabited:
        managers = Membership.objects.managers().filter(organisation=into).values("user")
        useless |= Q(invited_by=None) | ~Q(invited_by__in=managers)
    unanswered.filter(useless).update(withdrawn_at=timezone.now())
    twin.invitations.update(organisation=into)
