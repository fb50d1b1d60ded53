"""Inviting somebody into an organisation, and answering.

The mail leads to a page that asks to sign in; only the account of the invited address finds the
invitation there. A link that is forwarded, or guessed, opens nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from actors.enums import MembershipRole
from actors.models import AnyInvitation, Invitation, Membership, Organisation, User
from actors.rules import is_manager
from actors.services.belonging import (
    ALREADY_MEMBER,
    add_member,
    link,
    lock_organisation,
    must_manage,
)
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox
from ess_portal.base.refusals import Refused, refusals_in_words

# Enough for a whole board at once; too few to pester strangers in the portal's name.
MOST_AN_HOUR = 10
MOST_TO_ONE_ADDRESS_A_DAY = 3
TOO_MANY = "Trop d’invitations en peu de temps : réessayez plus tard."
NOT_CONFIRMED = (
    "Un agent doit d’abord confirmer votre structure : vous pourrez inviter aussitôt après. Écrire "
    "et envoyer vos dossiers n’attend pas."
)
NOT_ANY_MORE = "Cette invitation n’est plus valable : demandez-en une autre à la structure."
ACCEPTED_ALREADY = "Vous avez déjà accepté cette invitation."
INVITER_GONE = (
    "Cette invitation n’est plus valable : la personne qui vous invitait ne gère plus la "
    "structure. Demandez à rejoindre la structure."
)
DAYS_KEPT_AFTER_EXPIRY = 30


@refusals_in_words()
def invite(
    *, organisation: Organisation, email: str, role: MembershipRole | str, by: User
) -> Invitation:
    """Invite the person who reads `email`, as a manager decides, and mail them.

    Nothing is said of whether the address has an account. Raises `PermissionDenied` to those who
    don't manage the organisation, and `Refused` when the person is a member or invited
    already, too many were invited lately, or no agent has confirmed the organisation yet.
    """
    organisation = lock_organisation(organisation)
    must_manage(by, organisation)
    if not organisation.is_confirmed:
        raise Refused([NOT_CONFIRMED])
    email = mailbox(email)
    if Membership.objects.filter(organisation=organisation, user__email=email).exists():
        raise Refused.about("email", ALREADY_MEMBER)
    refuse_too_many(Invitation, email=email, by=by)
    # One that is out of date gives way to the new one.
    outdated = organisation.invitations.unanswered().filter(expires_at__lte=timezone.now())
    outdated.filter(email=email).update(withdrawn_at=timezone.now())
    invitation = Invitation(organisation=organisation, email=email, role=role, invited_by=by)
    invitation.full_clean()
    invitation.save()
    enqueue(
        recipient=email,
        template="invitation",
        context={"invitation": invitation, "link": link(invitation.get_absolute_url())},
    )
    return invitation


def refuse_too_many(model: type[AnyInvitation], *, email: str, by: User) -> None:
    """Raise `Refused` when `by`, or anybody to `email`, has lately invited too much.

    Counted in the rows, withdrawn ones included: no header of a request changes that. Whoever
    counts them at the same instant waits for this transaction to end.
    """
    for whose in (f"invitations by {by.pk}", f"invitations to {email}"):
        _count_alone(whose)
    now = timezone.now()
    rows: QuerySet[Any] = QuerySet(model)
    sent = rows.filter(invited_by=by, created_at__gt=now - timedelta(hours=1))
    received = rows.filter(email=email, created_at__gt=now - timedelta(days=1))
    if sent.count() >= MOST_AN_HOUR or received.count() >= MOST_TO_ONE_ADDRESS_A_DAY:
        raise Refused([TOO_MANY])


def _count_alone(whose: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [whose])


@refusals_in_words()
def accept_invitation(*, invitation: Invitation, by: User) -> Membership:
    """Make `by`, whose address was invited, a member.

    Raises `Invitation.DoesNotExist` to anybody else, and `Refused` when the invitation was
    withdrawn, accepted or is out of date, or whoever wrote it doesn't manage the organisation any
    more: the administration takes members off and closes accounts without a word to invitations.
    """
    invitation = _locked(invitation, by)
    if not invitation.is_pending:
        raise Refused([NOT_ANY_MORE])
    inviter = invitation.invited_by
    if inviter is None or not is_manager(inviter, invitation.organisation):
        raise Refused([INVITER_GONE])
    membership = add_member(user=by, organisation=invitation.organisation, role=invitation.role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.full_clean()
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return membership


@refusals_in_words()
def decline_invitation(*, invitation: Invitation, by: User) -> None:
    """Answer no, as the invited person.

    Raises `Invitation.DoesNotExist` to anybody else, and `Refused` when they accepted it already.
    """
    invitation = _locked(invitation, by)
    if invitation.accepted_at:
        raise Refused([ACCEPTED_ALREADY])
    if invitation.is_pending:
        _withdraw(invitation)


@refusals_in_words()
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Withdraw an invitation that nobody accepted, as a manager decides.

    Raises `PermissionDenied` to others; one that was answered meanwhile stays as it is.
    """
    organisation = lock_organisation(invitation.organisation)
    must_manage(by, organisation)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        _withdraw(invitation)


def delete_old_invitations(at: datetime | None = None) -> int:
    """Delete invitations thirty days after they could last be accepted; return how many.

    Whatever became of them: who joined is a member, and that is what counts.
    """
    return older_than_kept(Invitation, at).delete()[0]


def older_than_kept(model: type[AnyInvitation], at: datetime | None = None) -> QuerySet[Any]:
    """Return the invitations that nobody keeps at `at` (default: now), answered or not."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_KEPT_AFTER_EXPIRY)
    return QuerySet(model).filter(expires_at__lt=limit)


def _locked(invitation: Invitation, by: User) -> Invitation:
    lock_organisation(invitation.organisation)
    addressed = Invitation.objects.addressed_to(by).select_related("organisation")
    return addressed.select_for_update(of=("self",)).get(pk=invitation.pk)


def _withdraw(invitation: Invitation) -> None:
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
