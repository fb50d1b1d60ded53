"""The result of an action, and the decisions that two people take on it outside a session."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView, View

from actions.committee.forms.decisions import DecisionForm, SettleForm
from actions.committee.queries.amendments import amendment_context
from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
    propose_decision,
)
from actions.committee.views.access import CommitteeMixin
from actions.enums import DecisionKind, Transition
from actions.evaluation.queries.results import result_context
from actions.models import Action, Decision
from actions.proposals.queries.access import access_to
from actions.workflow import TransitionRefused, apply_transition, offers, rule_for

SETTLEMENTS = (Transition.CONFIRM_REFUSAL, Transition.WITHDRAW_REFUSAL)


class ResultView(CommitteeMixin, TemplateView):
    """The result of one action, and the doors that are open from it."""

    template_name = "actions/committee/result.html"

    def get_context_data(self, **kwargs):
        """Give the result, what blocks a priority, and the decision under way."""
        action, user = self.get_action(), self.request.user
        access = access_to(action, user)
        open_doors = offers(action, user)
        pending = action.decisions.pending().select_related("proposed_by").first()
        return super().get_context_data(
            action=action,
            access=access,
            blockers=action.blockers(),
            pending=pending,
            can_confirm=pending is not None and _may_confirm(pending, action, user),
            can_cancel=pending is not None and _has_a_say(pending, action, user),
            decision_offers=[offer for offer in open_doors if offer.rule.takes_two],
            settlement_offers=[o for o in open_doors if o.transition in SETTLEMENTS],
            notice=action.refusal_notices.first(),
            decisions=action.decisions.select_related("proposed_by", "confirmed_by"),
            **amendment_context(action, user),
            **result_context(action, access),
            **kwargs,
        )


def _may_confirm(decision: Decision, action: Action, user) -> bool:
    rule = rule_for(action, Transition(decision.kind))
    return (
        rule is not None and decision.proposed_by_id != user.pk and rule.may_confirm(user, action)
    )


def _has_a_say(decision: Decision, action: Action, user) -> bool:
    rule = rule_for(action, Transition(decision.kind))
    return rule is not None and (rule.may(user, action) or rule.may_confirm(user, action))


class CommitteeFormView(CommitteeMixin, FormView):
    """A short form about one action."""

    def dispatch(self, request, *args, **kwargs):
        """Find the action before anything else."""
        self.check_reader(request)
        self.action = self.get_action()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        """Do it, or show why not beside what was typed."""
        try:
            self.perform(form.cleaned_data)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        return HttpResponseRedirect(reverse("actions:result", args=[self.action.reference]))


class ProposeDecisionView(CommitteeFormView):
    """Propose a decision that another person will confirm."""

    template_name = "actions/committee/propose_decision.html"
    form_class = DecisionForm

    @property
    def kind(self) -> DecisionKind:
        """The decision of the address."""
        try:
            return DecisionKind(self.kwargs["kind"])
        except ValueError as error:
            raise Http404 from error

    def get_form_kwargs(self):
        """Ask for what the decision needs."""
        return super().get_form_kwargs() | {"kind": self.kind, "asked": self.action.funding_asked}

    def get_context_data(self, **kwargs):
        """Give what blocks the decision, in the same words as everywhere."""
        rule = rule_for(self.action, Transition(self.kind.value))
        return super().get_context_data(
            action=self.action,
            kind=self.kind,
            rule=rule,
            blockers=rule.blockers(self.action) if rule else [],
            **kwargs,
        )

    def perform(self, data):
        """Write the pending decision."""
        propose_decision(
            action=self.action,
            kind=self.kind,
            by=self.request.user,
            reason=data["reason"],
            amount=data.get("amount"),
            appeal_on=data.get("appeal_on"),
        )
        messages.success(
            self.request, "La décision est proposée : une autre personne doit la confirmer."
        )


class SettleView(CommitteeFormView):
    """Confirm an announced refusal, or give it up."""

    template_name = "actions/committee/settle.html"
    form_class = SettleForm

    @property
    def transition(self) -> Transition:
        """The transition of the address."""
        if self.kwargs["transition"] not in SETTLEMENTS:
            raise Http404
        return Transition(self.kwargs["transition"])

    def get_context_data(self, **kwargs):
        """Give the notice and what blocks the transition."""
        rule = rule_for(self.action, self.transition)
        return super().get_context_data(
            action=self.action,
            transition=self.transition,
            notice=self.action.refusal_notices.first(),
            blockers=rule.blockers(self.action) if rule else [],
            **kwargs,
        )

    def perform(self, data):
        """Go through the workflow."""
        apply_transition(
            self.action, self.transition, by=self.request.user, comment=data["comment"]
        )
        messages.success(self.request, f"C’est fait : {self.action.get_status_display().lower()}.")


class _DecisionView(CommitteeMixin, View):
    """Act on a pending decision."""

    def post(self, request, pk):
        """Do it, or say why not, on the result's page."""
        decision = get_object_or_404(
            Decision.objects.filter(
                action__in=Action.objects.visible_to(request.user)
            ).select_related("action"),
            pk=pk,
        )
        try:
            messages.success(request, self.perform(decision))
        except TransitionRefused as refused:
            messages.error(request, " ".join(refused.reasons))
        # A reopened evaluation has no result to go back to.
        if not Action.objects.committee_matters().filter(pk=decision.action_id).exists():
            return HttpResponseRedirect(reverse("actions:committee"))
        return HttpResponseRedirect(reverse("actions:result", args=[decision.action.reference]))


@method_decorator(require_POST, name="dispatch")
class ConfirmDecisionView(_DecisionView):
    """The second person confirms."""

    def perform(self, decision):
        """Confirm, and tell what became of the action."""
        action = confirm_decision(decision=decision, by=self.request.user)
        return (
            f"La décision est confirmée : l’action est à l’état « {action.get_status_display()} »."
        )


@method_decorator(require_POST, name="dispatch")
class CancelDecisionView(_DecisionView):
    """Take back a decision that waits."""

    def perform(self, decision):
        """Cancel it."""
        cancel_decision(decision=decision, by=self.request.user)
        return "La décision proposée est retirée."
