"""The last step of the form: check everything, then send."""

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from actions.enums import ActionStatus, Step
from actions.models.application_version import VersionChange
from actions.models.completeness import must_sign_contract
from actions.proposals.forms import SendingForm
from actions.proposals.forms.attachment import AttachmentForm
from actions.proposals.queries.application import own_levels
from actions.proposals.queries.corrections import other_changes
from actions.proposals.queries.self_assessment import self_assessment_hints
from actions.proposals.queries.steps import (
    current_correction,
    saved_steps,
    step_marks,
)
from actions.proposals.services.applications import save_proposal
from actions.proposals.views.own_action import READING, OwnApplicationMixin, say_already_sent
from actions.rules import may
from ess_portal.base.views import RefusableFormView


class SendingPage(OwnApplicationMixin):
    """What the last step shows: the whole application, and what it lacks, step by step."""

    template_name = "actions/proposals/sending.html"
    step = Step.SENDING

    def get_context_data(self, **kwargs):
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
            correction=current_correction(action),
            hints=self_assessment_hints(action),
            own_levels=own_levels(action),
            signs=must_sign_contract(action),
            sends=may(self.request.user, "carry", action),
            other_changes=self.other_changes,
            **kwargs,
        )

    @cached_property
    def other_changes(self) -> list[VersionChange]:
        """What was corrected besides what an agent asked for."""
        return other_changes(self.action)

    def sending_form_kwargs(self) -> dict:
        """What the form that sends needs to know, whoever posts what."""
        return {
            "user": self.request.user,
            "instance": self.action,
            "other_changes": self.other_changes,
        }


class SendView(SendingPage, RefusableFormView):
    """The last step: read it all again, and send. Co-carriers read it; the carrier sends."""

    form_class = SendingForm

    for_co_editors = READING

    def get(self, request, *args, **kwargs):
        """Only what its carrier is still writing can be sent."""
        if self.action.status not in ActionStatus.EDITABLE:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | self.sending_form_kwargs()

    def perform(self, form):
        """Send it; sent twice, it was sent once."""
        answers = self.action.status == ActionStatus.IN_CORRECTION
        self.action, self.is_just_sent = save_proposal(
            key=self.action.uuid,
            by=self.request.user,
            content=form.content,
            send=True,
            reason=form.cleaned_data.get("reason", ""),
        )
        self.answers = answers and self.is_just_sent
        if self.answers:
            self.said = "Votre complément est envoyé : les agents sont prévenus."

    def get_success_url(self):
        """The receipt of a first sending; what was asked for, ticked off, after a correction."""
        if not self.is_just_sent:
            return say_already_sent(self.request, self.action)
        if self.answers:
            return self.action.get_space_url()
        return reverse("actions:receipt", args=[self.action.uuid])

    def form_invalid(self, form):
        """Show what is missing; but an application already sent leads to its receipt."""
        action = self.get_queryset().get(pk=self.action.pk)
        if action.status not in ActionStatus.EDITABLE:
            return HttpResponseRedirect(say_already_sent(self.request, action))
        return super().form_invalid(form)
