"""What the receipt of a proposal says: what the law asks, and the dates that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from actions.enums import Transition
from actions.models import Action, CorrectionRequest
from actors.models import User
from challenges.enums import SilenceMeaning
from challenges.models import ReceiptTerms, terms_for
from ess_portal.base.calendar import months_after, working_days_after
from ess_portal.base.presence import present

DAYS_TO_ACKNOWLEDGE = 10
"""Working days within which a receipt must be sent (CRPA, R112-11-3)."""

# Taken by one agent alone, who knows the file from then on.
STEPS_OF_AGENTS = (
    Transition.REQUEST_CORRECTION,
    Transition.ADMIT,
    Transition.RETURN_TO_SCREENING,
    Transition.CLOSE_EVALUATION,
    Transition.START,
    Transition.COMPLETE,
)


@dataclass(frozen=True)
class Receipt:
    """One proposal's receipt; `silent_until` is None while the time doesn't run.

    What came on paper was received that day, whenever it was typed in.
    """

    received_on: date
    recorded_at: datetime
    acknowledged_by: date
    silent_until: date | None
    is_suspended: bool
    terms: ReceiptTerms

    @property
    def came_on_paper(self) -> bool:
        """Whether it was received before the day it was typed in."""
        return self.received_on < _day(self.recorded_at)

    @property
    def means_rejection(self) -> bool:
        """Whether silence means that the proposal is rejected."""
        return self.terms.silence_means == SilenceMeaning.REJECTION


def receipt_of(action: Action, today: date | None = None) -> Receipt:
    """Return the receipt of `action`, which was sent once, as it stands `today` (in Paris)."""
    today = today or timezone.localdate()
    received_on = present(action.received_on)
    terms = terms_of(action)
    corrections = list(action.correction_requests.order_by("requested_at"))
    asked = [one for one in corrections if one.answered_at is None]
    return Receipt(
        received_on=received_on,
        recorded_at=action.submitted_at,
        acknowledged_by=working_days_after(received_on, DAYS_TO_ACKNOWLEDGE),
        silent_until=silent_until(received_on, terms, corrections),
        is_suspended=bool(asked) and today <= asked[-1].due_on,
        terms=terms,
    )


def agent_of(action: Action) -> User | None:
    """Return the agent who last took the file a step further, or typed it; None until one did.

    Whoever writes to the authority may know by whom their file is followed (CRPA, L111-2).
    """
    steps = action.events.select_related("by", "entered_by")
    last = steps.filter(transition__in=STEPS_OF_AGENTS).last()
    typed = steps.filter(entered_by__isnull=False).last() if last is None else None
    agent = last.by if last else typed and typed.entered_by
    return agent if agent is not None and agent.is_active else None


def whom_to_ask(terms: ReceiptTerms, agent: User | None) -> list[str]:
    """Return whom a carrier asks: the agent, if known by a name, then the service in charge."""
    return [*([agent.full_name] if agent and agent.full_name else []), *terms.contact]


def terms_of(action: Action) -> ReceiptTerms:
    """Return the terms of the action's programme, or those by default, not confirmed."""
    return terms_for(action.programme)


def silent_until(
    received_on: date, terms: ReceiptTerms, corrections: Sequence[CorrectionRequest]
) -> date | None:
    """Return the day when silence takes its meaning, or None while nobody can tell.

    Rejection: the time is suspended from each request for a missing piece to its answer, or to
    the date that was given for it (CRPA, L114-5). Acceptance: the time runs from the answer.
    """
    if terms.silence_means == SilenceMeaning.ACCEPTANCE:
        if any(one.answered_at is None for one in corrections):
            return None
        starts_on = max([received_on, *(_day(one.answered_at) for one in corrections)])
        return months_after(starts_on, terms.months_of_silence)
    suspended = sum((_suspension(one) for one in corrections), timedelta())
    return months_after(received_on, terms.months_of_silence) + suspended


def _suspension(correction: CorrectionRequest) -> timedelta:
    ends_on = correction.due_on
    if correction.answered_at is not None:
        ends_on = min(ends_on, _day(correction.answered_at))
    return max(ends_on - _day(correction.requested_at), timedelta())


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
