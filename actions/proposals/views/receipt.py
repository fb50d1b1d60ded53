"""What a sent application gives its carrier: the receipt, and the whole of it as a PDF."""

from django.views.generic import DetailView

from actions.models.receipt import agent_of, receipt_of
from actions.proposals.documents.application import application_pdf
from actions.proposals.queries.application import application_of
from actions.proposals.views.own_action import READING, OwnActionMixin
from ess_portal.base.document_view import document_response


class ReceiptView(OwnActionMixin, DetailView):
    """The receipt of a filed proposal."""

    template_name = "actions/proposals/receipt.html"
    for_co_editors = READING

    def get_queryset(self):
        """Only what was filed has a receipt."""
        return super().get_queryset().filed()

    def get_context_data(self, **kwargs):
        """Give what the law asks a receipt to say."""
        return super().get_context_data(
            receipt=receipt_of(self.object), agent=agent_of(self.object), **kwargs
        )


class ApplicationPdfView(OwnActionMixin, DetailView):
    """The file as a PDF, at any time."""

    for_co_editors = READING

    def render_to_response(self, context, **kwargs):
        """Draw it from the rows, dated of its last change: the same file gives the same bytes."""
        action = self.object
        return document_response(
            self.request,
            f"dossier-{action.reference or 'brouillon'}.pdf",
            lambda: application_pdf(application_of(action)),
        )
