"""What elected officials browse."""

from django.urls import path

from ess_portal.dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("tableau-de-bord/", views.DashboardView.as_view(), name="dashboard"),
    path("tableau-de-bord/<slug:table>.csv", views.TableView.as_view(), name="table"),
    path(
        "tableau-de-bord/attentes/<slug:stage>/",
        views.WaitingView.as_view(),
        name="waiting",
    ),
]
