"""Load the demonstration's accounts and data."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actions.demonstration.loading import load_demonstration
from ess_portal.base.refusals import Refused


class Command(BaseCommand):
    """Create fictitious organisations, and actions and sessions over three years. Idempotent."""

    help = "Load demonstration data (only with DEMO=1, as the owner of the tables)."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("load_demo ne s’exécute qu’avec DEMO=1.")
        password = os.environ.get("DEMO_PASSWORD")
        if not password:
            raise CommandError("DEMO_PASSWORD doit donner le mot de passe des comptes.")
        try:
            loaded = load_demonstration(password)
        except Refused as error:
            raise CommandError("\n".join(error.reasons)) from error
        self.stdout.write(f"{loaded} actions de démonstration chargées")
