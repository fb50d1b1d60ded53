"""What the field that looks for partners finds as one types (htmx), at the address of its page."""

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from actions.proposals.forms.partners import found_for
from actors.querysets import OrganisationQuerySet


def wants_found_partners(request: HttpRequest) -> bool:
    """Whether a page stands around the field already, and asks for what it finds alone."""
    return request.method == "GET" and bool(request.htmx) and "q" in request.GET


def found_partners(
    request: HttpRequest, among: OrganisationQuerySet | None = None
) -> TemplateResponse:
    """Answer with what is found, `among` those published by default. Who may read the page was
    asked before.
    """
    context = {"found": found_for(request.GET, among), "is_fragment": True}
    response = TemplateResponse(request, "actions/proposals/_found_partners.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
