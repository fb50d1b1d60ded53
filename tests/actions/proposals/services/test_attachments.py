"""Files attached to an action: kept with their row, scanned, taken back, forgotten when alone."""

import hashlib
import os
import resource
import time
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from actions.models import Action, Attachment
from actions.models.application_version import changes_since_sent
from actions.proposals.services import attachments
from actions.proposals.services.applications import delete_draft
from actions.proposals.services.attachments import attach, detach, remove_orphans, scan_next
from ess_portal.base.files import store
from ess_portal.base.files.inspection import inspect
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import prepared
from tests.support import clamd
from tests.support.factories import Story, fresh, member
from tests.support.files import EICAR, GOOD, pdf_holding, png
from tests.support.races import race
from tests.support.reading import plain

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """A draft."""
    return Story()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """An empty folder for the files."""
    settings.ATTACHMENTS_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def daemon(settings):
    """A ClamAV on loopback, and the setting that leads to it."""
    with clamd.running() as server:
        settings.CLAMAV = server.address
        yield server


def attached(story, name="statuts.pdf", data=GOOD["statuts.pdf"], by=None) -> Attachment:
    return attach(action=story.action, by=fresh(by or story.manager), name=name, data=data)


def unlike(number: int, size: int = 0) -> bytes:
    """A PDF like no other, of so many bytes more."""
    return pdf_holding(b"%d " % number + os.urandom(size))


def refusal(step) -> str:
    with pytest.raises(Refused) as refused:
        step()
    return plain(" ".join(refused.value.reasons))


