"""The pages around attached files: add, take back, read; and who may."""

import errno
import os
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from actions.enums import ScanState, Transition
from actions.models import Attachment
from actions.proposals.queries.corrections import other_changes
from actions.proposals.services.attachments import attach
from actions.rules import can_see_attachments
from actors.enums import MembershipRole, Role
from ess_portal.base.files import pace
from ess_portal.base.files.inspection import inspect
from tests.plugins.prepared import prepared
from tests.support.factories import Story, fresh, member, person
from tests.support.files import GOOD, JPEG, png
from tests.support.hostile_parts import enclosing
from tests.support.reading import Page, plain
from tests.support.samples import some_at_once

pytestmark = pytest.mark.django_db
PDF = GOOD["statuts.pdf"]


@prepared
def story() -> Story:
    """A draft, without any file yet."""
    return Story()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """An empty folder for the files."""
    settings.ATTACHMENTS_ROOT = tmp_path
    return tmp_path


def attached(story, name="statuts.pdf", data=PDF, **columns) -> Attachment:
    made = attach(action=story.action, by=fresh(story.manager), name=name, data=data)
    Attachment.objects.filter(pk=made.pk).update(**columns)
    made.refresh_from_db()
    return made


def send(client, story, name="statuts.pdf", data=PDF, **options):
    """Post one file to the action's page of attachments."""
    file = SimpleUploadedFile(name, data)
    # The test client gives no name that holds a path; a browser's form may.
    file._name = name
    address = reverse("actions:attachments", args=[story.action.uuid])
    return client.post(address, {"file": file}, **options)


class TestAttach:
    def test_refused_files_count_too(self, as_user, story, monkeypatch, settings):
        settings.DEMO = False
        monkeypatch.setattr(pace, "MOST_IN_AN_HOUR", 2)
        client = as_user(story.manager)
        for _ in range(2):
            assert send(client, story, data=b"MZ").status_code == 200

        page = Page(send(client, story))

        (error,) = page.errors
        assert re.sub(r"\d+ h \d\d", "14 h 05", plain(error)) == (
            "Fichier à joindre : Vous avez envoyé 2 fichiers en une heure, ceux qui ont été "
            "refusés compris. Vous pourrez envoyer le suivant à partir de 14 h 05."
        )
        assert Attachment.objects.count() == 0

    def test_a_file_is_attached_and_listed(self, as_user, story):
        client = as_user(story.manager)
        response = send(client, story, follow=True)
        assert response.redirect_chain == [
            (reverse("actions:send", args=[story.action.uuid]) + "#pieces", 302)
        ]
        page = Page(response)
        assert [plain(message) for message in page.messages] == [
            "« statuts.pdf » est joint au dossier."
        ]
        attachment = Attachment.objects.get()
        assert page.links["statuts.pdf"] == attachment.get_absolute_url()
        assert "non analysé (ce portail n’a pas d’antivirus)" in page.main.text
        own = Page(client.get(story.action.get_space_url()))
        assert own.links["statuts.pdf"] == attachment.get_absolute_url()

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            (
                "statuts.pdf",
                b"",
                "Le fichier « statuts.pdf » est vide. Choisissez le bon fichier et joignez-le à "
                "nouveau.",
            ),
            (
                "facture.pdf.exe",
                b"MZ",
                "Le fichier « facture.pdf.exe » n’est pas d’un type accepté. Joignez un fichier de "
                "l’un de ces types : pdf, odt, ods, odp, docx, xlsx, pptx, png, jpg, jpeg.",
            ),
            (
                "plan.png",
                JPEG,
                "Le fichier « plan.png » n’est pas un fichier image PNG, malgré son nom. "
                "Ouvrez-le, enregistrez-le dans l’un des types acceptés et joignez-le à nouveau.",
            ),
            (
                "gros.pdf",
                PDF + bytes(10 * 1024 * 1024),
                "Le fichier « gros.pdf » pèse plus de 10 Mo. Réduisez-le (images moins grandes, "
                "plusieurs fichiers) et joignez-le à nouveau.",
            ),
        ],
    )
    def test_a_refused_file_says_why_beside_the_field(  # noqa: PLR0917
        self, as_user, story, folder, name, data, sentence
    ):
        response = send(as_user(story.manager), story, name, data)
        page = Page(response)
        assert response.status_code == 200
        assert [plain(error) for error in page.errors] == [f"Fichier à joindre : {sentence}"]
        field = page.main.one("input", type="file")
        assert field["aria-invalid"] == "true"
        described = [page.main.one("", id=name) for name in field["aria-describedby"].split()]
        assert sentence in [plain(node.text) for node in described]
        assert (Attachment.objects.count(), list(folder.iterdir())) == (0, [])

    def test_choosing_nothing_is_said(self, as_user, story):
        address = reverse("actions:attachments", args=[story.action.uuid])
        page = Page(as_user(story.manager).post(address))
        assert page.errors == ["Fichier à joindre : Choisissez un fichier."]

    def test_a_full_disk_is_told_and_the_draft_stays(self, as_user, folder, story, monkeypatch):
        def no_room(_descriptor):
            raise OSError(errno.ENOSPC, "No space left on device")

        client = as_user(story.manager)
        monkeypatch.setattr(os, "fsync", no_room)
        page = Page(send(client, story, "photo.jpg", JPEG))
        (error,) = page.errors
        assert plain(error).startswith(
            "Fichier à joindre : Le portail n’a plus de place pour garder ce fichier. Votre "
            "dossier est conservé"
        )
        assert (Attachment.objects.count(), list(folder.iterdir())) == (0, [])
        assert Page(client.get(story.action.get_space_url())).title == "Une épicerie solidaire"

    def test_what_was_left_out_of_a_file_is_said(self, as_user, story):
        client = as_user(story.manager)
        sent = enclosing({"factur-x.xml": b"<invoice/>"})

        send(client, story, "facture.pdf", sent)

        page = Page(client.get(reverse("actions:send", args=[story.action.uuid])))
        assert [plain(said) for said in page.messages] == [
            "« facture.pdf » est joint au dossier. Les données de facture (Factur-X) qu’il "
            "contenait n’ont pas été gardées."
        ]

    def test_several_files_in_one_request_are_refused(self, as_user, story):
        files = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(2)]
        address = reverse("actions:attachments", args=[story.action.uuid])
        assert as_user(story.manager).post(address, {"file": files}).status_code == 400

    def test_a_sent_file_takes_no_more(self, as_user, story):
        story.submitted()
        page = Page(send(as_user(story.manager), story))
        assert plain(page.errors[0]) == (
            "Fichier à joindre : Ce dossier n’est plus modifiable : ses pièces jointes ne "
            "changent plus."
        )

    def test_the_correction_leads_to_the_last_step(self, as_user, story):
        story.submitted()
        story.apply(
            Transition.REQUEST_CORRECTION,
            story.agent,
            comment="Joignez vos statuts.",
            details={"fields": ["attachments"], "due_on": timezone.localdate() + timedelta(days=9)},
        )
        client = as_user(story.manager)
        response = client.get(reverse("actions:edit", args=[story.action.uuid]))
        address = reverse("actions:send", args=[story.action.uuid])
        assert response.headers["Location"] == address
        assert "Pièces jointes (sur cette page)" in Page(client.get(address)).main.text
        other = reverse("actions:edit_step", args=[story.action.uuid, "action"])
        assert Page(client.get(other)).links["Pièces jointes"] == address
        assert send(client, story).status_code == 302


