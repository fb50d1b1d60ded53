"""Co-carriers of a file: who they are, inviting them, and what an invited person answers."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from actions.enums import ActionStatus
from actions.models import CoEditor
from actions.proposals.forms.co_editor import CoEditorForm
from actions.proposals.services.co_editors import (
    accept_co_editing,
    invite_co_editor,
    remove_co_editor,
    stop_co_editing,
)
from actions.proposals.views.own_action import OwnActionMixin
from actors.views.invitations import AnswerView
from ess_portal.base.sent_forms import Answer
from ess_portal.base.views import OnceMixin, RefusableFormView


class ManagedActionMixin(OwnActionMixin):
    """Find an action whose carrier the person manages; others don't exist here."""

    permission = "share"

    def dispatch(self, request, *args, **kwargs):
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)


class CoEditorsView(OnceMixin, ManagedActionMixin, RefusableFormView):
    """The co-carriers of a file; until the evaluation, a manager invites others."""

    form_class = CoEditorForm
    template_name = "actions/proposals/co_editors.html"
    said = "L’invitation est envoyée."

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            action=self.action,
            writing=self.action.co_editors.active().select_related("user"),
            asked=self.action.co_editors.pending(),
            is_early=self.action.status in ActionStatus.BEFORE_EVALUATION,
            can_invite=self.action.status in ActionStatus.BEFORE_EVALUATION
            and self.action.carrier.is_confirmed,
            **kwargs,
        )

    def perform(self, form):
        invite_co_editor(action=self.action, email=form.cleaned_data["email"], by=self.request.user)

    def get_success_url(self):
        """The same page, with the invitation on it."""
        return reverse("actions:co_editors", args=[self.action.uuid])


class RemoveCoEditorView(ManagedActionMixin, View):
    """Take a co-carrier off, or withdraw an invitation."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        rows = self.action.co_editors.filter(withdrawn_at=None)
        remove_co_editor(
            invitation=get_object_or_404(rows, uuid=kwargs["co_editor"]), by=request.user
        )
        messages.success(request, "Cette personne n’a plus accès au dossier.")
        return HttpResponseRedirect(reverse("actions:co_editors", args=[self.action.uuid]))


class CoEditingView(AnswerView):
    """An invitation to write an application with its carrier."""

    template_name = "actions/proposals/co_editing.html"

    def get_queryset(self):
        """One's own, answered or not."""
        own = CoEditor.objects.addressed_to(self.request.user)
        return own.select_related("action__carrier", "invited_by")

    def accept(self):
        accept_co_editing(invitation=self.object, by=self.request.user)
        return Answer(self.object.action.get_space_url(), "Vous êtes co-porteur de ce dossier.")

    def decline(self):
        """Stay out, or write no more."""
        stop_co_editing(invitation=self.object, by=self.request.user)
        return Answer(reverse("actions:space"), "C’est noté : vous n’avez pas accès à ce dossier.")
