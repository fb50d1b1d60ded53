"""Co-carriers: people of other organisations who write one file with its carrier.

They write its steps and read its receipt; sending, withdrawing and deleting stay with the carrier's
members (rules.md, section 4), and so do the result and the reasons.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, CoEditor
from actions.rules import is_carrier_manager
from actors.models import Membership, User
from actors.services.invitations import (
    DAYS_KEPT_AFTER_EXPIRY,
    INVITER_GONE,
    NOT_ANY_MORE,
    NOT_CONFIRMED,
    refuse_too_many,
)
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox
from ess_portal.base.refusals import Refused, refusals_in_words

TOO_LATE = "Le dossier est à l’évaluation : on n’y ajoute plus personne."
IS_MEMBER = "Cette personne fait partie de la structure porteuse : le dossier est déjà le sien."


@refusals_in_words()
def invite_co_editor(*, action: Action, email: str, by: User) -> CoEditor:
    """Invite the person who reads `email` to write this file, and mail them.

    Raises `PermissionDenied` to those who don't manage the carrier, and `Refused` when the
    evaluation has begun, the person belongs to the carrier, is invited already, too many were
    invited lately, or no agent has confirmed the carrier yet.
    """
    action = _locked_action(action, by)
    email = mailbox(email)
    _refuse_late(action)
    if action.carrier is None or not action.carrier.is_confirmed:
        raise Refused([NOT_CONFIRMED])
    if Membership.objects.filter(organisation=action.carrier_id, user__email=email).exists():
        raise Refused.about("email", IS_MEMBER)
    refuse_too_many(CoEditor, email=email, by=by)
    # One that is out of date gives way to the new one.
    outdated = action.co_editors.unanswered().filter(expires_at__lte=timezone.now())
    outdated.filter(email=email).update(withdrawn_at=timezone.now())
    invited = CoEditor(action=action, email=email, invited_by=by)
    invited.full_clean()
    invited.save()
    enqueue(
        recipient=email,
        template="co_editor_invited",
        context={
            "invitation": invited,
            "action": action,
            "link": f"{settings.SITE_URL}{invited.get_absolute_url()}",
        },
    )
    return invited


@refusals_in_words()
def accept_co_editing(*, invitation: CoEditor, by: User) -> CoEditor:
    """Make `by`, whose address was invited, a co-carrier of the file.

    Raises `CoEditor.DoesNotExist` to anybody else, and `Refused` when the invitation isn't
    valid any more, whoever wrote it doesn't manage the carrier (the one of today, should two have
    been merged), or the evaluation has begun.
    """
    action = Action.objects.select_for_update(of=("self",)).get(pk=invitation.action_id)
    invitation = CoEditor.objects.addressed_to(by).select_for_update().get(pk=invitation.pk)
    if not invitation.is_pending:
        raise Refused([NOT_ANY_MORE])
    _refuse_late(action)
    inviters = Membership.objects.managers().filter(organisation=action.carrier_id)
    if not inviters.filter(user=invitation.invited_by_id).exists():
        raise Refused([INVITER_GONE])
    invitation.accepted_at, invitation.user = timezone.now(), by
    invitation.full_clean()
    invitation.save(update_fields=["accepted_at", "user"])
    return invitation


@refusals_in_words()
def stop_co_editing(*, invitation: CoEditor, by: User) -> None:
    """Decline, or write no more, as the invited person. Raises `CoEditor.DoesNotExist` to others.

    Whoever wrote stays linked to the action.
    """
    own = CoEditor.objects.addressed_to(by) | CoEditor.objects.filter(user=by)
    _take_off(own.select_for_update().get(pk=invitation.pk))


@refusals_in_words()
def remove_co_editor(*, invitation: CoEditor, by: User) -> None:
    """Take somebody off the file, invited or writing, as a manager of the carrier decides.

    Raises `PermissionDenied` to others.
    """
    _locked_action(invitation.action, by)
    _take_off(CoEditor.objects.select_for_update().get(pk=invitation.pk))


def delete_old_co_editor_invitations(at: datetime | None = None) -> int:
    """Delete invitations that nobody accepted, thirty days after they expired; return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_KEPT_AFTER_EXPIRY)
    return CoEditor.objects.filter(accepted_at=None, expires_at__lt=limit).delete()[0]


def _locked_action(action: Action, by: User) -> Action:
    action = (
        Action.objects.select_for_update(of=("self",)).select_related("carrier").get(pk=action.pk)
    )
    if not is_carrier_manager(by, action):
        raise PermissionDenied
    return action


def _refuse_late(action: Action) -> None:
    if action.status not in ActionStatus.BEFORE_EVALUATION:
        raise Refused([TOO_LATE])


def _take_off(row: CoEditor) -> None:
    if row.withdrawn_at is None:
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
