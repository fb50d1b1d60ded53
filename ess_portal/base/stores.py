"""Where the portal remembers things for a while: what `settings.CACHES` says."""

from typing import Any

# Pages kept in the memory of each worker; those asked for longest ago give way.
MOST_PAGES = 500


def stores(shared: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the caches: the `shared` one, of all processes, where the throttles of sign-in live
    and nothing may push them out; and the pages that everybody reads.
    """
    if shared["BACKEND"] == "django.core.cache.backends.db.DatabaseCache":
        shared = shared | {"BACKEND": "ess_portal.base.cache.KeepingCache"}
    pages = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": MOST_PAGES},
    }
    return {"default": shared, "pages": pages}
