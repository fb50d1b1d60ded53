"""The documents of a session over HTTP."""

import pytest
from pypdf import PdfReader

from actions.committee.queries.minutes import minutes_of
from actions.committee.queries.session_snapshot import start_of
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.reading import Page, plain
from tests.support.sessions import HeldSession, address

pytestmark = pytest.mark.django_db


def text_of(content: bytes, tmp_path) -> str:
    """The text of a PDF, its spaces folded."""
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    pages = PdfReader(path).pages
    return plain(" ".join(" ".join(page.extract_text() for page in pages).split()))


class TestDocuments:
    @starts_from(sitting="prepared for two actions")
    @pytest.mark.slow
    def test_say_what_was_decided_for_ever(self, as_user, tmp_path, sitting):
        sitting.opened()
        sitting.step_aside(sitting.items[1], sitting.third)
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        sitting.record(sitting.items[1], outcome="adjourn")
        sitting.close().confirm(sitting.second)
        client = as_user(sitting.agent)

        def download(name):
            return b"".join(client.get(address(sitting, f"{name}.pdf")).streaming_content)

        minutes = download("compte-rendu")
        text = text_of(minutes, tmp_path)
        for said in (
            "Compte rendu de la commission du 3 décembre 2026",
            "3 sur 3 (quorum : 2)",
            f"{sitting.third} {sitting.stories[1].action.reference}",
            "Action priorisée : 4 000 €",
            "vote : 3 pour, 0 contre, 0 abstention",
            f"Proposée par {sitting.chair}",
            f"Confirmée par {sitting.second}",
            "Point reporté à une autre séance",
            "Enveloppe 50 000 €",
            "Reste 46 000 €",
        ):
            assert said in text, said
        assert download("compte-rendu") == minutes
        # A second session looks again at the other action: these minutes don't change.
        again = HeldSession(stories=[sitting.stories[1]]).opened()
        again.record(again.items[0], outcome="prioritise", amount=1000)
        again.close().confirm(again.second)
        assert download("compte-rendu") == minutes
        assert "Projet de délibération" in text_of(download("deliberation"), tmp_path)

    @starts_from(sitting="prepared for two actions")
    def test_the_pack_comes_before(self, as_user, tmp_path, sitting):
        response = as_user(sitting.second).get(address(sitting, "dossier.pdf"))
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == (
            'attachment; filename="dossier-2026-12-03.pdf"'
        )
        text = text_of(b"".join(response.streaming_content), tmp_path)
        for story in sitting.stories:
            assert story.action.reference in text
            # Reasons, without those who gave them.
            assert all(str(evaluator) not in text for evaluator in story.evaluators)

    @pytest.mark.parametrize("name", ["compte-rendu", "deliberation"])
    @starts_from(sitting="closed")
    def test_two_of_them_can_be_edited(self, as_user, name, sitting):
        client = as_user(sitting.second)
        page = Page(client.get(address(sitting)))
        path = address(sitting, f"{name}.odt")
        assert path in page.links.values()
        response = client.get(path)
        assert response.headers["Content-Type"] == "application/vnd.oasis.opendocument.text"
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="{name}-2026-12-03.odt"'
        )
        assert b"".join(response.streaming_content).startswith(b"PK")
        assert client.get(address(sitting, "dossier.odt")).status_code == 404

    @starts_from(sitting="open")
    def test_the_hour_of_the_opening_is_the_real_one(self, sitting):
        minutes = minutes_of(sitting.session, sitting.agent)
        assert minutes.opened_at == sitting.session.opened_at
        assert minutes.starts_at == start_of(sitting.session)

    @starts_from(sitting="prepared for two actions")
    def test_the_calendar_file_is_that_of_the_mail(self, as_user, sitting):
        client = as_user(sitting.second)
        path = address(sitting, "seance.ics")
        assert (
            Page(client.get(address(sitting))).links["Ajouter la séance à mon agenda (fichier ICS)"]
            == path
        )
        response = client.get(path)
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Content-Disposition"] == (
            'attachment; filename="seance-2026-12-03.ics"'
        )
        sent = OutgoingMail.objects.filter(
            recipient=sitting.second.email, attachment_name="seance-2026-12-03.ics"
        )
        assert response.content.decode() == sent.latest("pk").attachment

    @pytest.mark.parametrize("name", ["compte-rendu", "deliberation", "dossier", "autre"])
    @starts_from(sitting="empty")
    def test_there_is_none_before_its_time(self, as_user, name, sitting):
        assert as_user(sitting.agent).get(address(sitting, f"{name}.pdf")).status_code == 404
