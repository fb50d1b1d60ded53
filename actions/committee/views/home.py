"""The committee's own page."""

from dataclasses import dataclass

from django.db.models import QuerySet

from actions.committee.views.ranking import RankingView
from actions.enums import ActionStatus
from actions.models import Action, Amendment, CommitteeSession, Decision, RefusalNotice
from actors.rules import is_agent
from ess_portal.base.composed import composed_once

SHOWN_BESIDE = 20


@dataclass(frozen=True)
class Shortened:
    """The first of a list that stands beside another, and whether there are more."""

    rows: list
    more: bool

    @classmethod
    def of(cls, found):
        """Read what was found: as many as are shown, and one more to know."""
        rows = list(found)
        return cls(rows[:SHOWN_BESIDE], len(rows) > SHOWN_BESIDE)


class CommitteeView(RankingView):
    """The committee's own page: sessions, the ranking, what waits for a second person."""

    template_name = "actions/committee/home.html"

    def get_context_data(self, **kwargs):
        if self.wants_results:
            return super().get_context_data(**kwargs)
        # Agents note what the council voted.
        awaiting = _awaiting_council() if is_agent(self.request.user) else ()
        return super().get_context_data(
            sessions=list(_open_sessions()),
            pending=Shortened.of(_pending_decisions()),
            amendments=Shortened.of(_pending_amendments()),
            awaiting=Shortened.of(awaiting),
            refusals=Shortened.of(_open_refusals()),
            **kwargs,
        )


@composed_once
def _open_sessions() -> QuerySet[CommitteeSession]:
    return CommitteeSession.objects.open().for_list().order_by("held_on", "pk")


@composed_once
def _pending_decisions() -> QuerySet[Decision]:
    pending = Decision.objects.pending().select_related("action__carrier", "proposed_by")
    return pending.order_by("proposed_at", "pk")[: SHOWN_BESIDE + 1]


@composed_once
def _pending_amendments() -> QuerySet[Amendment]:
    pending = Amendment.objects.pending().with_carriers()
    told = pending.select_related("action__carrier", "proposed_by")
    return told.order_by("proposed_at", "pk")[: SHOWN_BESIDE + 1]


@composed_once
def _awaiting_council() -> QuerySet[Action]:
    awaiting = Action.objects.proposed_to_council()
    return awaiting.order_by("pk")[: SHOWN_BESIDE + 1]


@composed_once
def _open_refusals() -> QuerySet[RefusalNotice]:
    announced = RefusalNotice.objects.filter(
        settled_at=None,
        action__status=ActionStatus.REFUSAL_ANNOUNCED,
        action__gate_closed_at__isnull=False,
    )
    told = announced.select_related("action__carrier")
    return told.order_by("announced_at", "pk")[: SHOWN_BESIDE + 1]
