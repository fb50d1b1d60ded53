"""What every page shows: whose portal this is, where one is, and whether it is a demonstration."""

from django.conf import settings

from ess_portal.pages.menu import entry_above


def portal(request) -> dict:
    """Return for templates `authority` (see settings.AUTHORITY), `demo` and `menu_entry`."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "authority": settings.AUTHORITY,
        "demo": settings.DEMO,
        "menu_entry": entry_above(page),
    }
