"""The dashboard of elected officials, agents and committee."""

from django.http import Http404
from django.views.generic import TemplateView

from actions.enums import ActionStatus
from actions.models import Action
from actors.rules import sees_dashboard
from challenges.models import Programme
from ess_portal.dashboards import statistics


class DashboardView(TemplateView):
    """The challenges with actions, money, jobs, gaps and decisions; each figure has its list."""

    template_name = "dashboards/dashboard.html"

    def dispatch(self, request, *args, **kwargs):
        """Let in those who steer the programme; to others it doesn't exist."""
        if not sees_dashboard(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Give the figures over the actions the person may see, so that lists agree with them."""
        programme = Programme.objects.current()
        context = super().get_context_data(programme=programme, **kwargs)
        if programme is None:
            return context
        visible = Action.objects.visible_to(self.request.user)
        stages = statistics.stages_for(self.request.user)
        figures = statistics.challenge_figures(programme, visible, stages)
        return context | {
            "figures": figures,
            "stages": stages,
            "granted_query": statistics.states_query(ActionStatus.GRANTED, programme),
            "total": _total(figures, programme),
            "gaps": statistics.measures_without_action(programme, visible),
            "decisions": statistics.latest_decisions(visible),
        }


def _total(figures, programme) -> dict:
    names = ("actions_count", "asked", "granted", "jobs", "measures_total", "measures_with_actions")
    totals = {name: sum(getattr(row, name) for row in figures) for name in names}
    return totals | {"query": statistics.states_query(statistics.STAGE_STATUSES, programme)}
