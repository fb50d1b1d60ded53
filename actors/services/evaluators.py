"""Inviting an evaluator by mail, and answering.

As for an organisation's invitation (`actors.services.invitations`), the mail leads to a page that
asks to sign in; only the account of the invited address, made at its first code, finds it there.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from actors.enums import EvaluatorKind, Role
from actors.models import EvaluatorInvitation, User
from actors.rules import is_staff_member
from actors.services.belonging import link
from actors.services.invitations import ACCEPTED_ALREADY, older_than_kept, refuse_too_many
from actors.services.roles import grant_role
from actors.services.sessions import end_sessions
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox
from ess_portal.base.refusals import Refused, refusals_in_words

ALREADY_EVALUATOR = "Cette personne évalue déjà."
NOT_ONESELF = "Une autre personne que vous vous invite à évaluer."
NOT_ANY_MORE = "Cette invitation n’est plus valable\u00a0: demandez-en une autre au service."
INVITER_GONE = (
    "Cette invitation n’est plus valable\u00a0: la personne qui vous invitait n’est plus du "
    "service. Demandez-en une autre."
)


@refusals_in_words()
def invite_evaluator(
    *, email: str, evaluator_kind: EvaluatorKind | str = "", by: User
) -> EvaluatorInvitation:
    """Invite the person who reads `email` to evaluate, and mail them; return the invitation.

    Raises `PermissionDenied` to others than agents and administrators, and `Refused` when the
    address is the inviter's own, an evaluator's, invited already, or too many were invited lately.
    """
    _must_be_staff(by)
    email = mailbox(email)
    if email == by.email:
        raise Refused.about("email", NOT_ONESELF)
    if User.objects.filter(email=email, groups__name=Role.EVALUATOR).exists():
        raise Refused.about("email", ALREADY_EVALUATOR)
    refuse_too_many(EvaluatorInvitation, email=email, by=by)
    # One that is out of date gives way to the new one.
    outdated = EvaluatorInvitation.objects.unanswered().filter(expires_at__lte=timezone.now())
    outdated.filter(email=email).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    invitation = EvaluatorInvitation(email=email, evaluator_kind=evaluator_kind, invited_by=by)
    invitation.full_clean()
    invitation.save()
    enqueue(
        recipient=email,
        template="evaluator_invited",
        context={"invitation": invitation, "link": link(invitation.get_absolute_url())},
    )
    return invitation


@refusals_in_words()
def resend_invitation(*, invitation: EvaluatorInvitation, by: User) -> EvaluatorInvitation:
    """Withdraw an invitation that nobody answered, and send another, whose link alone is valid.

    Raises as `invite_evaluator`, and `Refused` when it was answered or withdrawn meanwhile.
    """
    _must_be_staff(by)
    invitation = _locked(invitation)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refused(["Cette invitation a déjà sa réponse."])
    _withdraw(invitation, by)
    return invite_evaluator(email=invitation.email, evaluator_kind=invitation.evaluator_kind, by=by)


@refusals_in_words()
def withdraw_invitation(*, invitation: EvaluatorInvitation, by: User) -> None:
    """Withdraw an invitation that nobody answered; one that was stays as it is.

    Raises `PermissionDenied` to others than agents and administrators.
    """
    _must_be_staff(by)
    invitation = _locked(invitation)
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        _withdraw(invitation, by)


@refusals_in_words()
def accept_invitation(
    *, invitation: EvaluatorInvitation, by: User, keep: str | None = None
) -> None:
    """Make `by`, whose address was invited, an evaluator, and tell who invited them.

    The role is noted as given by the inviter; their sessions end, but that of the key `keep`, as
    when any role is given: what they left open elsewhere doesn't gain it. Raises
    `EvaluatorInvitation.DoesNotExist` to anybody else, and `Refused` when it was answered,
    withdrawn or is out of date, or whoever wrote it is neither agent nor administrator any more, or
    `by` in person.
    """
    invitation = _locked(invitation, by)
    if not invitation.is_pending:
        raise Refused([NOT_ANY_MORE])
    inviter = invitation.invited_by
    if inviter is None or not is_staff_member(inviter):
        raise Refused([INVITER_GONE])
    # The administration may have given the inviter the address that was invited.
    if inviter.pk == by.pk:
        raise Refused([NOT_ONESELF])
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.full_clean()
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    grant_role(by, Role.EVALUATOR, by=inviter, was_invited=True)
    if invitation.evaluator_kind and not by.evaluator_kind:
        by.evaluator_kind = invitation.evaluator_kind
        by.save(update_fields=["evaluator_kind"])
    end_sessions(user=by, keep=keep)
    _tell_inviter(invitation)


@refusals_in_words()
def decline_invitation(*, invitation: EvaluatorInvitation, by: User) -> None:
    """Answer no, as the invited person, and tell who invited them.

    Raises `EvaluatorInvitation.DoesNotExist` to anybody else, and `Refused` when they accepted it
    already.
    """
    invitation = _locked(invitation, by)
    if invitation.accepted_at:
        raise Refused([ACCEPTED_ALREADY])
    if invitation.is_pending:
        _withdraw(invitation, by)
        _tell_inviter(invitation)


def delete_old_evaluator_invitations(at: datetime | None = None) -> int:
    """Delete them thirty days after they could last be accepted; return how many.

    Who gave the role stays noted (`RoleChange`).
    """
    return older_than_kept(EvaluatorInvitation, at).delete()[0]


def _must_be_staff(user: User) -> None:
    if not is_staff_member(user):
        raise PermissionDenied


def _locked(invitation: EvaluatorInvitation, by: User | None = None) -> EvaluatorInvitation:
    rows = EvaluatorInvitation.objects.select_related("invited_by")
    if by is not None:
        rows = rows.addressed_to(by)
    return rows.select_for_update(of=("self",)).get(pk=invitation.pk)


def _withdraw(invitation: EvaluatorInvitation, by: User) -> None:
    invitation.withdrawn_at, invitation.withdrawn_by = timezone.now(), by
    invitation.save(update_fields=["withdrawn_at", "withdrawn_by"])


def _tell_inviter(invitation: EvaluatorInvitation) -> None:
    inviter = invitation.invited_by
    if inviter is not None and inviter.is_active:
        enqueue(
            recipient=inviter.email,
            template="evaluator_answered",
            context={"invitation": invitation},
            pace=inviter.mail_pace,
            topic=str(invitation.uuid),
        )
