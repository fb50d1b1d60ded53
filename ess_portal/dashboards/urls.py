"""What elected officials browse."""

from django.urls import path

from ess_portal.dashboards import views

app_name = "dashboards"

urlpatterns = [path("tableau-de-bord/", views.DashboardView.as_view(), name="dashboard")]
