"""What every page shows: whose portal this is, and whether it is a demonstration."""

from django.conf import settings


def portal(request) -> dict:
    """Return `authority` (see settings.AUTHORITY) and `demo` for templates."""
    return {"authority": settings.AUTHORITY, "demo": settings.DEMO}
