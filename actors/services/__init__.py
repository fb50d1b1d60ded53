"""Writes of actors: accounts, loading, who belongs to which organisation. All atomic."""

from actors.services.accounts import delete_unused_accounts, save_preferences
from actors.services.loading import load_organisation, load_territory
from actors.services.roles import grant_role

__all__ = [
    "delete_unused_accounts",
    "grant_role",
    "load_organisation",
    "load_territory",
    "save_preferences",
]
