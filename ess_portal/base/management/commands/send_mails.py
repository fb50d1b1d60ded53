"""The worker: send what is in the outbox."""

from django.core.management.base import BaseCommand

from ess_portal.base.mail import send_next
from ess_portal.base.worker import work


class Command(BaseCommand):
    """Send due mails once, or for ever with --loop (SIGTERM ends it between two mails)."""

    help = "Send the mails of the outbox."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="wait for more until SIGTERM")

    def handle(self, *args, loop, **options):
        sent = work(send_next, loop=loop, complain=self.stderr.write)
        self.stdout.write(f"{sent} mails handled")
