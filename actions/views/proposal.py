"""Propose an action, go on with a draft, send a correction."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView

from actions.enums import ActionStatus
from actions.forms import ProposalForm
from actions.models import Action
from actions.services.proposals import save_proposal
from actions.views.space import OwnActionMixin
from actions.workflow import TransitionRefused
from challenges.models import Programme


class ProposalFormView(FormView):
    """The file's form, with its two buttons: keep as a draft, or send."""

    form_class = ProposalForm
    template_name = "actions/proposal_form.html"
    action: Action | None = None

    def get_form_kwargs(self):
        """Tell the form who types, and whether the file is being sent."""
        return super().get_form_kwargs() | {
            "user": self.request.user,
            "sending": "send" in self.request.POST,
            "instance": self.action,
        }

    def form_valid(self, form):
        """Keep the file, and send it if asked; say what was done."""
        try:
            action, written = save_proposal(
                key=form.cleaned_data["key"],
                by=self.request.user,
                content=form.content,
                send=form.sending,
            )
        except Action.DoesNotExist as error:
            raise Http404 from error
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        return HttpResponseRedirect(self._say(action, written, form.sending))

    def form_invalid(self, form):
        """Show what is wrong; but a form already sent leads to its receipt, whatever it says."""
        sent = (
            Action.objects.carried_by(self.request.user)
            .filter(uuid=form.cleaned_data.get("key"))
            .exclude(status__in=ActionStatus.EDITABLE)
            .first()
        )
        if sent is not None:
            return HttpResponseRedirect(self._say(sent, False, form.sending))
        return super().form_invalid(form)

    def _say(self, action: Action, written: bool, sent: bool) -> str:
        if action.status == ActionStatus.SUBMITTED and (sent or not written):
            if not written:
                messages.info(self.request, "Cette proposition était déjà envoyée.")
            return reverse("actions:receipt", args=[action.uuid])
        if not written:
            messages.info(self.request, "Ce dossier n’est plus modifiable.")
        else:
            messages.success(self.request, "Le brouillon est enregistré.")
        return action.get_space_url()


@method_decorator(login_not_required, name="dispatch")
class ProposeView(ProposalFormView):
    """A new proposal. Somebody who isn't signed in is first asked for an address."""

    def dispatch(self, request, *args, **kwargs):
        """Show how to begin to those who aren't signed in, or when nothing is open."""
        if Programme.objects.current() is None:
            return render(request, "actions/propose_closed.html")
        if not request.user.is_authenticated:
            return render(request, "actions/propose_start.html")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """Take the measure from the address, when one comes from its page."""
        initial = {"carrier": next(iter(self.request.user.organisation_ids), None)}
        if (measure := self.request.GET.get("measure", "")).isdecimal():
            initial["measure"] = measure
        return initial


class EditView(OwnActionMixin, ProposalFormView):
    """Go on with a draft, or mend a file in correction."""

    def dispatch(self, request, *args, **kwargs):
        """Find the file before anything else."""
        self.action = self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        """Only the files that their carrier is still writing."""
        return super().get_queryset().filter(status__in=ActionStatus.EDITABLE)

    def get_context_data(self, **kwargs):
        """Give the file and what was asked for."""
        return super().get_context_data(
            action=self.action,
            correction=self.action.correction_requests.filter(answered_at=None).first(),
            **kwargs,
        )
