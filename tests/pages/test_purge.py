"""What is no longer kept, erased daily."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from ess_portal.base.models import OutgoingMail

pytestmark = pytest.mark.django_db


def written(days: int, **fields) -> OutgoingMail:
    """A mail that left, or that was given up, so many days ago."""
    at = timezone.now() - timedelta(days=days)
    times = dict.fromkeys(fields.pop("since", ("sent_at",)), at)
    return OutgoingMail.objects.create(
        recipient="a@example.org", subject="Objet", body="Le texte.\n", **times, **fields
    )


def report(capsys, *arguments) -> list[str]:
    """The lines that the command prints."""
    call_command("purge_expired", *arguments)
    return capsys.readouterr().out.splitlines()


def test_texts_of_mails_go_after_two_months_and_are_counted(capsys):
    written(63), written(63, since=("given_up_at",))
    kept = [written(61), written(61, since=("given_up_at",)), written(90, since=())]
    expected = [
        "2 textes de courriels effacés",
        "0 clés de formulaires oubliées",
        "0 messages de contact supprimés",
        "0 brouillons supprimés",
        "0 invitations passées supprimées",
        "0 invitations à évaluer passées supprimées",
        "0 invitations de co-porteurs supprimées",
        "0 demandes de rattachement répondues supprimées",
        "0 comptes jamais utilisés supprimés",
        "0 sessions terminées supprimées",
        "0 lignes du journal des accès supprimées",
        "0 documents dessinés la veille supprimés",
        "0 fichiers sans dossier supprimés",
    ]
    assert report(capsys, "--dry-run") == expected
    assert OutgoingMail.objects.filter(body="").count() == 0
    assert report(capsys) == expected
    assert list(OutgoingMail.objects.exclude(body="").order_by("pk")) == kept
    assert report(capsys)[0] == "0 textes de courriels effacés"
