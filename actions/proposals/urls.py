"""Addresses of proposals: the form, its attachments, its co-carriers, its receipt."""

from django.urls import path
from django.views.generic import RedirectView

from actions.proposals.views import (
    attachments,
    co_editors,
    organisations,
    receipt,
    sending,
    steps,
    whole_application,
)

urlpatterns = [
    path("actions/proposer/", steps.ProposeView.as_view(), name="propose"),
    path("espace/actions/<uuid:uuid>/modifier/", steps.EditView.as_view(), name="edit"),
    path("espace/actions/<uuid:uuid>/modifier/envoi/", sending.SendView.as_view(), name="send"),
    path(
        "espace/actions/<uuid:uuid>/modifier/<slug:step>/",
        steps.StepView.as_view(),
        name="edit_step",
    ),
    path(
        "espace/actions/<uuid:uuid>/pieces/", attachments.AttachView.as_view(), name="attachments"
    ),
    path(
        "espace/actions/<uuid:uuid>/pieces/<int:pk>/retirer/",
        attachments.DetachView.as_view(),
        name="detach",
    ),
    path("pieces/<uuid:uuid>/", attachments.AttachmentView.as_view(), name="attachment"),
    path(
        "espace/actions/<uuid:uuid>/co-porteurs/",
        co_editors.CoEditorsView.as_view(),
        name="co_editors",
    ),
    path(
        "espace/actions/<uuid:uuid>/co-porteurs/<uuid:co_editor>/retirer/",
        co_editors.RemoveCoEditorView.as_view(),
        name="remove_co_editor",
    ),
    path(
        "espace/co-porteurs/<uuid:uuid>/quitter/",
        co_editors.StopCoEditingView.as_view(),
        name="stop_co_editing",
    ),
    path("espace/co-porteurs/<uuid:uuid>/", co_editors.CoEditingView.as_view(), name="co_editing"),
    path(
        "espace/actions/<uuid:uuid>/accuse-de-reception/",
        receipt.ReceiptView.as_view(),
        name="receipt",
    ),
    # What it was called before.
    path(
        "espace/actions/<uuid:uuid>/recepisse/",
        RedirectView.as_view(pattern_name="actions:receipt", permanent=True, query_string=True),
        name="old_receipt",
    ),
    path(
        "espace/actions/<uuid:uuid>/dossier.pdf",
        receipt.ApplicationPdfView.as_view(),
        name="application_pdf",
    ),
    path(
        "actions/<reference:reference>/dossier.pdf",
        whole_application.FiledApplicationPdfView.as_view(),
        name="filed_application_pdf",
    ),
    path(
        "structures-a-confirmer/",
        organisations.WaitingOrganisationsView.as_view(),
        name="waiting_organisations",
    ),
    path(
        "structures-a-confirmer/<int:pk>/",
        organisations.OrganisationReviewView.as_view(),
        name="organisation_review",
    ),
]
