"""Amendments: proposed from the result's page, confirmed there by a second person."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from actions.amendments.forms import AmendmentForm
from actions.amendments.services import (
    NO_LONGER_WAITS,
    cancel_amendment,
    confirm_amendment,
    propose_amendment,
)
from actions.committee.views.access import CommitteeFormView, CommitteeMixin
from actions.enums import ActionStatus
from actions.models import Action, Amendment
from actions.rules import can_amend_towards
from ess_portal.base.ask_first import AskFirstView, Question
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


class PendingAmendmentMixin(CommitteeMixin):
    """Find an amendment that waits, on its way back to the result's page."""

    @cached_property
    def amendment(self) -> Amendment:
        visible = Amendment.objects.filter(
            action__in=Action.objects.visible_to(self.request.user)
        ).select_related("action", "proposed_by")
        return get_object_or_404(visible, pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("actions:result", args=[self.amendment.action.reference])


class ConfirmAmendmentView(PendingAmendmentMixin, RefusableButtonView):
    """The second person confirms."""

    said = "L’avenant est confirmé : l’action est modifiée."

    def perform(self, form):
        confirm_amendment(amendment=self.amendment, by=self.request.user)


class CancelAmendmentView(PendingAmendmentMixin, AskFirstView):
    """Take back an amendment that waits, after a question."""

    said = "L’avenant proposé est retiré."

    def dispatch(self, request, *args, **kwargs):
        """Let in who reads it, and has a say in it."""
        self.check_reader(request)
        amendment = self.amendment
        if not can_amend_towards(request.user, amendment.action, amendment.new_carrier):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        amendment, back = self.amendment, self.get_success_url()
        action = amendment.action
        return Question(
            title="Retirer l’avenant proposé",
            about=f"{action.reference} : {action.title}",
            consequence="L’action ne change pas, et un autre avenant peut être proposé ; celui de "
            f"{amendment.proposed_by} et son motif restent dans l’historique, notés comme retirés. "
            "Le porteur n’en sait rien : rien ne lui avait été dit.",
            act="Retirer l’avenant",
            keep="Garder l’avenant",
            back=back,
            crumbs=(("La commission", reverse("actions:committee")), (action.reference, back)),
            obstacle="" if amendment.is_pending else NO_LONGER_WAITS,
        )

    def perform(self, form):
        cancel_amendment(amendment=self.amendment, by=self.request.user)
