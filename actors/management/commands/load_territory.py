"""Load communes and sectors."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand

from actors.services import load_territory

DEFAULT_FILE = Path(__file__).parents[2] / "data" / "territory.json"


class Command(BaseCommand):
    """Create or update the communes and sectors of FILE (default: Clermont's)."""

    help = "Load communes and sectors; loading them again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", default=DEFAULT_FILE)

    def handle(self, *args, file, **options):
        data = json.loads(file.read_text(encoding="utf-8"))
        load_territory(data)
        self.stdout.write(f"{len(data['communes'])} communes, {len(data['sectors'])} filières")
