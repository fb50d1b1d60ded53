"""Home, the promise, legal pages, contact, health."""

from django.urls import path

from ess_portal.pages.views import contact, health, promise, search, static

app_name = "pages"

urlpatterns = [
    path("", promise.HomeView.as_view(), name="home"),
    path("programme/", promise.ProgrammeView.as_view(), name="programme"),
    path(
        "programme/<slug:code>/",
        promise.ArchivedProgrammeView.as_view(),
        name="archived_programme",
    ),
    path("defis/<int:number>/", promise.ChallengeView.as_view(), name="challenge"),
    path(
        "defis/<int:challenge>/mesures/<int:number>/",
        promise.MeasureView.as_view(),
        name="measure",
    ),
    path("recherche/", search.SearchView.as_view(), name="search"),
    path("aide/", static.page("help"), name="help"),
    path("contact/", contact.ContactView.as_view(), name="contact"),
    path("contact/merci/", static.page("contact_thanks"), name="contact_thanks"),
    path("mentions-legales/", static.page("legal_notice"), name="legal_notice"),
    path("conditions-d-utilisation/", static.page("terms"), name="terms"),
    path("accessibilite/", static.page("accessibility"), name="accessibility"),
    path("donnees-personnelles/", static.page("privacy"), name="privacy"),
    path("plan-du-site/", static.page("site_map"), name="site_map"),
    path("sante/", health.health, name="health"),
    # What the other pages are measured against: everything but a query of the domain.
    path("sante/reference/", static.made_anew("reference"), name="reference"),
    path("robots.txt", static.robots, name="robots"),
]