def test_a_file_that_nobody_asked_for_needs_no_reason():
    story = Story().in_correction(fields=["summary"])
    attached(story)
    assert other_changes(story.action) == []
    story.apply(Transition.RESUBMIT, story.manager)
    assert story.action.status == "submitted"


class TestDetach:
    def address(self, attachment) -> str:
        return reverse("actions:detach", args=[attachment.action.uuid, attachment.pk])

    def test_a_file_is_taken_back(self, as_user, story):
        attachment = attached(story)
        client = as_user(attachment.uploaded_by)
        sending = reverse("actions:send", args=[story.action.uuid])
        page = Page(client.get(sending))
        assert page.links["Retirer statuts.pdf"] == self.address(attachment)
        page = Page(client.get(self.address(attachment)))
        assert plain(page.title) == "Retirer « statuts.pdf »"
        assert page.links["Garder la pièce jointe"] == f"{sending}#pieces"
        page = Page(client.post(self.address(attachment), follow=True))
        assert [plain(message) for message in page.messages] == [
            "« statuts.pdf » est retiré du dossier."
        ]
        assert "Aucune pièce jointe" in page.main.text
        assert client.post(self.address(attachment)).status_code == 404

    def test_not_that_of_another_action(self, as_user, story):
        attachment, other = attached(story), Story()
        address = reverse("actions:detach", args=[other.action.uuid, attachment.pk])
        assert as_user(other.manager).post(address).status_code == 404
        assert Attachment.objects.count() == 1

    def test_not_once_the_file_is_sent(self, as_user, story):
        attachment = attached(story)
        story.submitted()
        page = Page(as_user(story.manager).post(self.address(attachment), follow=True))
        assert "ses pièces jointes ne changent plus" in page.messages[0]
        assert Attachment.objects.count() == 1


class TestRead:
    @pytest.mark.parametrize("name", ["lettre.docx", "plan.png", "photo.jpeg", "statuts.pdf"])
    def test_a_file_is_served_to_be_saved_and_never_shown(self, as_user, name, story):
        attachment = attached(story, name, GOOD[name])
        kept = inspect(name, GOOD[name]).data
        response = as_user(attachment.uploaded_by).get(
            attachment.get_absolute_url(), HTTP_ACCEPT_ENCODING="gzip"
        )
        assert b"".join(response.streaming_content) == kept
        assert {
            header: response.headers[header]
            for header in (
                "Content-Type",
                "Content-Disposition",
                "Content-Length",
                "X-Content-Type-Options",
                "Content-Security-Policy",
                "Cache-Control",
            )
        } == {
            "Content-Type": attachment.what.content_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(len(kept)),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }

    def test_a_file_lost_from_the_disk_is_not_found(self, as_user, folder, story):
        attachment = attached(story)
        (folder / attachment.uuid.hex).unlink()
        client = as_user(attachment.uploaded_by)
        assert client.get(attachment.get_absolute_url()).status_code == 404

    def test_the_address_says_nothing_of_where_it_is_kept(self, client, as_user, folder, story):
        attachment = attached(story)
        for address in (f"/media/attachments/{attachment.uuid.hex}", f"/static/{attachment.uuid}"):
            assert client.get(address).status_code == 404
        assert re.fullmatch(r"/pieces/[0-9a-f-]{36}/", attachment.get_absolute_url())


