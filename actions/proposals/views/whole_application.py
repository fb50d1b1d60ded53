"""The file of an action as a PDF, for the agglomeration."""

from django.http import Http404
from django.views.generic import DetailView

from actions.models import Action
from actions.proposals.documents.application import application_pdf
from actions.proposals.queries.application import application_of
from actions.rules import may
from ess_portal.base.document_view import document_response


class FiledApplicationPdfView(DetailView):
    """The same document as its carrier's, for agents and the committee; to others, nothing here.

    It shows the carrier's own levels: whoever is asked for theirs waits until they have sent them.
    """

    slug_field = slug_url_kwarg = "reference"

    def get_queryset(self):
        """What was sent, and the person may see."""
        seen = Action.objects.visible_to(self.request.user).filed()
        return seen.for_list().prefetch_related("partners", "self_assessments")

    def get_object(self, queryset=None):
        """Answer 404 to whoever reads a part of the file only."""
        action = super().get_object(queryset)
        if not may(self.request.user, "see_own_levels", action):
            raise Http404
        return action

    def render_to_response(self, context, **kwargs):
        """Draw it from the rows, dated of its last change: the same file gives the same bytes."""
        action = self.object
        return document_response(
            self.request,
            f"dossier-{action.reference}.pdf",
            lambda: application_pdf(application_of(action)),
        )
