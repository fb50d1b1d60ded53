"""Actions that anybody may read, and more of them for those who may see more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView

from actions.committee.queries.choices import CountedInAdvance
from actions.enums import ActionStatus
from actions.evaluation.queries.results import result_context
from actions.models import Action, CorrectionAct
from actions.models.silence import silence_of
from actions.proposals.queries.access import access_to
from actions.proposals.queries.corrections import correction_of
from actions.proposals.queries.whole_application import whole_application_of
from actions.public.filters import PublicActionFilter
from actions.public.queries import (
    action_for_anybody,
    events_of,
    public_steps,
    with_what_followed,
)
from actions.querysets import TEXTS
from actions.rules import LEFT_TO_ANOTHER_AGENT, may, must_leave_to_another_agent
from actions.workflow import Offer, offers
from actions.workflow.consequences import ASKING, NOTING_DELIBERATION
from actors.models import Visitor
from actors.rules import is_agent
from ess_portal.base.kept_pages import kept
from ess_portal.base.views import FilteredListView


@method_decorator(
    [login_not_required, kept(*PublicActionFilter.parameters_to_keep())], name="dispatch"
)
class ActionListView(FilteredListView):
    """The actions the person may see, filtered by the address."""

    filterset_class = PublicActionFilter
    template_name = "actions/public/action_list.html"
    results_template = "actions/public/_action_results.html"
    nouns = ("Aucune action", "action", "actions")

    def get_listed(self):
        """Filed or recorded actions: drafts stay in their carrier's space."""
        actions = Action.objects.visible_to(self.request.user)
        # What extracts are taken from.
        texts = TEXTS if self.filterset.is_searched else ()
        return actions.filter(reference__isnull=False).for_rows(*texts)

    def get_shape(self):
        """Compose once what anybody sees; everybody else sees something else."""
        return None if self.request.user.is_authenticated else "anybody"

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
        user = self.request.user
        return {
            "states": states,
            "user": user,
            "counted": CountedInAdvance.seen_by(
                user, Action.objects.filter(reference__isnull=False)
            ),
        }


@method_decorator([login_not_required, kept()], name="dispatch")
class ActionView(DetailView):
    """One action: as much of it as the person may see."""

    slug_field = slug_url_kwarg = "reference"
    template_name = "actions/public/action_detail.html"

    def get_object(self, queryset=None):
        """Spare somebody who isn't signed in what the others need."""
        if self.request.user.is_authenticated:
            return super().get_object(queryset)
        action = action_for_anybody(self.kwargs["reference"])
        if action is None:
            raise Http404
        return action

    def get_queryset(self):
        """What the person may not see doesn't exist for them."""
        user = self.request.user
        actions = (
            with_what_followed(Action.objects.visible_to(user))
            .with_gate()
            .prefetch_related("communes", "sectors", "partners", "self_assessments")
        )
        if is_agent(user):
            actions = actions.select_related("carrier__commune").with_silence()
        return actions

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
            acts=_agent_acts(self.object, self.request.user),
            **_awaited_of_the_carrier(self.object),
            left_to_another=LEFT_TO_ANOTHER_AGENT
            if must_leave_to_another_agent(self.request.user, self.object)
            else "",
            whole=whole_application_of(self.object, self.request.user, events),
            silence=silence_of(self.object) if is_agent(self.request.user) else None,
            can_open_result=may(self.request.user, "open_result", self.object),
            **result_context(self.object, access),
            **kwargs,
        )


@dataclass(frozen=True)
class AgentAct:
    """What an agent may do now: its label, the page that does it, what it leads to, and the
    sentences that speak against it for now.
    """

    label: str
    address: str
    consequence: str
    blockers: Sequence[str] = ()


def _agent_acts(action: Action, user: Visitor) -> list[AgentAct]:
    """What an agent may start from the action's page: the transitions, and what goes with them."""
    if not may(user, "screen", action):
        return []
    acts = []
    if action.amount_awaited and may(user, "note_deliberation", action):
        address = reverse("actions:action_deliberation", args=[action.reference])
        acts.append(AgentAct("Noter la délibération", address, NOTING_DELIBERATION))
    if action.status == ActionStatus.IN_EVALUATION:
        address = reverse("admin:actions_action_assign", args=[action.pk])
        acts.append(AgentAct("Demander des évaluations", address, ASKING))
    return acts + [
        AgentAct(offer.transition.label, _address(action, offer), offer.consequence, offer.blockers)
        for offer in offers(action, user)
        if offer.rule.is_an_agents
    ]


def _awaited_of_the_carrier(action: Action) -> dict[str, object]:
    """What an agent awaits of the carrier, or has of it: a correction, the reply to a refusal."""
    if action.status == ActionStatus.SUBMITTED:
        return {"answered": correction_of(action)}
    if action.status == ActionStatus.IN_CORRECTION:
        asked = action.correction_requests.filter(answered_at=None)
        acts = Prefetch("acts", CorrectionAct.objects.select_related("by"))
        return {"asked": asked.prefetch_related(acts).first()}
    if action.status == ActionStatus.REFUSAL_ANNOUNCED:
        return {"notice": action.refusal_notices.filter(settled_at=None).first()}
    return {}


def _address(action: Action, offer: Offer) -> str:
    if offer.rule.takes_two:
        return reverse("actions:propose_decision", args=[action.reference, offer.transition.value])
    return reverse("admin:actions_action_transition", args=[action.pk, offer.transition.value])
