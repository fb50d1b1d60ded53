"""Evaluating over HTTP: the queue, the grid, what is sent, taken back and kept from others."""

import pytest

from actions.models import Evaluation, SentEvaluation
from tests.support.factories import (
    REASON,
    Story,
    fresh,
    grid,
    person,
)
from tests.support.reading import Page
from tests.support.scoring import EVIDENCE, QUEUE, address, criteria_of, stored, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


class TestDraft:
    def test_may_be_partial_and_comes_back_as_typed(self, client, evaluation):
        data = typed(evaluation, "2N--") | {"draft": "1"}
        last = criteria_of(evaluation)[3]
        data[f"reason_{last.pk}"] = "À creuser."
        response = client.post(address(evaluation), data)
        assert response.headers["Location"] == address(evaluation)
        page = Page(client.get(address(evaluation)))
        assert page.messages == ["Le brouillon de votre évaluation est enregistré."]
        third = criteria_of(evaluation)[2]
        kept = {name: value for name, value in data.items() if name != "draft"}
        assert page.form == kept | {"version": "1", f"reason_{third.pk}": ""}
        assert stored(evaluation) == [2, "N", None, None]
        assert not SentEvaluation.objects.exists()

    @pytest.mark.parametrize(
        ("levels", "weights", "total"),
        [
            ("2222", (1, 1, 1, 1), "8 points sur 12, soit 66,6 sur 100"),
            ("2N--", (1, 1, 1, 1), "incomplet : 1 niveau sur 4 critères"),
            ("3333", (1, 1, 1, 1), "12 points sur 12, soit 100,0 sur 100"),
            ("1222", (1, 1, 1, 3), "11 points sur 18, soit 61,1 sur 100"),
            ("----", (1, 1, 1, 1), "incomplet : 0 niveau sur 4 critères"),
        ],
    )
    def test_shows_its_total_cut_to_one_decimal(self, as_user, levels, weights, total):
        grid(weights=weights)
        story = Story().in_evaluation().declare()
        client, evaluation = as_user(story.evaluators[0]), story.evaluations[0]
        client.post(address(evaluation), typed(evaluation, levels) | {"draft": "1"})
        assert Page(client.get(address(evaluation))).main.one("output").text == total

    def test_withdraws_an_answer(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "2222") | {"draft": "1"})
        client.post(address(evaluation), typed(evaluation, "---3", version=1) | {"draft": "1"})
        assert stored(evaluation) == [None, None, None, 3]