class TestAttach:
    def test_the_file_is_kept_with_what_is_known_of_it(self, folder, story):
        data = inspect("statuts.pdf", GOOD["statuts.pdf"]).data
        attachment = attached(story, "../Statuts  signés.PDF")
        attachment.refresh_from_db()
        assert (attachment.name, attachment.kind, attachment.size) == (
            "Statuts signés.PDF",
            "pdf",
            len(data),
        )
        assert attachment.sha256 == hashlib.sha256(data).hexdigest()
        assert (attachment.uploaded_by, attachment.scan, attachment.scanned_at) == (
            story.manager,
            "not_scanned",
            None,
        )
        assert [path.name for path in folder.iterdir()] == [attachment.uuid.hex]
        assert store.path_of(attachment.uuid).read_bytes() == data

    def test_a_hostile_file_leaves_nothing(self, folder, story):
        with pytest.raises(Refused):
            attached(story, data=b"MZ")
        assert (Attachment.objects.count(), list(folder.iterdir())) == (0, [])

    def test_the_same_file_is_attached_once(self, folder, story):
        attached(story)
        assert refusal(lambda: attached(story, "autre.pdf")) == (
            "Ce fichier est déjà joint, sous le nom « statuts.pdf »."
        )
        assert len(list(folder.iterdir())) == Attachment.objects.count() == 1
        attached(Story())

    @pytest.mark.slow
    def test_twenty_files_at_most(self, story):
        for number in range(20):
            attached(story, f"{number}.pdf", unlike(number))
        assert refusal(lambda: attached(story)) == (
            "Un dossier compte au plus 20 pièces jointes. Retirez-en une, ou réunissez-en "
            "plusieurs dans un seul PDF."
        )

    @pytest.mark.slow
    def test_forty_megabytes_at_most(self, story):
        for number in range(4):
            attached(story, f"{number}.pdf", unlike(number, 9_900_000))
        attached(story, "petit.pdf", unlike(4, 2_000_000))
        assert refusal(lambda: attached(story, "trop.pdf", unlike(5, 500_000))) == (
            "Ensemble, les pièces jointes pèseraient plus de 40 Mo. Retirez-en une, ou joignez "
            "une version plus légère."
        )

    def test_a_full_disk_leaves_the_draft_and_no_truncated_file(self, folder, story):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
        try:
            with pytest.raises(Refused):
                attached(story, "gros.pdf", unlike(1, 200_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert (Attachment.objects.count(), list(folder.iterdir())) == (0, [])
        assert Action.objects.get(pk=story.action.pk).status == "draft"
        assert attached(story).pk

    def test_only_while_the_carrier_is_writing(self):
        story = Story().submitted()
        assert refusal(lambda: attached(story)) == (
            "Ce dossier n’est plus modifiable : ses pièces jointes ne changent plus."
        )
        assert attached(Story().in_correction()).pk

    def test_only_by_the_carrier(self, story):
        for stranger in (story.agent, member(Story().carrier)):
            with pytest.raises(Action.DoesNotExist):
                attached(story, by=stranger)

    def test_the_reminder_of_the_draft_starts_again(self, story):
        Action.objects.filter(pk=story.action.pk).update(draft_reminded_at=timezone.now())
        attached(story)
        assert Action.objects.get(pk=story.action.pk).draft_reminded_at is None


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_attach_one_file_once(folder):
    """Red without the lock on the action: both would count the files before either is there."""
    story = Story()
    _, second, waited = race(lambda: attached(story), lambda: attached(story, "autre.pdf"))
    assert waited
    assert isinstance(second, Refused)
    assert len(list(folder.iterdir())) == Attachment.objects.count() == 1


class TestDetach:
    def test_row_and_file_go_together(self, folder, django_capture_on_commit_callbacks, story):
        attachment, other = attached(story), attached(story, "plan.png", png())
        with django_capture_on_commit_callbacks(execute=True):
            detach(attachment=attachment, by=fresh(story.manager))
        assert list(Attachment.objects.all()) == [other]
        assert [path.name for path in folder.iterdir()] == [other.uuid.hex]

    def test_the_file_stays_when_the_row_does(
        self, folder, django_capture_on_commit_callbacks, story
    ):
        attachment = attached(story)
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            detach(attachment=attachment, by=fresh(story.manager))
            transaction.set_rollback(True)
        assert Attachment.objects.get() == attachment
        assert [path.name for path in folder.iterdir()] == [attachment.uuid.hex]

    def test_not_once_it_is_sent(self, story):
        attachment = attached(story)
        story.submitted()
        assert "n’est plus modifiable" in refusal(
            lambda: detach(attachment=attachment, by=fresh(story.manager))
        )
        with pytest.raises(Action.DoesNotExist):
            detach(attachment=attachment, by=story.agent)


class TestVersions:
    def test_what_changed_names_the_files_and_their_hashes(self, story):
        first = attached(story)
        story.in_correction(details={})
        second = attached(story, "plan.png", png())
        (change,) = changes_since_sent(story.action)
        assert (change.label, change.old, change.new) == (
            "Pièces jointes",
            f"statuts.pdf ({first.sha256[:12]})",
            f"statuts.pdf ({first.sha256[:12]})\nplan.png ({second.sha256[:12]})",
        )


class TestScan:
    def test_a_file_waits_for_the_antivirus_where_there_is_one(self, daemon, story):
        attachment = attached(story)
        assert (attachment.scan, attachment.is_available) == ("pending", False)
        assert (scan_next(), scan_next()) == (True, False)
        attachment.refresh_from_db()
        assert (attachment.scan, attachment.is_available) == ("clean", True)
        assert attachment.scanned_at is not None
        assert daemon.received == [store.path_of(attachment.uuid).read_bytes()]

    def test_a_virus_is_told_to_the_carrier_and_read_by_nobody(self, daemon, story):
        attachment = attached(story, "lettre.pdf", pdf_holding(EICAR))
        call_command("scan_attachments", verbosity=0)
        attachment.refresh_from_db()
        assert (attachment.is_infected, attachment.is_available) == (True, False)
        mail = OutgoingMail.objects.get(recipient=story.manager.email)
        assert plain(mail.subject) == (
            "Une pièce jointe contient un virus : Une épicerie solidaire"
        )
        assert "« lettre.pdf »" in plain(mail.body)
        assert story.action.get_space_url() in mail.body

    def test_a_draft_without_carrier_is_told_to_its_author(self, daemon):
        from tests.support.factories import UserFactory

        author = UserFactory()
        action = Action.objects.create(created_by=author, programme=Story().action.programme)
        attach(action=action, by=author, name="a.pdf", data=pdf_holding(EICAR))
        scan_next()
        assert OutgoingMail.objects.get().recipient == author.email

    @pytest.mark.parametrize("answer", [b"garbage\0", b"stream: ERROR\0", None])
    def test_without_a_clear_answer_it_stays_unavailable(self, daemon, settings, answer, caplog):
        if answer is None:
            settings.CLAMAV = clamd.closed_port()
        daemon.answer = answer
        attachment = attached(Story())
        assert (scan_next(), scan_next()) == (True, False)
        attachment.refresh_from_db()
        assert (attachment.scan, attachment.is_available) == ("pending", False)
        assert timezone.now() < attachment.scan_after <= timezone.now() + timedelta(minutes=1)
        assert "No answer about a file" in caplog.text
        # A minute later.
        settings.CLAMAV, daemon.answer = daemon.address, b""
        Attachment.objects.update(scan_after=timezone.now())
        assert scan_next() is True
        attachment.refresh_from_db()
        assert attachment.scan == "clean"

    def test_one_that_never_answers_does_not_hold_up_the_others(self, daemon, story):
        held, other = attached(story), attached(Story())
        daemon.answer = b"garbage\0"
        scan_next()
        daemon.answer = b""
        scan_next()
        assert {a.pk: a.scan for a in Attachment.objects.all()} == {
            held.pk: "pending",
            other.pk: "clean",
        }

    def test_a_file_lost_from_the_disk_gets_no_answer(self, daemon, story):
        attachment = attached(story)
        store.remove(attachment.uuid)
        scan_next()
        attachment.refresh_from_db()
        assert attachment.scan == "pending"

    def test_what_was_kept_before_the_antivirus_came_is_scanned_too(self, settings, story):
        attachment = attached(story)
        assert attachment.is_available
        with clamd.running() as server:
            settings.CLAMAV = server.address
            assert attachment.is_available is False
            scan_next()
        attachment.refresh_from_db()
        assert attachment.scan == "clean"

    def test_what_waits_never_opens_because_the_antivirus_is_taken_away(
        self, daemon, settings, story
    ):
        attachment = attached(story)
        settings.CLAMAV = ""
        assert (scan_next(), attachment.is_available) == (False, False)

    def test_a_file_taken_back_meanwhile_stays_away(self, daemon, monkeypatch, story):
        attachment = attached(story)
        claimed = attachments._claimed()
        detach(attachment=attachment, by=fresh(story.manager))
        attachments._settle(claimed, attachments.antivirus.ScanResult("Virus"))
        assert (Attachment.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    def test_the_command_says_what_it_did(self, capsys, daemon, settings, story):
        attached(story)
        call_command("scan_attachments")
        settings.CLAMAV = ""
        call_command("scan_attachments")
        assert capsys.readouterr().out.splitlines() == [
            "1 files handled",
            "CLAMAV is not set: nothing is scanned",
        ]


class TestOrphans:
    def old(self, path):
        os.utime(path, (time.time() - 90_000, time.time() - 90_000))

    def test_files_without_a_row_go_after_a_day(
        self, folder, django_capture_on_commit_callbacks, story
    ):
        deleted = Story()
        kept, gone = attached(story), attached(deleted, "plan.png", png())
        delete_draft(action=deleted.action, by=fresh(deleted.manager))
        recent = uuid4()
        store.keep(recent, b"a")
        unfinished = folder / f"{uuid4().hex}.part"
        unfinished.touch()
        for path in (store.path_of(kept.uuid), store.path_of(gone.uuid), unfinished):
            self.old(path)
        with django_capture_on_commit_callbacks(execute=True):
            assert remove_orphans() == 2
        assert {path.name for path in folder.iterdir()} == {kept.uuid.hex, recent.hex}

    def test_a_dry_run_removes_nothing(self, folder, capsys, django_capture_on_commit_callbacks):
        key = uuid4()
        store.keep(key, zlib.compress(b"a"))
        self.old(store.path_of(key))
        with django_capture_on_commit_callbacks(execute=True):
            call_command("purge_expired", "--dry-run")
        assert capsys.readouterr().out.splitlines()[-1] == "1 fichiers sans dossier supprimés"
        assert [path.name for path in folder.iterdir()] == [key.hex]
