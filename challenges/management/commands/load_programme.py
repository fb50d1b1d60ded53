"""Load a programme file."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from challenges.services import ProgrammeFileError, load_programme


class Command(BaseCommand):
    """Create or update the programme described by FILE (see docs/programme-file.md)."""

    help = "Load a programme file; loading it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file, **options):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CommandError(f"{file} ne se lit pas comme du JSON : {error}") from error
        try:
            programme = load_programme(data)
        except ProgrammeFileError as error:
            raise CommandError("\n".join([f"{file} :", *error.problems])) from error
        self.stdout.write(f"{programme} : {programme.get_state_display()}")
