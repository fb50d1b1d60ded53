"""Addresses of amendments."""

from django.urls import path

from actions.amendments import views

urlpatterns = [
    path(
        "commission/<reference:reference>/avenant/",
        views.ProposeAmendmentView.as_view(),
        name="amend",
    ),
    path(
        "commission/avenants/<int:pk>/confirmer/",
        views.ConfirmAmendmentView.as_view(),
        name="confirm_amendment",
    ),
    path(
        "commission/avenants/<int:pk>/retirer/",
        views.CancelAmendmentView.as_view(),
        name="cancel_amendment",
    ),
]
