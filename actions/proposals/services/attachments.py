"""Attach files to an action, take them back, have them scanned, forget those left alone."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus, ScanState
from actions.models import Action, Attachment
from actions.models.attachment import MOST_BYTES_IN_ALL, MOST_FILES
from actions.notifications import tell_carrier_of_virus
from actions.rules import can_edit
from actors.models import User
from ess_portal.base import antivirus
from ess_portal.base.files import store
from ess_portal.base.files.inspection import LATER, inspect, refusal_of
from ess_portal.base.files.kinds import MEGABYTE
from ess_portal.base.presence import present
from ess_portal.base.refusals import Refused
from ess_portal.base.turns import TurnTaken, turn_of

logger = logging.getLogger(__name__)

# A worker that dies in the middle of a scan leaves the file to the next one after so long.
HELD = timedelta(minutes=5)
# ClamAV didn't answer, or not clearly.
AGAIN = timedelta(minutes=1)
# A file whose row never was committed, or is no more.
SECONDS_OF_ORPHANS = 24 * 60 * 60

NO_LONGER = "Ce dossier n’est plus modifiable\u00a0: ses pièces jointes ne changent plus."
TOO_MANY = (
    f"Un dossier compte au plus {MOST_FILES} pièces jointes. Retirez-en une, ou réunissez-en "
    "plusieurs dans un seul PDF."
)
TOO_HEAVY = (
    f"Ensemble, les pièces jointes pèseraient plus de {MOST_BYTES_IN_ALL // MEGABYTE} Mo. "
    "Retirez-en une, ou joignez une version plus légère."
)
# Of one person, over all files and a year: ten whole applications.
MOST_BYTES_OF_A_PERSON = 400 * MEGABYTE
YEAR = timedelta(days=365)
TOO_MUCH_OF_ONE = (
    f"Vous avez joint {MOST_BYTES_OF_A_PERSON // MEGABYTE} Mo de fichiers en un an, tous dossiers "
    "réunis. Retirez-en d’un brouillon, ou écrivez-nous par la page « Contact »."
)
ALREADY = "Ce fichier est déjà joint, sous le nom «\u00a0{}\u00a0»."


def attach(*, action: Action, by: User, name: str, data: bytes) -> Attachment:
    """Look into a file sent as `name`, keep it and attach it to `action`.

    One file at a time is looked into for a person. Raises `Refused`, with a sentence for its
    sender, and `Action.DoesNotExist` when the action is somebody else's. Nothing stays then.
    """
    # Before anything else is locked: others go on writing meanwhile.
    try:
        with turn_of(f"file of {by.pk}"):
            file = inspect(name, data)
    except TurnTaken as taken:
        raise refusal_of(name, LATER) from taken
    key = uuid4()
    try:
        with transaction.atomic():
            action = _locked(action, by)
            digest = store.keep(key, file.data)
            attachment = Attachment(
                action=action,
                uuid=key,
                name=file.name,
                kind=file.kind.code,
                size=len(file.data),
                sha256=digest,
                uploaded_by=by,
                scan=_first_state(),
            )
            _refuse_too_much(attachment)
            attachment.full_clean()
            attachment.save()
            attachment.notes = file.notes
    except BaseException:
        store.remove(key)
        raise
    return attachment


def _first_state() -> ScanState:
    return ScanState.PENDING if antivirus.is_configured() else ScanState.NOT_SCANNED


def _refuse_too_much(attachment: Attachment) -> None:
    others = attachment.action.attachments.all()
    if same := others.filter(sha256=attachment.sha256).first():
        raise Refused([ALREADY.format(same.name)])
    if others.count() >= MOST_FILES:
        raise Refused([TOO_MANY])
    if others.total_size() + attachment.size > MOST_BYTES_IN_ALL:
        raise Refused([TOO_HEAVY])
    # Two applications at one instant count as two.
    User.objects.select_for_update(no_key=True).get(pk=present(attachment.uploaded_by).pk)
    own = Attachment.objects.filter(
        uploaded_by=attachment.uploaded_by, uploaded_at__gt=timezone.now() - YEAR
    )
    if own.total_size() + attachment.size > MOST_BYTES_OF_A_PERSON:
        raise Refused([TOO_MUCH_OF_ONE])


@transaction.atomic
def detach(*, attachment: Attachment, by: User) -> None:
    """Take a file back. Raises `Refused` once the action isn't the carrier's to write,
    and `Action.DoesNotExist` when it is somebody else's.
    """
    _locked(attachment.action, by)
    key = attachment.uuid
    Attachment.objects.filter(uuid=key).delete()
    transaction.on_commit(lambda: store.remove(key))


def _locked(action: Action, by: User) -> Action:
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    by.forget_rights()
    if not can_edit(by, action):
        raise Action.DoesNotExist
    if action.status not in ActionStatus.EDITABLE:
        raise Refused([NO_LONGER])
    # Whoever goes on writing needs no reminder, and nothing is about to be deleted.
    action.draft_reminded_at = action.deletion_announced_at = None
    action.save(update_fields=["draft_reminded_at", "deletion_announced_at", "updated_at"])
    return action


# --- The antivirus ------------------------------------------------------------------------------


def scan_next() -> bool:
    """Have ClamAV look at the file that waits longest; return whether there was one.

    Without a clear answer the file stays as unavailable as it was, and is tried again. The row
    isn't locked meanwhile: its carrier may take the file back.
    """
    attachment = _claimed()
    if attachment is None:
        return False
    try:
        result = antivirus.scan(_pieces(attachment.uuid))
    except antivirus.NoAnswer as error:
        logger.error("No answer about a file: %s", error)  # noqa: TRY400 - no trace is needed
        Attachment.objects.filter(pk=attachment.pk).update(scan_after=timezone.now() + AGAIN)
        return True
    _settle(attachment, result)
    return True


@transaction.atomic
def _claimed() -> Attachment | None:
    if not antivirus.is_configured():
        return None
    attachment = Attachment.objects.to_scan().select_for_update(skip_locked=True).first()
    if attachment is not None:
        attachment.scan_after = timezone.now() + HELD
        attachment.save(update_fields=["scan_after"])
    return attachment


def _pieces(key: UUID) -> Iterator[bytes]:
    with store.path_of(key).open("rb") as file:
        while piece := file.read(1 << 16):
            yield piece


@transaction.atomic
def _settle(attachment: Attachment, result: antivirus.ScanResult) -> None:
    state = ScanState.CLEAN if result.is_clean else ScanState.INFECTED
    waiting = Attachment.objects.filter(pk=attachment.pk, scan__in=ScanState.WAITING)
    if waiting.update(scan=state, scanned_at=timezone.now()) and not result.is_clean:
        logger.error("A virus was found in a file: %s", result.virus)
        tell_carrier_of_virus(attachment)


# --- Retention ----------------------------------------------------------------------------------


@transaction.atomic
def remove_orphans() -> int:
    """Remove, once committed, the files of a day ago or more that no row names; return how many."""
    old = list(store.older_than(SECONDS_OF_ORPHANS))
    kept = {key.hex for key in Attachment.objects.values_list("uuid", flat=True)}
    orphans = [path for path in old if path.name not in kept]
    for path in orphans:
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    return len(orphans)
