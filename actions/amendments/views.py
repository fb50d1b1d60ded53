"""Amendments: proposed from the result's page, confirmed there by a second person."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from actions.amendments.forms import AmendmentForm
from actions.amendments.services import cancel_amendment, confirm_amendment, propose_amendment
from actions.committee.views.access import CommitteeFormView, CommitteeMixin
from actions.enums import ActionStatus
from actions.models import Action, Amendment
from ess_portal.base.views import OnceMixin, RefusableButtonView


class ProposeAmendmentView(OnceMixin, CommitteeFormView):
    """Propose an amendment that another person will confirm."""

    said = "L’avenant est proposé : une autre personne doit le confirmer."
    template_name = "actions/amendments/propose.html"
    form_class = AmendmentForm

    def get_action(self) -> Action:
        """Only an action that is prioritised or in progress has amendments."""
        action = super().get_action()
        if action.status not in ActionStatus.AMENDABLE:
            raise Http404
        return action

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"action": self.action}

    def perform(self, form):
        propose_amendment(action=self.action, by=self.request.user, **form.cleaned_data)


class PendingAmendmentView(CommitteeMixin, RefusableButtonView):
    """Act on an amendment that waits, on the result's page."""

    @cached_property
    def amendment(self) -> Amendment:
        visible = Amendment.objects.filter(
            action__in=Action.objects.visible_to(self.request.user)
        ).select_related("action")
        return get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("actions:result", args=[self.amendment.action.reference])


class ConfirmAmendmentView(PendingAmendmentView):
    """The second person confirms."""

    said = "L’avenant est confirmé : l’action est modifiée."

    def perform(self, form):
        confirm_amendment(amendment=self.amendment, by=self.request.user)


class CancelAmendmentView(PendingAmendmentView):
    """Take back an amendment that waits."""

    said = "L’avenant proposé est retiré."

    def perform(self, form):
        cancel_amendment(amendment=self.amendment, by=self.request.user)
