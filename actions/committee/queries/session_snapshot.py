"""What every document of a session reads of it: its items, its name, its time, its results."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from actions.enums import SessionState
from actions.gate import CriterionOutcome, GateOutcome
from actions.models import Action, AgendaItem, CommitteeSession
from actions.models.gate_snapshot import criterion_rules
from ess_portal.base.presence import present


def items_of(session: CommitteeSession, *also: str) -> list[AgendaItem]:
    """Return the items in their order, with all that documents read of them, and `also` that."""
    return list(
        session.items.for_list()
        .prefetch_related(
            "recusals__member__user",
            "action__communes",
            "action__partners",
            "action__self_assessments",
            "action__gate_results",
            "action__grid__criteria",
            "action__evaluations__scores__criterion",
            "action__recusals",
            *also,
        )
        .order_by("position")
    )


def reference_of(session: CommitteeSession) -> str:
    """Return what its documents call the session; until it is published, they say so."""
    number = f"Séance n° {session.pk}"
    if session.state == SessionState.PUBLISHED:
        return number
    return f"{number} ({session.get_state_display().lower()} : rien n’est encore publié)"


def start_of(session: CommitteeSession) -> datetime:
    """Return when it starts, in the time of Paris."""
    return timezone.make_aware(datetime.combine(session.held_on, session.starts_at))


def last_changed(session: CommitteeSession, items: Iterable[AgendaItem]) -> datetime:
    """When what the document says last changed: the same data give the same document."""
    if session.published_at:
        return session.published_at
    changes = [session.saved_at, session.opened_at, session.closed_at]
    for item in items:
        changes += [item.saved_at, item.action.updated_at]
        changes += [recusal.declared_at for recusal in item.recusals.all()]
    changes += [vote.recorded_at for vote in session.envelope_votes.all()]
    return max(change for change in changes if change is not None)


def result_before(session: CommitteeSession, action: Action) -> GateOutcome | None:
    """The result the session had before it, even if the evaluation was reopened since."""
    until = session.published_at or timezone.now()
    known = [result for result in action.gate_results.all() if result.closed_at <= until]
    if not known:
        return None
    result = max(known, key=lambda result: result.closed_at)
    return GateOutcome(
        criteria=tuple(
            CriterionOutcome(rule=rule, median=median)
            for rule, median in zip(
                criterion_rules(present(action.grid)), result.medians, strict=True
            )
        ),
        quorum_reached=result.quorum_reached,
        quorum_required=result.quorum_required,
        threshold=result.threshold,
    )
