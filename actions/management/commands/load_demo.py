"""Load the demonstration's accounts and data."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actions.demonstration.applications import load_accounts, load_organisations, load_proposal
from actions.demonstration.belonging import load_belonging
from actions.demonstration.sessions import load_sessions
from actions.enums import ActionStatus
from actions.models import Action
from actions.proposals.documents.application import application_pdf
from actions.proposals.queries.application import application_of
from ess_portal.base.models import OutgoingMail

DATA = Path(__file__).parents[2] / "data" / "demo.json"


def demonstration_document() -> bytes:
    """Return a PDF to attach: what one of the files says."""
    action = Action.objects.filter(status=ActionStatus.SUBMITTED).order_by("pk").first()
    return application_pdf(application_of(action))


class Command(BaseCommand):
    """Create fictitious organisations and at least two actions in every status. Idempotent."""

    help = "Load demonstration data (only with DEMO=1)."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("load_demo ne s’exécute qu’avec DEMO=1.")
        password = os.environ.get("DEMO_PASSWORD")
        if not password:
            raise CommandError("DEMO_PASSWORD doit donner le mot de passe des comptes.")
        data = json.loads(DATA.read_text(encoding="utf-8"))
        last_mail = OutgoingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        people = load_accounts(password)
        managers = load_organisations(data["organisations"], people)
        loaded = sum(
            load_proposal(row, managers[row["carrier"]], people) for row in data["proposals"]
        )
        load_sessions(data["sessions"], people)
        load_belonging(people, document=demonstration_document())
        # Their mails tell a past that nobody lived: only what visitors do is mailed.
        OutgoingMail.objects.filter(pk__gt=last_mail).delete()
        self.stdout.write(f"{loaded} actions de démonstration chargées")
