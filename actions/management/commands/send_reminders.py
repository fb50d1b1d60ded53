"""Remind evaluators of what is due within days. Run it daily (cron or a systemd timer)."""

from django.core.management.base import BaseCommand

from actions.services.reminders import remind_evaluators
from ess_portal.base.french import plural


class Command(BaseCommand):
    """Write the reminders to the outbox. Running it twice writes them once."""

    help = "Remind each evaluator, by one mail, of the evaluations due within three days."

    def handle(self, *args, **options):
        mails = remind_evaluators()
        s = plural(mails)
        self.stdout.write(f"{mails} rappel{s} écrit{s}")
