"""What a transition writes besides the status: columns of the action, and rows of its own."""

from datetime import date, timedelta

from django.contrib.postgres.functions import TransactionNow
from django.utils import timezone

from actions import gate
from actions.enums import ActionStatus
from actions.models import Action, CorrectionRequest, GateResult, RefusalNotice
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actions.models.application_version import record_version
from actions.models.correction import DAYS_TO_CORRECT
from actions.models.gate_snapshot import criterion_rules
from actions.workflow.guards import Attempt
from challenges.models import Grid
from ess_portal.base.presence import present


def file_it(attempt: Attempt) -> None:
    """Date the submission, and keep the file as it was sent; the database gives the reference."""
    attempt.action.submitted_at = timezone.now()
    save_version(attempt)


def save_version(attempt: Attempt) -> None:
    """Keep the file as it is sent."""
    record_version(attempt.action, by=attempt.by)


def ask_correction(attempt: Attempt) -> None:
    """Keep the list of parts to correct."""
    CorrectionRequest.objects.create(
        action=attempt.action,
        fields=list(attempt.details["fields"]),
        due_on=attempt.details["due_on"],
        message=attempt.comment,
        requested_by=attempt.by,
    )


def _ask_again(action: Action, due_on: date) -> None:
    # Back in its correction, what an agent asked for is asked again, with another date.
    if action.refused_from != ActionStatus.IN_CORRECTION:
        return
    asked = present(action.correction_requests.first())
    CorrectionRequest.objects.create(
        action=action,
        fields=asked.fields,
        due_on=due_on,
        message=asked.message,
        requested_by=asked.requested_by,
    )


def answer_correction(attempt: Attempt) -> None:
    """Note that the carrier sent the file again, and keep it as it is now."""
    save_version(attempt)
    attempt.action.correction_requests.filter(answered_at=None).update(answered_at=timezone.now())


def bind_grid(attempt: Attempt) -> None:
    """Bind the grid in force, the first time the action is admitted; it then keeps it."""
    if attempt.action.grid_id is None:
        attempt.action.grid = Grid.objects.current_for(attempt.action.programme_id)


def compute_gate(action: Action) -> gate.GateOutcome:
    """Load what the gate reads and compute it: sent, not recused, initial evaluations."""
    grid = present(action.grid)
    return gate.compute(
        criteria=criterion_rules(grid),
        evaluations=[
            {score.criterion.code: score.level for score in evaluation.scores.all()}
            for evaluation in action.evaluations.counted().prefetch_related("scores__criterion")
        ],
        quorum=grid.quorum,
        threshold=grid.threshold,
    )


def snapshot(attempt: Attempt) -> None:
    """Write the gate's figures on the action, and append the result of this closing."""
    action, outcome = attempt.action, compute_gate(attempt.action)
    figures = {
        "quorum_reached": outcome.quorum_reached,
        "quorum_required": outcome.quorum_required,
        "points": outcome.points,
        "max_points": outcome.max_points,
        "threshold": outcome.threshold,
        "floor_margin": outcome.floor_margin,
        "community_interest": outcome.community_interest,
        "medians": outcome.medians,
    }
    GateResult.objects.create(action=action, closed_at=TransactionNow(), **figures)
    for name, value in figures.items():
        setattr(action, f"gate_{name}", value)
    action.gate_closed_at = TransactionNow()


def clear_snapshot(attempt: Attempt) -> None:
    """Reopening forgets the result; `GateResult` remembers it."""
    for column in SNAPSHOT_COLUMNS:
        setattr(attempt.action, column, None)


def grant(attempt: Attempt) -> None:
    """Write the amount and who decided it."""
    decision = present(attempt.decision)
    attempt.action.amount_granted = decision.amount
    attempt.action.decided_by = decision.proposed_by
    attempt.action.confirmed_by = attempt.by


def announce_refusal(attempt: Attempt) -> None:
    """Remember where the action comes from, and open the fifteen days to reply, which the database
    dates.
    """
    attempt.action.refused_from = attempt.action.status
    RefusalNotice.objects.create(
        action=attempt.action, reason=attempt.comment, announced_at=TransactionNow()
    )


def settle_refusal(attempt: Attempt) -> None:
    """Keep the answer given to the carrier's reply."""
    notice = present(attempt.action.refusal_notices.first())
    notice.answer = attempt.comment
    notice.settled_at = timezone.now()
    notice.save(update_fields=["answer", "settled_at"])
    notice.typed_replies.all().delete()


def withdraw_refusal(attempt: Attempt) -> None:
    """Settle the notice and forget the refusal; a correction gets the date that was typed."""
    settle_refusal(attempt)
    if due_on := attempt.details.get("due_on"):
        _ask_again(attempt.action, due_on)
    attempt.action.refused_from = ""


def uphold_appeal(attempt: Attempt) -> None:
    """Forget the refusal; a correction gets as many days as one usually has."""
    _ask_again(attempt.action, timezone.localdate() + timedelta(days=DAYS_TO_CORRECT))
    attempt.action.refused_from = ""


def start(attempt: Attempt) -> None:
    """Date the start: the follow-up evaluation opens twelve months later."""
    attempt.action.started_at = timezone.now()


def save_final_report(attempt: Attempt) -> None:
    """Keep the final report on the action."""
    attempt.action.final_report = attempt.comment


def origin_of(action: Action) -> ActionStatus:
    """The status that a refused action returns to."""
    return ActionStatus(action.refused_from)
