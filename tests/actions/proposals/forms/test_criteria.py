"""Step 5: the carrier's own view of each criterion of the grid in force."""

import pytest

from actions.proposals.forms.criteria import CriteriaForm
from actions.proposals.services.applications import Assessment
from tests.support.factories import CODES, REASON, Story, UserFactory, grid
from tests.support.forms import not_offered, too_long

pytestmark = pytest.mark.django_db
KEY = {"key": "3f2a1c9e-0000-4000-8000-000000000001"}


def form(**typed) -> CriteriaForm:
    """The fifth step of a new file, under a grid of four criteria."""
    grid()
    return CriteriaForm(KEY | typed, user=UserFactory.build())


def test_hands_over_the_levels_that_were_chosen():
    filled = form(
        self_level_shared_governance="0",
        self_reason_shared_governance="Pas encore.",
        self_level_employment="3",
    )
    assert filled.errors == {}
    assert filled.content.assessments == {
        "shared_governance": Assessment(level=0, reason="Pas encore."),
        "employment": Assessment(level=3),
    }


def test_an_explanation_goes_with_a_level():
    filled = form(self_reason_employment="Deux emplois.")
    assert filled.errors == {
        "self_level_employment": ["Choisissez un niveau pour « Critère 3 », avec l’explication."]
    }
    assert filled.assessments() == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("self_level_employment", "4", not_offered("4")),
        ("self_reason_employment", "x" * 2001, too_long(2000, 2001)),
    ],
)
def test_says_beside_each_field_what_cannot_be_kept(field, value, sentence):
    assert form(**{field: value}).errors == {field: [sentence]}


def test_asks_in_the_words_of_the_grid():
    filled = form()
    assert [row["criterion"].code for row in filled.assessment_rows] == list(CODES)
    assert [row["level"].label for row in filled.assessment_rows] == [
        f"Où en êtes-vous sur « Critère {number} » ?" for number in range(1, 5)
    ]
    assert filled.assessment_rows[0]["level"].field.choices == [
        (0, "0 – Absent"),
        (1, "1 – Amorcé"),
        (2, "2 – Avéré"),
        (3, "3 – Exemplaire"),
    ]


def test_without_a_programme_nothing_is_asked():
    filled = CriteriaForm(KEY, user=UserFactory.build())
    assert (filled.errors, filled.assessment_rows, filled.assessments()) == ({}, [], {})


def test_shows_what_was_said():
    story = Story()
    filled = CriteriaForm(instance=story.action, user=story.manager)
    assert [(row["level"].value(), row["reason"].value()) for row in filled.assessment_rows] == [
        (2, REASON)
    ] * 4
