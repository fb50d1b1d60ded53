"""Evaluating over HTTP: the queue, the grid, what is sent, taken back and kept from others."""

import re

import pytest

from actions.models import Evaluation, SentEvaluation
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    REASON,
    Story,
    fresh,
    grid,
    person,
)
from tests.support.reading import Page, plain
from tests.support.scoring import EVIDENCE, QUEUE, address, criteria_of, shown_again, stored, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(story, as_user):
    """The first evaluator's browser."""
    return as_user(story.evaluators[0])


def quiet(form, levels, evaluation, *, turn=1) -> dict:
    """What the page sends by itself, its reader having come so far."""
    own = {name: form[name] for name in ("edition", "window")}
    return typed(evaluation, levels) | own | {"turn": str(turn), "quiet": "1"}


def heard(client, evaluation, data) -> str:
    """Save as the page does by itself; return what it is told."""
    response = client.post(address(evaluation), data)
    assert response.status_code == 200
    return plain(" ".join(Page(response).root.text.split()))


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
        assert shown_again(page) == kept | {"edition": "1", f"reason_{third.pk}": ""}
        assert stored(evaluation) == [2, "N", None, None]
        assert not SentEvaluation.objects.exists()

    @pytest.mark.parametrize(
        ("levels", "weights", "total"),
        [
            (
                "2222",
                (1, 1, 1, 1),
                "8 points sur 12, soit 66,6 sur 100, arrondi au dixième inférieur",
            ),
            ("2N--", (1, 1, 1, 1), "incomplet : 1 niveau sur 4 critères"),
            ("3333", (1, 1, 1, 1), "12 points sur 12, soit 100,0 sur 100"),
            (
                "1222",
                (1, 1, 1, 3),
                "11 points sur 18, soit 61,1 sur 100, arrondi au dixième inférieur",
            ),
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
        client.post(address(evaluation), typed(evaluation, "---3", edition=1) | {"draft": "1"})
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
            "Niveau pour « Critère 2 » : Choisissez un niveau ou « ne se prononce pas ».",
        ]
        assert shown_again(page) == data
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
        assert shown_again(page) == data
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
        assert shown_again(page) == data | {"edition": "1"}
        assert ["open" in box.attributes for box in page.main.all("details", cls="evidence")] == [
            True,
            True,
            False,
            False,
        ]
        client.post(address(evaluation), data | {"edition": "1", "send": "1"})
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
        assert shown_again(page) == data
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

    @pytest.mark.parametrize("edition", ["", "-1", "x", "9" * 40])
    def test_an_unreadable_edition_writes_nothing(self, client, evaluation, edition):
        response = client.post(address(evaluation), typed(evaluation, edition=edition))
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
        page = Page(client.post(address(evaluation), typed(evaluation, "3333", edition=1)))
        assert page.errors == ["Cette évaluation est déjà envoyée : reprenez-la pour la modifier."]
        assert stored(evaluation) == [2, 2, 2, 2]
        assert SentEvaluation.objects.count() == 1


class TestWhileTyping:
    def test_it_is_kept_and_says_when(self, client, evaluation):
        data = quiet(Page(client.get(address(evaluation))).form, "2-N-", evaluation)
        assert re.fullmatch(r"Enregistré à \d\d h \d\d\.", heard(client, evaluation, data))
        assert stored(evaluation) == [2, None, "N", None]
        evaluation.refresh_from_db()
        assert (evaluation.is_sent, evaluation.edition, evaluation.turn) == (False, 1, 1)
        page = Page(client.get(address(evaluation)))
        assert re.fullmatch(
            r"Enregistré le \d+ \w+ à \d\d h \d\d\.", plain(page.one(id="enregistre").text)
        )
        assert page.form["window"] != data["window"]

    def test_nobody_who_has_only_opened_it_is_told_of_a_saving(self, client, evaluation):
        assert Page(client.get(address(evaluation))).one(id="enregistre").text == ""

    def test_it_is_never_sent_by_itself(self, client, evaluation):
        data = quiet(Page(client.get(address(evaluation))).form, "2222", evaluation)
        heard(client, evaluation, data | {"send": "1"})
        evaluation.refresh_from_db()
        assert (evaluation.is_sent, stored(evaluation)) == (False, [2, 2, 2, 2])

    def test_what_comes_late_changes_nothing(self, client, evaluation):
        form = Page(client.get(address(evaluation))).form
        heard(client, evaluation, quiet(form, "3333", evaluation, turn=5))
        for turn in (4, 5):
            said = heard(client, evaluation, quiet(form, "1111", evaluation, turn=turn))
            assert said.startswith("Enregistré à ")
            assert stored(evaluation) == [3, 3, 3, 3]
        heard(client, evaluation, quiet(form, "2222", evaluation, turn=6))
        assert stored(evaluation) == [2, 2, 2, 2]

    def test_it_refuses_what_was_sent_meanwhile(self, client, evaluation):
        form = Page(client.get(address(evaluation))).form
        client.post(address(evaluation), form | typed(evaluation, "3333") | {"send": "1"})
        assert heard(client, evaluation, quiet(form, "1111", evaluation, turn=9)) == (
            "Pas enregistré. Cette évaluation est déjà envoyée : reprenez-la pour la modifier."
        )
        assert stored(evaluation) == [3, 3, 3, 3]

    def test_a_page_from_before_the_sending_is_old_once_it_is_taken_back(self, client, evaluation):
        form = Page(client.get(address(evaluation))).form
        client.post(address(evaluation), form | typed(evaluation, "3333") | {"send": "1"})
        client.post(f"{address(evaluation)}reprendre/")
        said = heard(client, evaluation, quiet(form, "1111", evaluation, turn=9))
        assert said.startswith("Pas enregistré. Vous avez enregistré cette évaluation")
        assert stored(evaluation) == [3, 3, 3, 3]

    def test_it_refuses_once_the_evaluation_is_not_open(self, client, story, evaluation):
        form = Page(client.get(address(evaluation))).form
        story.apply("return_to_instruction", story.agent, comment="Budget à revoir.")
        assert heard(client, evaluation, quiet(form, "1111", evaluation)) == (
            "Pas enregistré. L’évaluation de cette action n’est pas ouverte."
        )

    @starts_from(story="in_evaluation")
    def test_it_refuses_without_a_declaration(self, client, evaluation):
        assert heard(client, evaluation, typed(evaluation) | {"quiet": "1"}) == (
            "Pas enregistré. Déclarez d’abord n’avoir aucun intérêt dans cette action, ou "
            "déportez-vous."
        )

    def test_it_says_what_could_not_be_read(self, client, evaluation):
        data = typed(evaluation, reason="é" * 4001) | {"quiet": "1"}
        assert heard(client, evaluation, data).startswith(
            "Pas enregistré. Assurez-vous que cette valeur comporte au plus 4000 caractères"
        )
        assert stored(evaluation) == []

    def test_an_older_window_is_told_and_a_button_shows_it_both(self, client, evaluation):
        first, second = (Page(client.get(address(evaluation))).form for _ in range(2))
        heard(client, evaluation, quiet(first, "1111", evaluation))
        data = quiet(second, "3333", evaluation)
        said = heard(client, evaluation, data)
        assert re.sub(r"\d\d h \d\d", "14 h 03", said) == (
            "Pas enregistré. Vous avez enregistré cette évaluation dans une autre fenêtre, à "
            "14 h 03. Utilisez un bouton pour voir les deux versions et choisir, ou reprenez la "
            "version enregistrée."
        )
        assert stored(evaluation) == [1, 1, 1, 1]


class TestStale:
    def test_save_overwrites_nothing_and_shows_both_versions(self, client, evaluation):
        client.post(address(evaluation), typed(evaluation, "11N-", "Ailleurs.") | {"draft": "1"})
        data = typed(evaluation, "3133", "Ici, d’après les statuts.")
        response = client.post(address(evaluation), data | {"send": "1"})
        page = Page(response)
        assert (response.status_code, stored(evaluation)) == (409, [1, 1, "N", None])
        notice = page.main.one(id="stale").parent
        assert plain(notice.one("h2").text) == "Cette évaluation a changé entre-temps"
        rows = [
            [cell.text for cell in (row.one("th"), *row.all("td"))]
            for row in notice.one("tbody").all("tr")
        ]
        said = "Ici, d’après les statuts."
        assert rows == [
            ["1. Critère 1 – Niveau", "1 – Amorcé", "3 – Exemplaire"],
            ["1. Critère 1 – Explication", "Ailleurs.", said],
            ["2. Critère 2 – Explication", "Ailleurs.", said],
            ["3. Critère 3 – Niveau", "Ne se prononce pas", "3 – Exemplaire"],
            ["3. Critère 3 – Explication", "Ailleurs.", said],
            ["4. Critère 4 – Niveau", "(vide)", "3 – Exemplaire"],
            ["4. Critère 4 – Explication", "(vide)", said],
        ]
        assert shown_again(page) == data | {"edition": "1"}

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
    client.post(address(evaluation), {"edition": evaluation.edition} | levels)
    said = f"Auto-évaluation du porteur : niveau 2. {REASON}"
    assert beside() == [said, said, later, later]


def test_the_questions_of_each_criterion_stand_before_it(client, evaluation):
    page = Page(client.get(address(evaluation)))
    assert [line.text for line in page.main.all("ul", cls="questions")[0].all("li")] == [
        "Une question ?",
        "Une autre ?",
    ]
