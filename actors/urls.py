"""Organisations and signing in."""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from actors import views

organisation_patterns = (
    [
        path("acteurs/", views.OrganisationListView.as_view(), name="organisation_list"),
        path("espace/preferences/", views.PreferencesView.as_view(), name="preferences"),
        path("acteurs/<slug:slug>/", views.OrganisationView.as_view(), name="organisation"),
    ],
    "actors",
)

# Only the doors of django-allauth that the portal uses; it looks them up by these names.
urlpatterns = [
    path("", include(organisation_patterns)),
    path("connexion/", login_not_required(allauth.login), name="account_login"),
    path(
        "connexion/code/",
        login_not_required(allauth.request_login_code),
        name="account_request_login_code",
    ),
    path(
        "connexion/code/confirmer/",
        login_not_required(allauth.confirm_login_code),
        name="account_confirm_login_code",
    ),
    path(
        "connexion/compte-inactif/",
        login_not_required(allauth.account_inactive),
        name="account_inactive",
    ),
    path("deconnexion/", login_not_required(allauth.logout), name="account_logout"),
]
