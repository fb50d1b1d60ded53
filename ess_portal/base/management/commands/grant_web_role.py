"""`manage.py grant_web_role`: after each migration, gives the web's role its rights on the rows."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection

from ess_portal.base.web_role import excessive_rights, grant_web_role


class Command(BaseCommand):
    """Grants, then tells what the role still has too much of."""

    help = (
        "Gives the role of DATABASE_URL the rows of every table, and nothing that touches the "
        "structure. Run as the owner (DATABASE_OWNER_URL) after each migration."
    )
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **options: Any) -> None:
        """Grants unless the web connects as the owner itself, which needs nothing."""
        web, owner = settings.WEB_DATABASE_ROLE, connection.settings_dict["USER"]
        if web == owner:
            self.stdout.write(
                f"The web connects as the owner ({owner}): nothing to grant. "
                "Set DATABASE_OWNER_URL to separate the two."
            )
            return
        try:
            grant_web_role(connection, web)
        except ProgrammingError as error:
            raise CommandError(f"The rights of {web} could not be set: {error}") from error
        for sentence in excessive_rights(connection, web):
            self.stderr.write(self.style.WARNING(f"Warning: {web} {sentence}."))
        if options["verbosity"] > 0:
            self.stdout.write(f"{web} may use the rows of every table, and nothing else.")
