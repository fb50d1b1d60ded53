"""Actions that anybody may read, and more of them for those who may see more."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from actions.enums import ActionStatus
from actions.evaluation.queries.results import result_context
from actions.models import Action, Amendment
from actions.models.silence import silence_of
from actions.proposals.queries.access import access_to
from actions.public.filters import PublicActionFilter
from actions.public.queries import events_of, public_steps, what_was_voted
from actions.rules import may
from actions.workflow import offers
from actions.workflow.table import AGENT
from actors.rules import is_agent
from ess_portal.base.views import FilteredListView


@method_decorator(login_not_required, name="dispatch")
class ActionListView(FilteredListView):
    """The actions the person may see, filtered by the address."""

    filterset_class = PublicActionFilter
    template_name = "actions/public/action_list.html"
    results_template = "actions/public/_action_results.html"
    nouns = ("Aucune action", "action", "actions")

    def get_listed(self):
        """Filed or recorded actions: drafts stay in their carrier's space."""
        actions = Action.objects.visible_to(self.request.user)
        return actions.filter(reference__isnull=False).for_rows()

    def get_searched_texts(self, item):
        """Of an action known in brief, nothing but its title."""
        texts = () if item.is_public_brief else (item.summary, item.description)
        return (item.title, *texts)

    def get_context_data(self, **kwargs):
        """Give the states offered, to say what each means."""
        offered = self.get_filter_options()["states"]
        states = [state for state in ActionStatus if state in offered]
        return super().get_context_data(states=states, **kwargs)

    def get_filter_options(self):
        """Offer the states that the person may meet: more of them once signed in."""
        if self.request.user.is_authenticated:
            states = [state for state in ActionStatus.values if state != ActionStatus.DRAFT]
        else:
            states = [*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF]
        return {"states": states, "user": self.request.user}


@method_decorator(login_not_required, name="dispatch")
class ActionView(DetailView):
    """One action: as much of it as the person may see."""

    slug_field = slug_url_kwarg = "reference"
    template_name = "actions/public/action_detail.html"

    def get_queryset(self):
        """What the person may not see doesn't exist for them."""
        amendments = Amendment.objects.confirmed().filter(action=OuterRef("pk"))
        return (
            Action.objects.visible_to(self.request.user)
            .annotate(is_amended=Exists(amendments), voted=what_was_voted())
            .with_silence()
            .for_list()
            .with_gate()
            .prefetch_related("partners", "self_assessments")
        )

    def get_context_data(self, **kwargs):
        access = access_to(self.object, self.request.user)
        events = events_of(self.object, history=access.history)
        return super().get_context_data(
            access=access,
            events=events if access.history else (),
            public_steps=public_steps(
                self.object,
                events,
                is_amended=self.object.is_amended,
                voted=self.object.voted,
            ),
            notes_deliberation=bool(self.object.amount_awaited)
            and may(self.request.user, "note_deliberation", self.object),
            offers=_agent_offers(self.object, self.request.user),
            silence=silence_of(self.object) if is_agent(self.request.user) else None,
            can_open_result=may(self.request.user, "open_result", self.object),
            **result_context(self.object, access),
            **kwargs,
        )


def _agent_offers(action: Action, user):
    """The transitions that an agent may start from the action's page."""
    if not may(user, "screen", action):
        return []
    return [offer for offer in offers(action, user) if offer.rule.who == AGENT]
