"""The result of an action, and the decisions that two people take on it outside a session."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from actions.committee.forms.decisions import DecisionForm, SettleForm
from actions.committee.queries.amendments import amendment_context
from actions.committee.queries.deliberations import proposed_of
from actions.committee.services.decisions import (
    NO_LONGER_WAITS,
    cancel_decision,
    confirm_decision,
    propose_decision,
)
from actions.committee.views.access import CommitteeFormView, CommitteeMixin
from actions.enums import DecisionKind, Transition
from actions.evaluation.queries.results import result_context
from actions.models import Action, Decision
from actions.models.agreement import agreement_for
from actions.models.silence import silence_of
from actions.proposals.queries.access import access_to
from actions.rules import may
from actions.workflow import apply_transition, may_cancel, may_confirm, offers, rule_for
from actors.rules import is_agent
from ess_portal.base.address_words import FrenchAddressMixin
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.views import OnceMixin, RefusableButtonView

SETTLEMENTS = (Transition.CONFIRM_REFUSAL, Transition.WITHDRAW_REFUSAL)


class ResultView(CommitteeMixin, TemplateView):
    """The result of one action, and the doors that are open from it."""

    template_name = "actions/committee/result.html"

    def get_context_data(self, **kwargs):
        action, user = self.get_action(), self.request.user
        access = access_to(action, user)
        open_doors = offers(action, user)
        pending = action.decisions.pending().select_related("proposed_by").first()
        return super().get_context_data(
            action=action,
            access=access,
            blockers=action.blockers(),
            pending=pending,
            can_confirm=pending is not None and may_confirm(pending, user),
            can_cancel=pending is not None and may_cancel(pending, user),
            decision_offers=[offer for offer in open_doors if offer.rule.takes_two],
            settlement_offers=[o for o in open_doors if o.transition in SETTLEMENTS],
            silence=silence_of(action),
            notice=action.refusal_notices.first(),
            decisions=action.decisions.select_related("proposed_by", "confirmed_by"),
            proposed=proposed_of(action),
            agreement=agreement_for(action),
            is_agent=is_agent(user),
            notes_deliberation=may(user, "note_deliberation", action),
            deliberations=action.deliberations.select_related("recorded_by"),
            **amendment_context(action, user),
            **result_context(action, access),
            **kwargs,
        )


class ProposeDecisionView(OnceMixin, FrenchAddressMixin, CommitteeFormView):
    """Propose a decision that another person will confirm."""

    said = "La décision est proposée : une autre personne doit la confirmer."
    template_name = "actions/committee/propose_decision.html"
    form_class = DecisionForm

    @property
    def kind(self) -> DecisionKind:
        try:
            return DecisionKind(self.kwargs["kind"])
        except ValueError as error:
            raise Http404 from error

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"kind": self.kind, "asked": self.action.funding_asked}

    def get_context_data(self, **kwargs):
        """Give what blocks the decision, in the same words as everywhere."""
        rule = rule_for(self.action, Transition(self.kind.value))
        return super().get_context_data(
            kind=self.kind,
            rule=rule,
            blockers=rule.blockers(self.action) if rule else [],
            **kwargs,
        )

    def perform(self, form):
        data = form.cleaned_data
        propose_decision(
            action=self.action,
            kind=self.kind,
            by=self.request.user,
            reason=data["reason"],
            public_reason=data.get("public_reason", ""),
            amount=data.get("amount"),
            appeal_on=data.get("appeal_on"),
        )


class SettleView(FrenchAddressMixin, CommitteeFormView):
    """Confirm an announced refusal, or give it up."""

    template_name = "actions/committee/settle.html"
    form_class = SettleForm

    @property
    def transition(self) -> Transition:
        if self.kwargs["transition"] not in SETTLEMENTS:
            raise Http404
        return Transition(self.kwargs["transition"])

    def get_context_data(self, **kwargs):
        rule = rule_for(self.action, self.transition)
        return super().get_context_data(
            transition=self.transition,
            notice=self.action.refusal_notices.first(),
            blockers=rule.blockers(self.action) if rule else [],
            **kwargs,
        )

    def perform(self, form):
        comment = form.cleaned_data["comment"]
        apply_transition(self.action, self.transition, by=self.request.user, comment=comment)
        self.said = f"C’est fait : {self.action.get_status_display().lower()}."


class PendingDecisionMixin(CommitteeMixin):
    """Find a decision that waits, on its way back to the result's page."""

    @cached_property
    def decision(self) -> Decision:
        visible = Decision.objects.filter(
            action__in=Action.objects.visible_to(self.request.user)
        ).select_related("action", "proposed_by")
        return get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_success_url(self):
        """Back to the result; a reopened evaluation has none to go back to."""
        if not Action.objects.committee_matters().filter(pk=self.decision.action_id).exists():
            return reverse("actions:committee")
        return reverse("actions:result", args=[self.decision.action.reference])


class ConfirmDecisionView(PendingDecisionMixin, RefusableButtonView):
    """The second person confirms."""

    def perform(self, form):
        """Confirm, and tell what became of the action."""
        action = confirm_decision(decision=self.decision, by=self.request.user)
        self.said = f"La décision est confirmée : l’action est à l’état « {action.state_label} »."


class CancelDecisionView(PendingDecisionMixin, AskFirstView):
    """Take back a decision that waits, after a question."""

    said = "La décision proposée est retirée."

    def dispatch(self, request, *args, **kwargs):
        """Let in who reads it, and has a say in it."""
        self.check_reader(request)
        if not may_cancel(self.decision, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        decision, back = self.decision, self.get_success_url()
        action = decision.action
        return Question(
            title="Retirer la décision proposée",
            about=f"{decision.get_kind_display()} : {action.reference}, {action.title}",
            consequence="L’action reste dans l’état où elle est, et une autre décision peut être "
            f"proposée ; celle de {decision.proposed_by} et son motif restent dans l’historique, "
            "notés comme retirés. Le porteur n’en sait rien : rien ne lui avait été dit.",
            act="Retirer la décision",
            keep="Garder la décision",
            back=back,
            crumbs=(("La commission", reverse("actions:committee")), (action.reference, back)),
            obstacle="" if decision.is_pending else NO_LONGER_WAITS,
        )

    def perform(self, form):
        cancel_decision(decision=self.decision, by=self.request.user)
