"""Where a file stands, for those who wait for it: who has it, how long it usually takes, dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action
from actions.models.receipt import Receipt, receipt_of
from actions.space.queries.usual_times import usual_days
from ess_portal.base.french import plural

HOLDERS = {
    ActionStatus.DRAFT: "vous",
    ActionStatus.SUBMITTED: "un agent de l’agglomération",
    ActionStatus.IN_CORRECTION: "vous",
    ActionStatus.IN_EVALUATION: "les évaluateurs",
    ActionStatus.EVALUATED: "la commission",
    ActionStatus.POSTPONED: "la commission",
    ActionStatus.PRIORITISED: "vous et l’agglomération",
    ActionStatus.IN_PROGRESS: "vous",
    ActionStatus.REFUSAL_ANNOUNCED: "vous, puis la commission ou l’agent qui l’a annoncé",
}
# States that end by themselves, sooner or later: the usual time means something.
WAITING = (
    ActionStatus.SUBMITTED,
    ActionStatus.IN_EVALUATION,
    ActionStatus.EVALUATED,
    ActionStatus.POSTPONED,
)


@dataclass(frozen=True)
class Deadline:
    """A date, and what it is the last day of."""

    label: str
    on: date


@dataclass(frozen=True)
class Tracking:
    """What the carrier's page says above everything else."""

    holder: str
    usual: str
    deadlines: list[Deadline]
    receipt: Receipt | None


def tracking_of(action: Action) -> Tracking:
    """Say who has the file, how long this usually lasts, and which dates count."""
    receipt = receipt_of(action) if action.submitted_at else None
    return Tracking(
        holder=HOLDERS.get(ActionStatus(action.status), ""),
        usual=usual_time(action.status),
        deadlines=list(_deadlines(action, receipt)),
        receipt=receipt,
    )


def usual_time(status: str) -> str:
    """Say how long `status` usually lasts; nothing when nobody can tell."""
    days = usual_days().get(status) if status in WAITING else None
    return f"en général {days} jour{plural(days)}" if days else ""


def _deadlines(action: Action, receipt: Receipt | None) -> Iterator[Deadline]:
    if action.status == ActionStatus.IN_CORRECTION:
        correction = action.correction_requests.filter(answered_at=None).first()
        if correction is not None:
            yield Deadline("Complément à envoyer avant le", correction.due_on)
    if action.status == ActionStatus.REFUSAL_ANNOUNCED:
        notice = action.refusal_notices.first()
        if notice is not None and not notice.has_reply:
            yield Deadline("Réponse au refus envisagé jusqu’au", notice.reply_until)
    if receipt is not None and action.status in ActionStatus.UNANSWERED:
        yield from _deadlines_of_the_authority(action, receipt)


def _deadlines_of_the_authority(action: Action, receipt: Receipt) -> Iterator[Deadline]:
    if action.status == ActionStatus.SUBMITTED and timezone.localdate() <= receipt.acknowledged_by:
        yield Deadline("Accusé de réception au plus tard le", receipt.acknowledged_by)
    if receipt.silent_until is None or receipt.is_suspended:
        return
    if receipt.silent_until >= timezone.localdate():
        meaning = "rejet" if receipt.means_rejection else "acceptation"
        yield Deadline(f"Sans réponse de notre part, {meaning} le", receipt.silent_until)
    else:
        reputed = "rejetée" if receipt.means_rejection else "acceptée"
        label = f"L’examen continue ; en droit, la demande est réputée {reputed} depuis le"
        yield Deadline(label, receipt.silent_until)
