"""Organisations that await an agent."""

from actors.models import Organisation
from tests.support.factories import OrganisationFactory


def provisional(**fields) -> Organisation:
    """Return a new organisation that no agent has confirmed yet."""
    return OrganisationFactory(**{"is_published": False, "confirmed_at": None} | fields)
