"""Organisations that await an agent."""

from actors.models import Organisation
from tests.support.factories import OrganisationFactory


def provisional(**fields) -> Organisation:
    """Return a new organisation that no agent has confirmed yet, merged into another if asked."""
    into = fields.pop("merged_into", None)
    organisation = OrganisationFactory(**{"is_published": False, "confirmed_at": None} | fields)
    if into is not None:
        organisation.merged_into = into
        organisation.save(update_fields=["merged_into"])
        organisation.refresh_from_db()
    return organisation
