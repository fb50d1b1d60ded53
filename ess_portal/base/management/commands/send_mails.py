"""The worker: send what is in the outbox."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from ess_portal.base.mail import send_next

PAUSE_SECONDS = 1


class Command(BaseCommand):
    """Send due mails once, or for ever with --loop (SIGTERM ends it between two mails)."""

    help = "Send the mails of the outbox."

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="wait for more until SIGTERM")

    def handle(self, *args, loop, **options):
        stop = threading.Event()
        if loop:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        sent = 0
        while not stop.is_set():
            try:
                found = send_next()
            except (OperationalError, InterfaceError) as error:
                # The database may restart under a worker: wait for it rather than die.
                if not loop:
                    raise
                self.stderr.write(f"database: {error}")
                close_old_connections()
                found = False
            sent += found
            if not found:
                if not loop:
                    break
                stop.wait(PAUSE_SECONDS)
        self.stdout.write(f"{sent} mails handled")
