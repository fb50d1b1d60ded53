"""What becomes of files when somebody leaves their carrier, or doesn't get a place in it.

Called by signals of the app `actors` (`actions/apps.py`), in the transaction that sends them.
"""

from django.utils import timezone

from actions.models import CoEditor
from actors.models import Organisation, User


def leave_files(sender: type, user: User, organisation: Organisation, **_more: object) -> None:
    """Take `user` off the files that a merger let them write until `organisation` answers them.

    As co-carriers they stay linked to these files (decision 29); whom its people invited
    themselves goes on writing.
    """
    kept = CoEditor.objects.active().filter(user=user, waits_for=organisation)
    kept.update(withdrawn_at=timezone.now())


def withdraw_their_invitations(
    sender: type, user: User, organisation: Organisation, **_more: object
) -> None:
    """Withdraw what `user`, who manages `organisation` no more, sent to co-carriers of files."""
    sent = CoEditor.objects.unanswered().filter(invited_by=user, action__carrier=organisation)
    sent.update(withdrawn_at=timezone.now())