# Who reads the files of an action in each state (the carrier's people always do).
READERS = {
    "draft": "agent",
    "submitted": "agent",
    "in_correction": "agent",
    "in_evaluation": "agent",
    "declared": "agent evaluator",
    "evaluated": "agent evaluator committee",
    "postponed": "agent evaluator committee",
    "prioritised": "agent evaluator committee",
    "completed": "agent evaluator committee",
    "refusal_announced": "agent evaluator committee",
    "declined": "agent evaluator committee",
    "inadmissible": "agent",
    "declined_inadmissible": "agent committee",
    "withdrawn": "agent",
}


def with_file(story: Story, state: str) -> Attachment:
    """The file of a draft that was then brought to `state`."""
    attachment = attached(story)
    if state == "declared":
        story.in_evaluation().declare()
    else:
        getattr(story, state)()
    story.action.refresh_from_db()
    attachment.refresh_from_db()
    return attachment


def everybody(story) -> dict:
    return {
        "manager": story.manager,
        "contributor": member(story.carrier, MembershipRole.CONTRIBUTOR),
        "agent": story.agent,
        "evaluator": story.evaluators[0],
        "other evaluator": person(Role.EVALUATOR),
        "committee": story.members[0],
        "elected": person(Role.ELECTED),
        "administrator": person(Role.ADMINISTRATOR),
        "stranger": member(Story().carrier),
    }


@pytest.mark.parametrize("state", some_at_once(READERS, 4))
@pytest.mark.slow
def test_who_reads_a_file_in_each_state(as_user, client, story, state):
    attachment = with_file(story, state)
    people = everybody(story)
    readers = {
        role
        for role, user in people.items()
        if as_user(user).get(attachment.get_absolute_url()).status_code == 200
    }
    assert readers == {"manager", "contributor", *READERS[state].split()}
    assert readers == {
        role for role, user in people.items() if can_see_attachments(fresh(user), story.action)
    }
    assert client.get(attachment.get_absolute_url()).status_code == 302


SCANNED = {"scanned_at": timezone.now()}


@pytest.mark.parametrize(
    ("clamav", "columns", "readers", "knowing"),
    [
        ("", {}, "manager agent", "manager agent"),
        ("clamav:3310", {}, "manager", "manager"),
        ("clamav:3310", {"scan": ScanState.PENDING}, "manager", "manager"),
        ("", {"scan": ScanState.PENDING}, "manager", "manager"),
        ("clamav:3310", {"scan": ScanState.CLEAN} | SCANNED, "manager agent", "manager agent"),
        ("", {"scan": ScanState.INFECTED} | SCANNED, "", "manager agent"),
    ],
)
def test_who_reads_a_file_before_and_after_the_antivirus(  # noqa: PLR0917
    as_user, settings, clamav, columns, readers, knowing, story
):
    attachment = attached(story, **columns)
    story.submitted()
    settings.CLAMAV = clamav
    found, known = [], []
    for role, user, page in (
        ("manager", story.manager, story.action.get_space_url()),
        ("agent", story.agent, reverse("admin:actions_action_change", args=[story.action.pk])),
    ):
        browser = as_user(user)
        if browser.get(attachment.get_absolute_url()).status_code == 200:
            found.append(role)
        text = browser.get(page).content.decode()
        known += [role] if "statuts.pdf" in text else []
        assert (attachment.get_absolute_url() in text) == (role in readers.split())
    assert (found, known) == (readers.split(), knowing.split())


def test_staff_read_that_a_file_was_not_scanned(as_user, story):
    attached(story)
    story.in_evaluation().declare()
    change = reverse("admin:actions_action_change", args=[story.action.pk])
    page = Page(as_user(story.agent).get(change))
    region = page.one("div", **{"aria-label": "Pièces jointes"})
    assert "non analysé" in [plain(cell.text)[:11] for cell in region.all("td")]
    evaluation = reverse("actions:evaluation", args=[story.evaluations[0].pk])
    assert "non analysé" in Page(as_user(story.evaluators[0]).get(evaluation)).main.text


def test_the_public_page_of_a_granted_action_shows_no_file(client, as_user, story):
    attached(story, "plan.png", png())
    story.prioritised()
    address = story.action.get_absolute_url()
    assert "plan.png" not in client.get(address).content.decode()
    result = reverse("actions:result", args=[story.action.reference])
    assert "plan.png" in as_user(story.members[0]).get(result).content.decode()
