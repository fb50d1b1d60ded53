"""Where a file stands, for those who wait for it: who has it, how long it usually takes, dates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, RefusalNotice
from actions.models.receipt import Receipt, agent_of, receipt_of, whom_to_ask
from actions.space.queries.usual_times import usual_days
from actors.models import User
from ess_portal.base.french import long_date, plural

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
WHO_ANNOUNCED = "la commission, ou l’agent qui a annoncé le refus"
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
    # The agent who follows the file, and the service.
    ask: list[str]


def tracking_of(action: Action) -> Tracking:
    """Say who has the file, how long this usually lasts, and which dates count."""
    receipt = receipt_of(action) if action.submitted_at else None
    is_announced = action.status == ActionStatus.REFUSAL_ANNOUNCED
    notice = action.refusal_notices.first() if is_announced else None
    holder = HOLDERS.get(ActionStatus(action.status), "")
    if is_announced and not may_answer(notice):
        holder = WHO_ANNOUNCED
    return Tracking(
        holder=holder,
        usual=usual_time(action.status),
        deadlines=list(_deadlines(action, receipt, notice)),
        ask=whom_to_ask(receipt.terms, agent_of(action)) if receipt else [],
        receipt=receipt,
    )


def usual_time(status: str) -> str:
    """Say how long `status` usually lasts; nothing when nobody can tell."""
    days = usual_days().get(status) if status in WAITING else None
    return f"en général {days} jour{plural(days)}" if days else ""


def may_answer(notice: RefusalNotice | None) -> bool:
    """Whether an announced refusal still waits for the carrier's reply."""
    return notice is not None and not notice.has_reply and not notice.delay_is_gone()


def refusal_step(notice: RefusalNotice | None) -> str:
    """Say what comes next of a refusal announced: what is true now, replied to or not."""
    if notice is None:
        return "Un refus est envisagé."
    if notice.replied_at is not None:
        return (
            f"Un refus est envisagé : votre réponse du {long_date(notice.replied_at)} est "
            "transmise, et sera lue avant toute décision."
        )
    if notice.delay_is_gone():
        return (
            f"Un refus est envisagé : vous pouviez y répondre jusqu’au "
            f"{long_date(notice.reply_until)}."
        )
    return (
        f"Un refus est envisagé : vous pouvez y répondre jusqu’au {long_date(notice.reply_until)}."
    )


def refusal_steps(actions: Iterable[Action], user: User) -> dict[int, str]:
    """Say it of each of `actions` whose refusal is announced to `user`, by key, in one query."""
    announced = [
        one.pk
        for one in actions
        if one.status == ActionStatus.REFUSAL_ANNOUNCED and one.carrier_id in user.organisation_ids
    ]
    notices = RefusalNotice.objects.filter(action__in=announced).order_by("announced_at", "pk")
    latest = {notice.action_id: notice for notice in notices}
    return {key: refusal_step(latest.get(key)) for key in announced}


def _deadlines(
    action: Action, receipt: Receipt | None, notice: RefusalNotice | None
) -> Iterator[Deadline]:
    if action.status == ActionStatus.IN_CORRECTION:
        correction = action.correction_requests.filter(answered_at=None).first()
        if correction is not None:
            yield Deadline("Complément à envoyer au plus tard le", correction.due_on)
    if notice is not None and may_answer(notice):
        yield Deadline("Réponse au refus envisagé jusqu’au", notice.reply_until)
    if receipt is not None and action.status in ActionStatus.UNANSWERED:
        yield from _deadlines_of_the_authority(receipt)


def _deadlines_of_the_authority(receipt: Receipt) -> Iterator[Deadline]:
    if receipt.silent_until is None or receipt.is_suspended:
        return
    if receipt.silent_until >= timezone.localdate():
        meaning = "rejet" if receipt.means_rejection else "acceptation"
        yield Deadline(f"Sans réponse de notre part, {meaning} le", receipt.silent_until)
    else:
        reputed = "rejetée" if receipt.means_rejection else "acceptée"
        label = f"L’examen continue ; en droit, la demande est réputée {reputed} depuis le"
        yield Deadline(label, receipt.silent_until)
