"""The documents of a session over HTTP."""

import pytest
from pypdf import PdfReader

from tests.plugins.prepared import starts_from
from tests.support.reading import plain
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

    @pytest.mark.parametrize("name", ["compte-rendu", "deliberation", "dossier", "autre"])
    @starts_from(sitting="empty")
    def test_there_is_none_before_its_time(self, as_user, name, sitting):
        assert as_user(sitting.agent).get(address(sitting, f"{name}.pdf")).status_code == 404
