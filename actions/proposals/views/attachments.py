"""Files attached to an action: add one, take one back, read one."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from actions import rules
from actions.models import Action, Attachment
from actions.proposals.forms.attachment import AttachmentForm
from actions.proposals.services.attachments import attach, detach
from actions.proposals.views.sending import SendView
from actions.workflow import TransitionRefused
from ess_portal.base.files import store
from ess_portal.base.files.inspection import FileRefused


def _list_address(action: Action) -> str:
    return f"{reverse('actions:send', args=[action.uuid])}#pieces"


class AttachView(SendView):
    """Attach one file to a file that its carrier is still writing; the page is the last step's."""

    # A co-carrier writes the file, and what goes with it.
    for_co_editors = True

    def get(self, request, *args, **kwargs):
        """Lead to the page that holds the form."""
        super().get(request, *args, **kwargs)
        return HttpResponseRedirect(_list_address(self.action))

    def post(self, request, *args, **kwargs):
        """Attach, or say beside the field why not."""
        form = AttachmentForm(
            request.POST, request.FILES, oversized=getattr(request, "oversized_file", None)
        )
        if form.is_valid() and self._attached(form):
            return HttpResponseRedirect(_list_address(self.action))
        return self.render_to_response(self.get_context_data(attachment_form=form))

    def _attached(self, form) -> bool:
        sent = form.cleaned_data["file"]
        try:
            attachment = attach(
                action=self.action, by=self.request.user, name=sent.name, data=sent.read()
            )
        except (FileRefused, store.FileNotKept) as refused:
            form.add_error("file", str(refused))
        except TransitionRefused as refused:
            form.add_error("file", refused.reasons)
        except Action.DoesNotExist as error:
            raise Http404 from error
        else:
            messages.success(self.request, f"«\u00a0{attachment.name}\u00a0» est joint au dossier.")
            return True
        return False

    def get_form_kwargs(self):
        """Leave the form that sends the file alone: nothing of it was posted here."""
        kwargs = super().get_form_kwargs()
        return {name: kwargs[name] for name in kwargs if name not in ("data", "files")}


class DetachView(SendView):
    """Take a file back, while its carrier is still writing."""

    http_method_names = ("post",)
    for_co_editors = True
    # The key of the address is the attachment's: the action is found by its own identifier.
    pk_url_kwarg = ""

    def post(self, request, *args, **kwargs):
        """Remove it, and say so."""
        attachment = get_object_or_404(self.action.attachments, pk=kwargs["pk"])
        try:
            detach(attachment=attachment, by=request.user)
        except TransitionRefused as refused:
            messages.error(request, " ".join(refused.reasons))
            return HttpResponseRedirect(self.action.get_space_url())
        except Action.DoesNotExist as error:
            raise Http404 from error
        messages.success(request, f"«\u00a0{attachment.name}\u00a0» est retiré du dossier.")
        return HttpResponseRedirect(_list_address(self.action))


class AttachmentView(View):
    """Serve a file to those who may read it, to be saved and never shown by the browser."""

    http_method_names = ("get", "head")

    def get(self, request, *args, **kwargs):
        """Send the bytes; to others, or once a virus was found, there is nothing here."""
        attachment = get_object_or_404(
            Attachment.objects.select_related("action"), uuid=kwargs["uuid"]
        )
        if not rules.may_read_attachment(request.user, attachment):
            raise Http404
        try:
            file = store.path_of(attachment.uuid).open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        # These formats are compressed already, and a length announced tells a cut download.
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response = FileResponse(
            file,
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.what.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, no-store"
        return response
