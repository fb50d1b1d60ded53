"""What every page shows: whose portal this is, where one is, and whether it is a demonstration."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.utils.functional import cached_property

from challenges.models import Programme, terms_for
from ess_portal.pages.menu import entry_above

EDITED = ("address", "phone", "publication_director")


class Authority(Mapping[str, str]):
    """`settings.AUTHORITY`, with what staff wrote on the programme's page in its place.

    That is asked of the database by the pages that show it, and by no other.
    """

    @cached_property
    def _written(self) -> dict[str, str]:
        return terms_for(Programme.objects.current()).identity

    def __getitem__(self, name: str) -> str:
        return self._written[name] if name in EDITED else settings.AUTHORITY[name]

    def __iter__(self) -> Iterator[str]:
        return iter(settings.AUTHORITY)

    def __len__(self) -> int:
        return len(settings.AUTHORITY)


def portal(request) -> dict:
    """Return for templates `authority` (see settings.AUTHORITY), `demo` and `menu_entry`."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "authority": Authority(),
        "demo": settings.DEMO,
        "menu_entry": entry_above(page),
    }
