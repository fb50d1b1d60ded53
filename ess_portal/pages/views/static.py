"""Pages that only say something."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from ess_portal.base.kept_pages import kept


def page(name: str):
    """Return the view that shows `templates/pages/<name>.html` to anybody."""
    return kept()(made_anew(name))


def made_anew(name: str):
    """The same, of which no copy is kept."""
    return login_not_required(TemplateView.as_view(template_name=f"pages/{name}.html"))


@login_not_required
def robots(request):
    """What search engines should leave alone: private spaces."""
    private = ["/admin/", "/sante/", "/espace/", "/evaluations/", "/commission/", "/connexion/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private)]
    # A demonstration must never be mistaken for the real portal.
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    site_map = f"{settings.SITE_URL}{reverse('pages:site_map')}"
    return HttpResponse("\n".join([*lines, f"# {site_map}", ""]), content_type="text/plain")
