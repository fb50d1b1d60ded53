"""Writes of actors: accounts, loading, who belongs to which organisation. All atomic."""

from actors.services.accounts import delete_unused_accounts, grant_role, save_preferences
from actors.services.loading import load_organisation, load_territory

__all__ = [
    "delete_unused_accounts",
    "grant_role",
    "load_organisation",
    "load_territory",
    "save_preferences",
]
