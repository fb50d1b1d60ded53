"""Erase what the privacy page says is no longer kept. Run it daily (cron or a systemd timer)."""

from django.core.management.base import BaseCommand
from django.db import transaction

from actions.proposals.services.attachments import remove_orphans
from actions.proposals.services.co_editors import delete_old_co_editor_invitations
from actions.proposals.services.draft_retention import delete_old_drafts
from actors.services import delete_unused_accounts
from actors.services.claims import delete_old_claims
from actors.services.evaluators import delete_old_evaluator_invitations
from actors.services.invitations import delete_old_invitations
from actors.services.sessions import delete_expired_sessions
from ess_portal.base.access_records import delete_old_access_records
from ess_portal.base.kept_documents import remove_old_documents
from ess_portal.base.retention import erase_old_mail_bodies
from ess_portal.base.sent_forms import delete_old_sent_forms
from ess_portal.pages.services import delete_old_messages

PURGES = (
    ("textes de courriels effacés", erase_old_mail_bodies),
    ("clés de formulaires oubliées", delete_old_sent_forms),
    ("messages de contact supprimés", delete_old_messages),
    ("brouillons supprimés", delete_old_drafts),
    ("invitations passées supprimées", delete_old_invitations),
    ("invitations à évaluer passées supprimées", delete_old_evaluator_invitations),
    ("invitations de co-porteurs supprimées", delete_old_co_editor_invitations),
    ("demandes de rattachement répondues supprimées", delete_old_claims),
    ("comptes jamais utilisés supprimés", delete_unused_accounts),
    ("sessions terminées supprimées", delete_expired_sessions),
    ("lignes du journal des accès supprimées", delete_old_access_records),
    ("documents dessinés la veille supprimés", remove_old_documents),
    ("fichiers sans dossier supprimés", remove_orphans),
)


class Command(BaseCommand):
    """Purge and report; --dry-run reports without keeping any change."""

    help = "Erase expired mail bodies, contact messages, drafts, accounts, sessions and lost files."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="report only")

    def handle(self, *args, dry_run, **options):
        with transaction.atomic():
            for label, purge in PURGES:
                self.stdout.write(f"{purge()} {label}")
            transaction.set_rollback(dry_run)
