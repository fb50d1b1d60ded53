"""Stepping back, and taking back what was sent."""

import pytest

from actions.models import Recusal, SentEvaluation
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    REASON,
)
from tests.support.reading import Page
from tests.support.scoring import QUEUE, address, stored, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


class TestTakingBack:
    def test_gives_the_form_again_and_keeps_what_was_sent(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "1111") | {"send": "1"})
        client.get(QUEUE)
        response = client.post(f"{address(evaluation)}reprendre/")
        assert response.headers["Location"] == address(evaluation)
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["Vous pouvez modifier votre évaluation, puis l’envoyer à nouveau."]
        edition = page.form["edition"]
        client.post(address(evaluation), typed(evaluation, "3333", edition=edition) | {"send": "1"})
        sendings = SentEvaluation.objects.filter(evaluation=evaluation)
        assert [[score["level"] for score in sent.scores] for sent in sendings] == [
            [1, 1, 1, 1],
            [3, 3, 3, 3],
        ]
        assert sendings[0].scores[0] == {
            "criterion": "shared_governance",
            "level": 1,
            "no_opinion": False,
            "reason": REASON,
            "evidence_document": "",
            "evidence_page": "",
            "evidence_quote": "",
        }
        assert stored(evaluation) == [3, 3, 3, 3]

    @starts_from(story="evaluated")
    def test_ends_with_the_closing(self, as_user, story):
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        client.post(f"{address(evaluation)}reprendre/")
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["L’évaluation de cette action n’est pas ouverte."]
        assert page.main.all("form") == []
        evaluation.refresh_from_db()
        assert evaluation.is_sent

    @starts_from(story="evaluated")
    def test_after_the_closing_everything_is_read_only(self, as_user, story):
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        page = Page(client.get(address(evaluation)))
        assert page.main.all("form") == []
        assert [b.one("strong").text for b in page.main.all("div", cls="criterion-block")] == [
            "Niveau 2"
        ] * 4
        data = typed(evaluation, "3333", edition=1) | {"send": "1"}
        assert Page(client.post(address(evaluation), data)).errors == [
            "L’évaluation de cette action n’est pas ouverte."
        ]
        assert stored(evaluation) == [2, 2, 2, 2]
        page = Page(client.post(f"{address(evaluation)}deport/", {"reason": "Lien."}))
        assert page.errors == ["L’évaluation de cette action n’est pas ouverte."]
        assert not Recusal.objects.exists()


class TestRecusal:
    def test_removes_the_file_from_the_queue_for_good(self, client, story, evaluation):
        response = client.post(
            f"{address(evaluation)}deport/", {"reason": "Mon frère y travaille."}
        )
        assert response.headers["Location"] == QUEUE
        page = Page(client.get(QUEUE))
        assert page.messages == ["Votre déport est enregistré : ce dossier quitte votre liste."]
        assert page.main.all("li", cls="row-item") == []
        recusal = Recusal.objects.get()
        assert (recusal.user, recusal.declared_by, recusal.reason) == (
            story.evaluators[0],
            story.evaluators[0],
            "Mon frère y travaille.",
        )
        for path in (address(evaluation), story.action.get_absolute_url()):
            assert client.get(path).status_code == 404
        assert client.post(address(evaluation), typed(evaluation)).status_code == 404
        assert stored(evaluation) == []

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_needs_a_reason(self, client, evaluation, reason):
        page = Page(client.post(f"{address(evaluation)}deport/", {"reason": reason}))
        assert page.errors == [
            "Quel lien avez-vous avec l’action ou sa structure ? Ce champ est obligatoire."
        ]
        assert not Recusal.objects.exists()
