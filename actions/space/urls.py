"""Addresses of the carrier's own space."""

from django.urls import path

from actions.space import views

urlpatterns = [
    path("espace/", views.SpaceView.as_view(), name="space"),
    path("espace/actions/<uuid:uuid>/", views.OwnActionView.as_view(), name="own_action"),
    path(
        "espace/actions/<uuid:uuid>/reprendre/",
        views.StartAgainView.as_view(),
        name="start_again",
    ),
    path("espace/actions/<uuid:uuid>/retirer/", views.WithdrawView.as_view(), name="withdraw"),
    path("espace/actions/<uuid:uuid>/supprimer/", views.DeleteView.as_view(), name="delete"),
    path("espace/actions/<uuid:uuid>/repondre/", views.ReplyView.as_view(), name="reply"),
]
