"""Remind people of what waits for them. Run it daily (cron or a systemd timer)."""

from django.core.management.base import BaseCommand

from actions.evaluation.services.reminders import remind_evaluators
from actions.proposals.services.draft_retention import announce_deletions, remind_of_drafts
from ess_portal.base.french import plural


class Command(BaseCommand):
    """Write the reminders to the outbox. Running it twice writes them once."""

    help = (
        "Remind evaluators of what is due within three days, carriers of drafts untouched for a "
        "week, and announce the deletion of old drafts."
    )

    def handle(self, *args, **options):
        mails = remind_evaluators()
        s = plural(mails)
        self.stdout.write(f"{mails} rappel{s} écrit{s}")
        drafts = remind_of_drafts()
        s = plural(drafts)
        self.stdout.write(f"{drafts} brouillon{s} rappelé{s}")
        announced = announce_deletions()
        s = plural(announced)
        self.stdout.write(f"{announced} suppression{s} de brouillon annoncée{s}")
