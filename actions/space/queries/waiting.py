"""What waits for a person in their own space, each with its next step, the nearest date first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, CoEditor, CorrectionRequest, RefusalNotice
from actors.models import EvaluatorInvitation, Invitation, MembershipClaim, User
from ess_portal.base.french import NO_BREAK, of

# As the same days are said elsewhere.
AT_LATEST, UNTIL = "au plus tard le", "jusqu’au"


@dataclass(frozen=True)
class Awaited:
    """One thing to do: a sentence, its day and how it counts, and the step that leads on."""

    sentence: str
    until: date
    limit: str
    step: str
    address: str


def awaited_of(user: User) -> list[Awaited]:
    """List what waits for `user` themselves: files to complete or to defend, invitations."""
    found = [
        *_corrections(user),
        *_refusals(user),
        *_invitations(user),
        *_invitations_to_evaluate(user),
        *_files_to_write(user),
    ]
    return sorted(found, key=lambda one: (one.until, one.sentence))


def claims_of(user: User) -> list[MembershipClaim]:
    """List the claims of `user` that wait for an agent, the oldest first."""
    return list(user.membership_claims.pending().for_list())


def _corrections(user: User) -> Iterator[Awaited]:
    asked = CorrectionRequest.objects.filter(
        answered_at=None,
        action__status=ActionStatus.IN_CORRECTION,
        action__in=Action.objects.written_by(user),
    )
    # Back from a refusal, a file was asked twice: the latest date counts.
    latest = {request.action_id: request for request in asked.select_related("action").reverse()}
    for request in latest.values():
        yield Awaited(
            f"Un complément est demandé pour {_named(request.action)}.",
            request.due_on,
            AT_LATEST,
            "Compléter le dossier",
            request.action.get_space_url(),
        )


def _refusals(user: User) -> Iterator[Awaited]:
    announced = RefusalNotice.objects.filter(
        settled_at=None,
        replied_at=None,
        action__status=ActionStatus.REFUSAL_ANNOUNCED,
        action__in=Action.objects.carried_by(user),
    )
    for notice in announced.select_related("action"):
        if not notice.delay_is_gone():
            yield Awaited(
                f"Un refus est envisagé pour {_named(notice.action)}\u00a0: vous pouvez répondre.",
                notice.reply_until,
                UNTIL,
                "Lire le motif et répondre",
                notice.action.get_space_url(),
            )


def _invitations(user: User) -> Iterator[Awaited]:
    received = Invitation.objects.pending().addressed_to(user)
    for invitation in received.select_related("organisation", "invited_by"):
        yield Awaited(
            f"{_inviter(invitation)} à faire partie {of(invitation.organisation)}, avec le rôle "
            f"{_quoted(invitation.get_role_display().lower())}.",
            timezone.localdate(invitation.expires_at),
            UNTIL,
            "Répondre à l’invitation",
            invitation.get_absolute_url(),
        )


def _invitations_to_evaluate(user: User) -> Iterator[Awaited]:
    received = EvaluatorInvitation.objects.pending().addressed_to(user)
    for invitation in received.select_related("invited_by"):
        yield Awaited(
            f"{_inviter(invitation)} à évaluer des actions.",
            timezone.localdate(invitation.expires_at),
            UNTIL,
            "Répondre à l’invitation",
            invitation.get_absolute_url(),
        )


def _files_to_write(user: User) -> Iterator[Awaited]:
    received = CoEditor.objects.pending().addressed_to(user)
    for invitation in received.select_related("action__carrier", "invited_by"):
        action = invitation.action
        yield Awaited(
            f"{_inviter(invitation)} à écrire {_quoted(action.shown_title)} avec "
            f"{action.carrier_label}, comme co-porteur.",
            timezone.localdate(invitation.expires_at),
            UNTIL,
            "Répondre à l’invitation",
            invitation.get_absolute_url(),
        )


def _inviter(invitation: Invitation | EvaluatorInvitation | CoEditor) -> str:
    inviter = invitation.invited_by
    if inviter is None:
        return "Vous êtes invité"
    name = inviter.shown_name
    return f"{name[:1].upper()}{name[1:]} vous invite"


def _named(action: Action) -> str:
    return f"{_quoted(action.shown_title)} ({action.reference})"


def _quoted(words: str) -> str:
    return f"«{NO_BREAK}{words}{NO_BREAK}»"
