"""The last step of the form: check everything, then send."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import FormView

from actions.enums import ActionStatus, Step
from actions.models import Action
from actions.models.completeness import must_sign_contract
from actions.proposals.forms import SendingForm
from actions.proposals.forms.attachment import AttachmentForm
from actions.proposals.queries.self_assessment import self_assessment_hints
from actions.proposals.queries.steps import (
    current_correction,
    other_changes,
    saved_steps,
    step_marks,
)
from actions.proposals.services.applications import save_proposal
from actions.proposals.views.own_action import OwnFileMixin
from actions.rules import is_carrier
from actions.workflow import TransitionRefused


def _say_already_sent(request, action: Action) -> str:
    if action.status == ActionStatus.SUBMITTED:
        messages.info(request, "Cette proposition était déjà envoyée.")
        return reverse("actions:receipt", args=[action.uuid])
    messages.info(request, "Ce dossier n’est plus modifiable.")
    return action.get_space_url()


class SendView(OwnFileMixin, FormView):
    """The last step: read it all again, and send. Co-carriers read it; the carrier sends."""

    form_class = SendingForm
    template_name = "actions/proposals/sending.html"
    step = Step.SENDING

    @property
    def for_co_editors(self):
        """Whether co-carriers find the file: to read it, not to send it."""
        return self.request.method in ("GET", "HEAD")

    def get(self, request, *args, **kwargs):
        """Only the files that their carrier is still writing can be sent."""
        if self.action.status not in ActionStatus.EDITABLE:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Tell who sends, and what else changed."""
        self.other_changes = other_changes(self.action)
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.action,
            "other_changes": self.other_changes,
        }

    def form_valid(self, form):
        """Send, and lead to the receipt; sent twice, it was sent once."""
        try:
            action, written = save_proposal(
                key=self.action.uuid,
                by=self.request.user,
                content=form.content,
                send=True,
                reason=form.cleaned_data.get("reason", ""),
            )
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        if not written:
            return HttpResponseRedirect(_say_already_sent(self.request, action))
        return HttpResponseRedirect(reverse("actions:receipt", args=[action.uuid]))

    def form_invalid(self, form):
        """Show what is missing; but a file already sent leads to its receipt."""
        action = self.get_queryset().get(pk=self.action.pk)
        if action.status not in ActionStatus.EDITABLE:
            return HttpResponseRedirect(_say_already_sent(self.request, action))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        """Give the whole file, and what it lacks, step by step."""
        action = self.action
        if self.request.method == "POST":
            # The form's reading has put what was typed on the instance.
            action = self.get_queryset().get(pk=action.pk)
        marks = step_marks(action, self.step, saved_steps(action))
        kwargs.setdefault("attachment_form", AttachmentForm())
        return super().get_context_data(
            action=action,
            attachments=action.attachments.all(),
            step=self.step,
            marks=marks,
            is_complete=all(mark.is_complete for mark in marks if mark.step != self.step),
            correction=current_correction(action, self.step),
            hints=self_assessment_hints(action),
            signs=must_sign_contract(action),
            sends=is_carrier(self.request.user, action),
            **kwargs,
        )
