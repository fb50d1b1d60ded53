"""Load the real organisations and actions known from public sources."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from actions.proposals.services.recorded_actions import load_recorded_action
from actors.services import load_organisation

ROOT = Path(__file__).parents[3]


class Command(BaseCommand):
    """Create organisations and recorded actions; what exists is left as it is."""

    help = "Load real organisations and recorded actions, with their sources."

    def handle(self, *args, **options):
        organisations = _read("actors/data/organisations.json")["organisations"]
        actions = _read("actions/data/recorded.json")["actions"]
        for row in organisations:
            load_organisation(row)
        for row in actions:
            load_recorded_action(row)
        self.stdout.write(f"{len(organisations)} structures, {len(actions)} actions recensées")


def _read(name: str):
    return json.loads((ROOT / name).read_text(encoding="utf-8"))
