"""Amendments: proposed from the result's page, confirmed there by a second person."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import View

from actions.amendments.forms import AmendmentForm
from actions.amendments.services import cancel_amendment, confirm_amendment, propose_amendment
from actions.committee.views.access import CommitteeMixin
from actions.committee.views.decisions import CommitteeFormView
from actions.enums import ActionStatus
from actions.models import Action, Amendment
from actions.workflow import TransitionRefused


class ProposeAmendmentView(CommitteeFormView):
    """Propose an amendment that another person will confirm."""

    template_name = "actions/amendments/propose.html"
    form_class = AmendmentForm

    def get_action(self) -> Action:
        """Only an action that is prioritised or in progress has amendments."""
        action = super().get_action()
        if action.status not in ActionStatus.AMENDABLE:
            raise Http404
        return action

    def get_form_kwargs(self):
        """Say what holds today."""
        return super().get_form_kwargs() | {"action": self.action}

    def get_context_data(self, **kwargs):
        """Give the action."""
        return super().get_context_data(action=self.action, **kwargs)

    def perform(self, data):
        """Write the pending amendment."""
        propose_amendment(action=self.action, by=self.request.user, **data)
        messages.success(
            self.request, "L’avenant est proposé : une autre personne doit le confirmer."
        )


class _AmendmentView(CommitteeMixin, View):
    """Act on a pending amendment."""

    def post(self, request, pk):
        """Do it, or say why not, on the result's page."""
        amendment = get_object_or_404(
            Amendment.objects.filter(
                action__in=Action.objects.visible_to(request.user)
            ).select_related("action"),
            pk=pk,
        )
        try:
            messages.success(request, self.perform(amendment))
        except TransitionRefused as refused:
            messages.error(request, " ".join(refused.reasons))
        return HttpResponseRedirect(reverse("actions:result", args=[amendment.action.reference]))


@method_decorator(require_POST, name="dispatch")
class ConfirmAmendmentView(_AmendmentView):
    """The second person confirms."""

    def perform(self, amendment):
        """Confirm, and say so."""
        confirm_amendment(amendment=amendment, by=self.request.user)
        return "L’avenant est confirmé : l’action est modifiée."


@method_decorator(require_POST, name="dispatch")
class CancelAmendmentView(_AmendmentView):
    """Take back an amendment that waits."""

    def perform(self, amendment):
        """Cancel it."""
        cancel_amendment(amendment=amendment, by=self.request.user)
        return "L’avenant proposé est retiré."
