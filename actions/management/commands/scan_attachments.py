"""The antivirus's worker: have ClamAV look at what people attach."""

from django.core.management.base import BaseCommand

from actions.proposals.services.attachments import scan_next
from ess_portal.base import antivirus
from ess_portal.base.worker import work


class Command(BaseCommand):
    """Scan what waits once, or for ever with --loop (SIGTERM ends it between two files)."""

    help = "Have ClamAV scan the attached files that wait."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="wait for more until SIGTERM")

    def handle(self, *args, loop, **options):
        if not antivirus.is_configured():
            self.stdout.write("CLAMAV is not set: nothing is scanned")
            return
        tried = work(scan_next, loop=loop, complain=self.stderr.write)
        self.stdout.write(f"{tried} files handled")
