"""Files attached to an action: add one, take one back, read one."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from actions import rules
from actions.enums import ActionStatus
from actions.models import Action, Attachment
from actions.proposals.forms import SendingForm
from actions.proposals.forms.attachment import AttachmentForm
from actions.proposals.services.attachments import attach, detach
from actions.proposals.views.own_action import WRITING, OwnApplicationMixin
from actions.proposals.views.sending import SendingPage
from ess_portal.base.access_records import note
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.bodies import WITH_A_FILE
from ess_portal.base.files import store
from ess_portal.base.files.pace import count_sent_file
from ess_portal.base.models import AccessKind
from ess_portal.base.views import OnceMixin, RefusableFormView, add_refusal


def _list_address(action: Action) -> str:
    return f"{reverse('actions:send', args=[action.uuid])}#pieces"


class AttachView(OnceMixin, SendingPage, RefusableFormView):
    """Attach one file, from the page of the last step."""

    form_class = AttachmentForm
    # A co-carrier writes the application, and what goes with it.
    for_co_editors = WRITING
    takes_files = True

    @staticmethod
    def bytes_taken(request, uuid, **_kwargs) -> int:
        """A file from whoever writes this very application."""
        user = request.user
        if user.is_authenticated and Action.objects.written_by(user).filter(uuid=uuid).exists():
            return WITH_A_FILE
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def get(self, request, *args, **kwargs):
        """Lead to the page that holds the form."""
        if self.action.status not in ActionStatus.EDITABLE:
            raise Http404
        return HttpResponseRedirect(self.get_success_url())

    def get_form_kwargs(self):
        """Tell of a file that was too big to be read."""
        kwargs = super().get_form_kwargs()  # reads what was posted, and how much of it
        return kwargs | {"oversized": getattr(self.request, "oversized_file", None)}

    def carry_out(self, form) -> str:
        """Count the file first: what is written later goes when it is refused."""
        count_sent_file(self.request)
        return super().carry_out(form)

    def perform(self, form):
        sent = form.cleaned_data["file"]
        attachment = attach(
            action=self.action, by=self.request.user, name=sent.name, data=sent.read()
        )
        self.said = " ".join(
            [f"«\u00a0{attachment.name}\u00a0» est joint au dossier.", *attachment.notes]
        )

    def get_success_url(self):
        return _list_address(self.action)

    def show_refusal(self, form, refused):
        add_refusal(form, refused, field="file")
        return self.form_invalid(form)

    def form_invalid(self, form):
        """Show the page again, with the form that sends as it was."""
        sending = SendingForm(**self.sending_form_kwargs())
        return self.render_to_response(self.get_context_data(form=sending, attachment_form=form))


class DetachView(OwnApplicationMixin, AskFirstView):
    """Take a file back, while its carrier is still writing, after a question."""

    for_co_editors = WRITING

    def get_object(self, queryset=None):
        """Find the action by its own identifier: the key of the address is the attachment's."""
        return get_object_or_404(self.get_queryset(), uuid=self.kwargs["uuid"])

    @cached_property
    def attachment(self) -> Attachment:
        return get_object_or_404(self.action.attachments, pk=self.kwargs["pk"])

    def get(self, request, *args, **kwargs):
        """Ask, about a file that can be taken back."""
        if self.action.status not in ActionStatus.EDITABLE:
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_question(self):
        return Question(
            title=f"Retirer «\u00a0{self.attachment.name}\u00a0»",
            consequence="Le fichier est effacé du portail pour toujours : gardez le vôtre. Le "
            "reste du dossier ne change pas.",
            act="Retirer la pièce jointe",
            keep="Garder la pièce jointe",
            back=_list_address(self.action),
            crumbs=(
                ("Mon espace", reverse("actions:space")),
                (self.action.shown_title, self.action.get_space_url()),
                ("Vérifier et envoyer", _list_address(self.action)),
            ),
        )

    def perform(self, form):
        detach(attachment=self.attachment, by=self.request.user)
        self.said = f"«\u00a0{self.attachment.name}\u00a0» est retiré du dossier."

    def get_success_url(self):
        return _list_address(self.action)

    def show_refusal(self, form, refused):
        """Say why not in the carrier's space: the list isn't to be written any more."""
        for reason in refused.reasons:
            messages.error(self.request, reason)
        return HttpResponseRedirect(self.action.get_space_url())


class AttachmentView(View):
    """Serve a file to those who may read it, to be saved and never shown by the browser."""

    http_method_names = ("get", "head")

    def get(self, request, *args, **kwargs):
        """Send the bytes; to others, or once a virus was found, there is nothing here."""
        attachment = get_object_or_404(
            Attachment.objects.select_related("action"), uuid=kwargs["uuid"]
        )
        if not rules.may_open_attachment(request.user, attachment):
            raise Http404
        try:
            file = store.path_of(attachment.uuid).open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        note(AccessKind.DOWNLOADED, request.user.pk, request.path)
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
