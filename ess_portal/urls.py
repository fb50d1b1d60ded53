"""Addresses of the portal. Paths are French, names British English."""

from django.contrib import admin
from django.urls import include, path

from ess_portal.pages.views import errors

urlpatterns = [
    path("", include("ess_portal.pages.urls")),
    path("", include("actors.urls")),
    path("", include("actions.urls")),
    path("", include("ess_portal.dashboards.urls")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
