"""Co-carriers of a file: who they are, inviting them, and what an invited person answers."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

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
from ess_portal.base.ask_first import AskFirstView, Question
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


class RemoveCoEditorView(ManagedActionMixin, AskFirstView):
    """Take a co-carrier off, or withdraw an invitation, after a question."""

    @cached_property
    def row(self) -> CoEditor:
        rows = self.action.co_editors.filter(withdrawn_at=None).select_related("user")
        return get_object_or_404(rows, uuid=self.kwargs["co_editor"])

    def get_question(self):
        back, action = self.get_success_url(), self.action
        crumbs = (
            ("Mon espace", reverse("actions:space")),
            (action.shown_title, action.get_space_url()),
            ("Co-porteurs", back),
        )
        if self.row.accepted_at is None:
            return Question(
                title=f"Retirer l’invitation de {self.row.email}",
                consequence="Le lien du courriel déjà parti ne mènera plus nulle part ; la "
                "personne n’en est pas avertie, et vous pourrez l’inviter de nouveau.",
                act="Retirer l’invitation",
                keep="Garder l’invitation",
                back=back,
                crumbs=crumbs,
            )
        return Question(
            title=f"Retirer {self.row} du dossier",
            consequence="Cette personne ne lira ni ne modifiera plus le dossier ; ce qu’elle y a "
            "écrit reste, et elle ne pourra toujours ni évaluer l’action, ni en décider. Aucun "
            "courriel ne l’en avertit : dites-le-lui.",
            act="Retirer du dossier",
            keep="Garder ce co-porteur",
            back=back,
            crumbs=crumbs,
        )

    def perform(self, form):
        remove_co_editor(invitation=self.row, by=self.request.user)
        self.said = (
            "Cette personne n’a plus accès au dossier."
            if self.row.accepted_at
            else "L’invitation est retirée : son lien ne mène plus nulle part."
        )

    def get_success_url(self):
        return reverse("actions:co_editors", args=[self.action.uuid])


class StopCoEditingView(AskFirstView):
    """Write a file no more, as a co-carrier decides, after a question."""

    said = "C’est noté : vous n’avez plus accès à ce dossier."

    @cached_property
    def row(self) -> CoEditor:
        writing = CoEditor.objects.addressed_to(self.request.user).active()
        return get_object_or_404(writing.select_related("action"), uuid=self.kwargs["uuid"])

    def dispatch(self, request, *args, **kwargs):
        if not self.row:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        action = self.row.action
        return Question(
            title="Quitter le dossier",
            about=f"«\u00a0{action.shown_title}\u00a0»",
            consequence="Vous ne le lirez ni ne le modifierez plus ; ce que vous avez écrit reste, "
            "et vous ne pourrez toujours ni évaluer l’action, ni en décider. Pour revenir, il "
            "faudra une autre invitation.",
            act="Quitter le dossier",
            keep="Rester",
            back=action.get_space_url(),
            crumbs=(
                ("Mon espace", reverse("actions:space")),
                (action.shown_title, action.get_space_url()),
            ),
        )

    def perform(self, form):
        stop_co_editing(invitation=self.row, by=self.request.user)

    def get_success_url(self):
        """The file isn't theirs to read any more."""
        return reverse("actions:space")


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
        """Stay out; whoever writes already leaves by a page of its own."""
        stop_co_editing(invitation=self.object, by=self.request.user)
        return Answer(reverse("actions:space"), "C’est noté : vous n’avez pas accès à ce dossier.")
