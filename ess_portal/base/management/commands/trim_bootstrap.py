"""Write css/bootstrap.css again: the rules of Bootstrap that pages use."""

from django.conf import settings
from django.core.management.base import BaseCommand

from ess_portal.base.stylesheets import TARGET, trimmed


class Command(BaseCommand):
    """Run it when a template brings in a class of Bootstrap; a test says when it is due."""

    help = "Write static/css/bootstrap.css again, from the templates and the code as they are."

    def handle(self, *args, **options):
        """Write the file and say its size."""
        path = settings.BASE_DIR / "static" / TARGET
        text = trimmed()
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {len(text.encode())} bytes")