class TestSending:
    def test_counts_and_leaves_the_form(self, client, evaluation):
        response = client.post(address(evaluation), typed(evaluation, "210N") | {"send": "1"})
        assert response.headers["Location"] == QUEUE
        evaluation.refresh_from_db()
        assert evaluation.is_sent
        assert stored(evaluation) == [2, 1, 0, "N"]
        page = Page(client.get(QUEUE))
        assert page.messages == [
            "Votre évaluation est envoyée. Vous pouvez la reprendre jusqu’à la clôture."
        ]
        page = Page(client.get(address(evaluation)))
        assert page.main.all("input", type="radio") == []
        blocks = page.main.all("div", cls="criterion-block")
        assert [block.one("strong").text for block in blocks] == [
            "Niveau 2",
            "Niveau 1",
            "Niveau 0",
            "Ne se prononce pas",
        ]

    def test_incomplete_says_what_is_missing_field_by_field(self, client, evaluation):
        data = typed(evaluation, "2-2N")
        first, second = criteria_of(evaluation)[:2]
        data[f"reason_{first.pk}"] = " "
        data[f"reason_{second.pk}"] = "Pas encore de niveau."
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert page.errors == [
            "Explication : « Critère 1 » : expliquez votre choix.",
            "Niveau pour « Critère 2 » : « Critère 2 » : choisissez un niveau ou « ne se "
            "prononce pas ».",
        ]
        assert page.form == data
        assert stored(evaluation) == []

    def test_with_too_short_an_explanation_names_criterion_and_length(self, client, evaluation):
        data = typed(evaluation)
        second = criteria_of(evaluation)[1]
        data[f"reason_{second.pk}"] = "  Pas convaincu.  "
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert page.errors == [
            "Explication : Critère « Critère 2 » : votre explication compte 14 caractères, "
            "il en faut au moins 20."
        ]
        assert page.form == data
        assert stored(evaluation) == []
        client.post(address(evaluation), data | {"draft": "1"})
        assert stored(evaluation) == [2, 2, 2, 2]

    def test_keeps_the_evidence_with_the_reason(self, client, story, evaluation):
        data = typed(evaluation)
        first, second = criteria_of(evaluation)[:2]
        data |= {
            f"evidence_document_{first.pk}": "Statuts",
            f"evidence_page_{first.pk}": "4",
            f"evidence_quote_{first.pk}": "Une personne, une voix.",
            f"evidence_page_{second.pk}": "12",
        }
        client.post(address(evaluation), data | {"draft": "1"})
        page = Page(client.get(address(evaluation)))
        assert page.form == data | {"version": "1"}
        assert ["open" in box.attributes for box in page.main.all("details", cls="evidence")] == [
            True,
            True,
            False,
            False,
        ]
        client.post(address(evaluation), data | {"version": "1", "send": "1"})
        [sending] = SentEvaluation.objects.filter(evaluation=evaluation)
        names = EVIDENCE
        assert [[score[name] for name in names] for score in sending.scores] == [
            ["Statuts", "4", "Une personne, une voix."],
            ["", "12", ""],
            ["", "", ""],
            ["", "", ""],
        ]
        page = Page(client.get(address(evaluation)))
        assert [noted.text for noted in page.main.all(cls="evidence-noted")] == [
            "Statuts, page 4 Une personne, une voix.",
            "page 12",
        ]

    def test_with_impossible_evidence_is_refused_beside_its_field(self, client, evaluation):
        data = typed(evaluation)
        data[f"evidence_page_{criteria_of(evaluation)[2].pk}"] = "1" * 41
        page = Page(client.post(address(evaluation), data | {"send": "1"}))
        assert [error.split(" :")[0] for error in page.errors] == ["Page"]
        assert page.form == data
        assert [("open" in box.attributes) for box in page.main.all("details", cls="evidence")] == [
            False,
            False,
            True,
            False,
        ]

    @pytest.mark.parametrize("level", ["4", "-1", "2.5", "x", "\x00", "9" * 40])
    def test_a_level_outside_the_grid_is_refused(self, client, evaluation, level):
        data = typed(evaluation)
        data[f"level_{criteria_of(evaluation)[0].pk}"] = level
        for button in ("send", "draft"):
            (error,) = Page(client.post(address(evaluation), data | {button: "1"})).errors
            assert error.startswith("Niveau pour « Critère 1 » : Sélectionnez un choix valide.")
        assert stored(evaluation) == []

    @pytest.mark.parametrize("version", ["", "-1", "x", "9" * 40])
    def test_an_unreadable_version_writes_nothing(self, client, evaluation, version):
        response = client.post(address(evaluation), typed(evaluation, version=version))
        assert response.status_code in (200, 409)
        assert Page(response).errors != []
        assert stored(evaluation) == []

    @pytest.mark.parametrize("reason", ["é" * 4001, "a\x00b"])
    def test_an_impossible_reason_is_refused_beside_its_field(self, client, evaluation, reason):
        data = typed(evaluation, reason=reason) | {"send": "1"}
        errors = Page(client.post(address(evaluation), data)).errors
        assert [error.partition(" : ")[0] for error in errors] == ["Explication"] * 4
        assert stored(evaluation) == []

    def test_twice_is_refused_in_words(self, client, evaluation):
        data = typed(evaluation) | {"send": "1"}
        client.post(address(evaluation), data)
        page = Page(client.post(address(evaluation), typed(evaluation, "3333", version=1)))
        assert page.errors == ["Cette évaluation est déjà envoyée : reprenez-la pour la modifier."]
        assert stored(evaluation) == [2, 2, 2, 2]
        assert SentEvaluation.objects.count() == 1


