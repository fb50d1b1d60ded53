"""Print the code that the second step of signing in asks for, in the demonstration."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from actors.models import User
from actors.services.second_factors import current_code
from ess_portal.base.mailboxes import mailbox_key


class Command(BaseCommand):
    """One code, valid now and not used yet, for scripts and for people who try the portal."""

    help = "Print the current code of a demonstration account (only with DEMO=1)."

    def add_arguments(self, parser):
        parser.add_argument("email", help="agent@demo.example, for instance")

    def handle(self, *args, email, **options):
        if not settings.DEMO:
            raise CommandError("demo_code ne s’exécute qu’avec DEMO=1.")
        user = User.objects.filter(email=mailbox_key(email)).first()
        code = user and current_code(user)
        if not code:
            raise CommandError(f"Le compte {email} n’a pas d’application d’authentification.")
        self.stdout.write(code)
