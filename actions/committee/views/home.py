"""The committee's own page."""

from dataclasses import dataclass

from actions.committee.views.ranking import RankingView
from actions.enums import ActionStatus
from actions.models import Action, Amendment, CommitteeSession, Decision, RefusalNotice
from actors.rules import is_agent

SHOWN_BESIDE = 20


@dataclass(frozen=True)
class Shortened:
    """The first of a list that stands beside another, and whether there are more."""

    rows: list
    more: bool

    @classmethod
    def of(cls, queryset):
        """Read as many as are shown, and one more to know."""
        rows = list(queryset[: SHOWN_BESIDE + 1])
        return cls(rows[:SHOWN_BESIDE], len(rows) > SHOWN_BESIDE)


class CommitteeView(RankingView):
    """The committee's own page: sessions, the ranking, what waits for a second person."""

    template_name = "actions/committee/home.html"

    def get_context_data(self, **kwargs):
        if self.wants_results:
            return super().get_context_data(**kwargs)
        pending = Decision.objects.pending().select_related("action__carrier", "proposed_by")
        amendments = Amendment.objects.pending().with_carriers()
        amendments = amendments.select_related("action__carrier", "proposed_by")
        refusals = RefusalNotice.objects.filter(
            settled_at=None,
            action__status=ActionStatus.REFUSAL_ANNOUNCED,
            action__gate_closed_at__isnull=False,
        ).select_related("action__carrier")
        # Agents note what the council voted.
        awaiting = Action.objects.proposed_to_council()
        if not is_agent(self.request.user):
            awaiting = awaiting.none()
        return super().get_context_data(
            sessions=CommitteeSession.objects.open().for_list().order_by("held_on", "pk"),
            pending=Shortened.of(pending.order_by("proposed_at", "pk")),
            amendments=Shortened.of(amendments.order_by("proposed_at", "pk")),
            awaiting=Shortened.of(awaiting.order_by("pk")),
            refusals=Shortened.of(refusals.order_by("announced_at", "pk")),
            **kwargs,
        )
