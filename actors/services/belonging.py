"""Who belongs to an organisation, and as what: roles, leaving, taking off.

Every write locks the organisation first, so that of two managers who leave at one instant the
second sees that the first has gone. The database holds the same rule
(`actors_membership_last_manager_stays`).
"""

from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.dispatch import Signal
from django.utils import timezone

from actors.enums import MembershipRole
from actors.models import Membership, Organisation, User
from actors.rules import is_manager
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words

LAST_MANAGER = "Une structure garde au moins un responsable : nommez-en un autre d’abord."
ALREADY_MEMBER = "Cette personne est déjà membre de la structure."

# In the transaction that makes it so; both say `user` and `organisation`. Somebody isn't of it, or
# doesn't get the place that they asked for; somebody doesn't manage it any more.
not_a_member = Signal()
manages_no_more = Signal()


def lock_organisation(organisation: Organisation) -> Organisation:
    """Lock the row of `organisation` until the transaction ends; whoever changes members waits.

    Raises `Organisation.DoesNotExist` when it was deleted meanwhile.
    """
    return Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)


def lock_organisations(keys: Collection[int | None]) -> None:
    """Lock the rows with these keys, in their order, before any file of theirs."""
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    list(rows.filter(pk__in=[key for key in keys if key is not None]).values_list("pk"))


def must_manage(user: User, organisation: Organisation) -> None:
    """Raise `PermissionDenied` to whoever doesn't manage the organisation."""
    if not is_manager(user, organisation):
        raise PermissionDenied


def add_member(*, user: User, organisation: Organisation, role: MembershipRole | str) -> Membership:
    """Make `user` a member of the locked `organisation`; one who is already a member stays as is.

    What they had asked for is done: a claim of theirs that waits goes. Raises `Refused`.
    """
    membership = give_place(user=user, organisation=organisation, role=role)
    # After the place is theirs: they are of the organisation all along.
    organisation.membership_claims.pending().filter(user=user).delete()
    return membership


def give_place(*, user: User, organisation: Organisation, role: MembershipRole | str) -> Membership:
    """The same, whatever they asked for: who answers a claim writes the answer next."""
    existing = Membership.objects.filter(user=user, organisation=organisation).first()
    if existing is not None:
        return existing
    membership = Membership(user=user, organisation=organisation, role=role)
    membership.full_clean()
    membership.save()
    user.forget_rights()
    return membership


@refusals_in_words()
def change_role(*, membership: Membership, role: MembershipRole | str, by: User) -> Membership:
    """Make a member manager or contributor, as a manager decides.

    Raises `PermissionDenied` to others, `Membership.DoesNotExist` when the member has gone, and
    `Refused` when nobody would manage the organisation any more.
    """
    membership = _locked(membership)
    must_manage(by, membership.organisation)
    if role != MembershipRole.MANAGER:
        _refuse_last_manager(membership)
    membership.role = role
    membership.full_clean()
    membership.save(update_fields=["role"])
    if role != MembershipRole.MANAGER:
        _withdraw_invitations_of(membership)
    return membership


@refusals_in_words()
def remove_member(*, membership: Membership, by: User) -> None:
    """Take a member off, as a manager decides, and tell them.

    Raises `PermissionDenied` to others, `Membership.DoesNotExist` when the member has gone already,
    and `Refused` when nobody would manage the organisation any more.
    """
    membership = _locked(membership)
    must_manage(by, membership.organisation)
    _refuse_last_manager(membership)
    _take_off(membership)
    enqueue(
        recipient=membership.user.email,
        template="membership_ended",
        context={"organisation": membership.organisation},
    )


@refusals_in_words()
def leave(*, membership: Membership) -> None:
    """Leave the organisation, as the member wishes.

    Raises `Membership.DoesNotExist` when they have left already, and `Refused` when nobody
    would manage the organisation any more.
    """
    membership = _locked(membership)
    _refuse_last_manager(membership)
    _take_off(membership)


def is_last_manager(membership: Membership) -> bool:
    """Whether the organisation would be left without anybody who manages it."""
    managers = Membership.objects.managers().filter(organisation=membership.organisation_id)
    return (
        membership.role == MembershipRole.MANAGER
        and membership.user.is_active
        and not managers.exclude(pk=membership.pk).exists()
    )


def link(path: str) -> str:
    """Return the absolute address that a mail gives for `path`."""
    return f"{settings.SITE_URL}{path}"


def _locked(membership: Membership) -> Membership:
    lock_organisation(membership.organisation)
    # Read after the lock: what the one before us wrote is seen.
    return (
        Membership.objects.select_related("user", "organisation")
        .select_for_update(of=("self",))
        .get(pk=membership.pk)
    )


def _refuse_last_manager(membership: Membership) -> None:
    if is_last_manager(membership):
        raise Refused([LAST_MANAGER])


def _take_off(membership: Membership) -> None:
    _withdraw_invitations_of(membership)
    membership.delete()
    membership.user.forget_rights()
    not_a_member.send(sender=Membership, user=membership.user, organisation=membership.organisation)


def _withdraw_invitations_of(membership: Membership) -> None:
    # Nobody comes in by the word of somebody who can't give it any more.
    sent = membership.organisation.invitations.unanswered().filter(invited_by=membership.user)
    sent.update(withdrawn_at=timezone.now())
    manages_no_more.send(
        sender=Membership, user=membership.user, organisation=membership.organisation
    )