class TestStale:
    def test_save_overwrites_nothing_and_shows_both_versions(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "11N-", "Ailleurs.") | {"draft": "1"})
        data = typed(evaluation, "3333", "Ici, d’après les statuts.")
        response = client.post(address(evaluation), data | {"send": "1"})
        page = Page(response)
        assert (response.status_code, stored(evaluation)) == (409, [1, 1, "N", None])
        assert page.errors == [
            "Cette évaluation a été enregistrée ailleurs entre-temps : rien n’a été écrasé. "
            "Comparez les deux versions, puis enregistrez celle-ci si elle est la bonne."
        ]
        other = page.main.one(id="stale").parent
        assert [line.text for line in other.all("li")] == [
            "Critère 1 : niveau 1 – Ailleurs.",
            "Critère 2 : niveau 1 – Ailleurs.",
            "Critère 3 : ne se prononce pas – Ailleurs.",
            "Critère 4 : sans niveau",
        ]
        assert page.form == data | {"version": "1"}

    def test_can_then_be_saved_with_full_knowledge(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "1111") | {"draft": "1"})
        page = Page(client.post(address(evaluation), typed(evaluation, "3333") | {"draft": "1"}))
        client.post(address(evaluation), page.form | {"draft": "1"})
        assert stored(evaluation) == [3, 3, 3, 3]


def test_the_scores_of_others_appear_nowhere_before_the_closing(as_user, story):
    secret = "Un avis que personne d’autre ne doit lire."
    other = story.evaluations[1]
    client = as_user(story.evaluators[1])
    client.post(address(other), typed(other, "0303", secret) | {"send": "1"})
    readers = {
        "evaluator": story.evaluators[0],
        "manager": story.manager,
        "agent": story.agent,
        "committee": story.members[0],
        "superuser": person(is_superuser=True),
    }
    pages = [
        QUEUE,
        address(story.evaluations[0]),
        story.action.get_absolute_url(),
        story.action.get_space_url(),
        f"/admin/actions/action/{story.action.pk}/change/",
        f"/admin/actions/evaluation/{other.pk}/change/",
        "/admin/actions/evaluation/",
        "/commission/",
        "/tableau-de-bord/",
    ]
    read = {
        (who, path)
        for who, user in readers.items()
        for path in pages
        if secret in as_user(fresh(user)).get(path).content.decode()
    }
    assert read == set()


def test_somebody_without_the_role_any_more_writes_nothing(as_user):
    story = Story().in_evaluation()
    evaluation = story.evaluations[0]
    client = as_user(story.evaluators[0])
    story.evaluators[0].groups.clear()
    assert client.post(address(evaluation), typed(evaluation) | {"send": "1"}).status_code == 404
    assert not Evaluation.objects.filter(sent_at__isnull=False).exists()


def test_the_carriers_self_assessment_stands_beside_the_evaluators_own_level(client, evaluation):
    """So that it doesn't lead the evaluator, who may still change their mind before they send."""

    def beside() -> list[str]:
        page = Page(client.get(address(evaluation)))
        return [line.text for line in page.main.all("p", cls="self-assessment")]

    later = "L’auto-évaluation du porteur s’affiche ici une fois votre niveau enregistré."
    assert beside() == [later] * 4
    first, second, *_ = evaluation.action.grid.criteria.order_by("position")
    levels = {f"level_{first.pk}": "1", f"level_{second.pk}": "N"}
    client.post(address(evaluation), {"version": evaluation.version} | levels)
    said = f"Auto-évaluation du porteur : niveau 2. {REASON}"
    assert beside() == [said, said, later, later]


def test_the_questions_of_each_criterion_stand_before_it(client, evaluation):
    page = Page(client.get(address(evaluation)))
    assert [line.text for line in page.main.all("ul", cls="questions")[0].all("li")] == [
        "Une question ?",
        "Une autre ?",
    ]
