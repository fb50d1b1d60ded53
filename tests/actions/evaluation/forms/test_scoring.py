"""One level and one reason a criterion: what is read, what keeps it from being sent."""

import pytest

from actions.evaluation.forms.scoring import EvaluationForm, RecusalForm
from actions.evaluation.services.evaluations import Score
from tests.plugins.prepared import prepared
from tests.support.factories import PASSING, REASON, Story
from tests.support.forms import REQUIRED, at_least, not_offered, too_long

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An action in evaluation."""
    return Story().in_evaluation()


@pytest.fixture
def evaluation(story):
    """One evaluation to write."""
    return story.evaluations[0]


def criteria_of(evaluation) -> list:
    """The criteria of its grid, in their order."""
    return list(evaluation.action.grid.criteria.order_by("position"))


def typed(evaluation, **changes) -> dict[str, str]:
    """Level 2 with a reason for each criterion; `changes` hold for the first one."""
    data = {"edition": "0"}
    for criterion in criteria_of(evaluation):
        data |= {f"level_{criterion.pk}": "2", f"reason_{criterion.pk}": REASON}
    first = criteria_of(evaluation)[0].pk
    return data | {f"{name}_{first}": value for name, value in changes.items()}


def test_hands_over_each_score(evaluation):
    first, *others = criteria_of(evaluation)
    evidence = {"evidence_document": "Statuts", "evidence_page": "4", "evidence_quote": "Une voix."}
    form = EvaluationForm(typed(evaluation, level="N", **evidence), evaluation=evaluation)
    assert form.errors == {}
    assert form.cleaned_data["edition"] == 0
    assert form.scores == {
        first.pk: Score(level=None, no_opinion=True, reason=REASON, **evidence),
        **{other.pk: Score(level=2, no_opinion=False, reason=REASON) for other in others},
    }
    assert (form.require_complete(), form.errors) == (True, {})


def test_an_empty_one_is_kept_but_not_sent(evaluation):
    form = EvaluationForm({"edition": "0"}, evaluation=evaluation)
    assert form.errors == {}
    assert form.scores == {
        criterion.pk: Score(level=None, no_opinion=False, reason="")
        for criterion in criteria_of(evaluation)
    }
    assert form.require_complete() is False
    assert form.errors == {
        f"{name}_{criterion.pk}": [sentence]
        for criterion in criteria_of(evaluation)
        for name, sentence in (
            ("level", "Choisissez un niveau ou « ne se prononce pas »."),
            ("reason", f"« {criterion.title} » : expliquez votre choix."),
        )
    }


def test_a_short_reason_is_kept_but_not_sent(evaluation):
    first = criteria_of(evaluation)[0].pk
    form = EvaluationForm(typed(evaluation, reason="Bien."), evaluation=evaluation)
    assert form.errors == {}
    assert form.require_complete() is False
    assert form.errors == {
        f"reason_{first}": [
            "Critère « Critère 1 » : votre explication compte 5 caractères, il en faut au moins 20."
        ]
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("level", "4", not_offered("4")),
        ("reason", "x" * 4001, too_long(4000, 4001)),
        ("evidence_document", "x" * 201, too_long(200, 201)),
        ("evidence_page", "x" * 41, too_long(40, 41)),
        ("evidence_quote", "x" * 1001, too_long(1000, 1001)),
    ],
)
def test_what_cannot_be_kept_is_told_beside_its_field(evaluation, name, value, sentence):
    form = EvaluationForm(typed(evaluation, **{name: value}), evaluation=evaluation)
    assert form.errors == {f"{name}_{criteria_of(evaluation)[0].pk}": [sentence]}


@pytest.mark.parametrize(("edition", "sentence"), [("", REQUIRED), ("-1", at_least(0))])
def test_needs_the_edition_it_was_opened_with(evaluation, edition, sentence):
    form = EvaluationForm(typed(evaluation) | {"edition": edition}, evaluation=evaluation)
    assert form.errors == {"edition": [sentence]}


def test_shows_what_was_saved(story):
    evaluation = story.score(story.evaluations[0], (None, *PASSING[1:]), send=False)
    form = EvaluationForm(evaluation=evaluation)
    assert form["edition"].value() == evaluation.edition
    assert [(row["level"].value(), row["reason"].value()) for row in form.rows] == [
        ("N", REASON),
        *((str(level), REASON) for level in PASSING[1:]),
    ]


def test_evidence_is_shown_once_there_is_some(evaluation):
    form = EvaluationForm(typed(evaluation, evidence_page="4"), evaluation=evaluation)
    assert [row["shows_evidence"] for row in form.rows] == [True, False, False, False]


def test_levels_are_told_in_the_words_of_the_grid(evaluation):
    first = criteria_of(evaluation)[0]
    field = EvaluationForm(evaluation=evaluation).fields[f"level_{first.pk}"]
    assert field.label == "Niveau pour « Critère 1 »"
    assert field.choices == [
        ("0", "0 – Absent"),
        ("1", "1 – Amorcé"),
        ("2", "2 – Avéré"),
        ("3", "3 – Exemplaire"),
        ("N", "Ne se prononce pas"),
    ]


@pytest.mark.parametrize(
    ("reason", "errors"),
    [
        ("Ma sœur y travaille.", {}),
        (" ", {"reason": [REQUIRED]}),
        ("x" * 2001, {"reason": [too_long(2000, 2001)]}),
    ],
)
def test_stepping_back_has_its_reason(reason, errors):
    assert RecusalForm({"reason": reason}).errors == errors
