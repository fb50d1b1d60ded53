"""Reset the second factor of an account, from the server: for the last administrator."""

from django.core.management.base import BaseCommand, CommandError

from actors.models import User
from actors.services.second_factors import reset_second_factor
from ess_portal.base.mailboxes import mailbox_key


class Command(BaseCommand):
    """Whoever can run this holds the server; the person is told all the same."""

    help = "Take second factor, recovery codes and passkeys off an account; its owner is told."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--reason", default="Second facteur perdu.", help="told by mail")

    def handle(self, *args, email, reason, **options):
        user = User.objects.filter(email=mailbox_key(email)).first()
        if user is None:
            raise CommandError(f"Aucun compte n’a l’adresse {email}.")
        removed = reset_second_factor(user=user, reason=reason, by=None)
        self.stdout.write(f"{removed} facteurs retirés de {user.email} ; un courriel le lui dit.")
