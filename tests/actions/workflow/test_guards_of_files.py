"""actions/workflow/guards.py: what a file, a correction and an admission ask.

Tests here take no fixture: test_mutations.py runs them against each mutant of the guards.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from actions.models import Action
from actions.models.completeness import missing_sentences
from actions.models.correction import CORRECTABLE_FIELDS
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Measure, Programme
from tests.support.factories import CODES, OrganisationFactory, Story
from tests.support.lacks import refusals, today
from tests.support.refusals import by_sql

pytestmark = pytest.mark.django_db


# --- The file ----------------------------------------------------------------------------------


def test_a_complete_file_lacks_nothing():
    assert missing_sentences(Story().action) == []


BALANCE = (
    "Le budget n’est pas équilibré : le financement demandé, les ressources propres "
    "et les autres financements doivent faire ensemble le coût total."
)


CONSENTS = "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation."


DATES = "Indiquez le début et la fin prévus."


@pytest.mark.parametrize(
    ("columns", "sentences"),
    [
        ({"title": "  "}, ["Donnez un titre à l’action."]),
        ({"summary": ""}, ["Résumez l’action en quelques phrases."]),
        (
            {"measure_id": None},
            ["Choisissez la mesure du programme à laquelle l’action répond."],
        ),
        ({"starts_on": None}, [DATES]),
        ({"ends_on": None}, [DATES]),
        ({"total_cost": 0}, ["Indiquez le coût total de l’action.", BALANCE]),
        ({"total_cost": Decimal("9999.99")}, [BALANCE]),
        ({"total_cost": Decimal("10000.01")}, [BALANCE]),
        ({"funding_asked": 0, "own_resources": 9000}, []),
        ({"other_funding": 0}, [BALANCE]),
        ({"certifies_accuracy": False}, [CONSENTS]),
        ({"accepts_terms": False}, [CONSENTS]),
        ({"programme_id": None}, ["Aucun programme n’est ouvert aux propositions."]),
    ],
)
def test_what_a_file_lacks(columns, sentences):
    story = Story()
    by_sql(story.action, **columns)
    if "programme_id" in columns:
        sentences = [
            *sentences,
            "Choisissez une mesure du programme en cours.",
            "Aucune grille d’évaluation n’est en vigueur.",
        ]

    assert refusals(story, "submit", story.manager) == sentences


def test_what_a_file_lacks_beside_its_columns():
    story = Story()
    with transaction.atomic():
        story.action.communes.clear()
        assert refusals(story, "submit", story.manager) == ["Choisissez au moins une commune."]
        transaction.set_rollback(True)
    for position, code in enumerate(CODES, 1):
        with transaction.atomic():
            story.action.self_assessments.filter(criterion_code=code).delete()
            assert refusals(story, "submit", story.manager) == [
                f"Évaluez votre action sur le critère « Critère {position} »."
            ]
            transaction.set_rollback(True)


def test_dates_are_in_order():
    """The database refuses to keep them otherwise: the form asks before."""
    action = Story().action
    action.starts_on = action.ends_on = today()
    assert missing_sentences(action) == []
    action.ends_on = today(-1)
    assert missing_sentences(action) == ["La fin prévue doit suivre le début."]


def test_a_file_without_carrier():
    """Nobody could send it; the form says so first."""
    action = Story().action
    action.carrier = None

    assert missing_sentences(action) == ["Choisissez la structure qui porte l’action."]


def test_an_empty_file_lacks_everything():
    sentences = missing_sentences(Action(title=""))

    assert len(sentences) == 10
    assert sentences[-2] == "Aucune grille d’évaluation n’est en vigueur."


def test_no_programme_is_open():
    story = Story()
    Programme.objects.update(state=ProgrammeState.ARCHIVED)

    assert refusals(story, "submit", story.manager) == [
        "Aucun programme n’est ouvert aux propositions."
    ]


def test_a_measure_of_another_programme():
    story = Story()
    other = Programme.objects.create(
        code="autre", title="Autre", authority="A", starts_on="2030-01-01", ends_on="2031-01-01"
    )
    challenge = Challenge.objects.create(programme=other, number=1, title="Défi")
    measure = Measure.objects.create(challenge=challenge, number=1, title="Mesure")
    by_sql(story.action, measure_id=measure.pk)

    assert refusals(story, "submit", story.manager) == [
        "Choisissez une mesure du programme en cours."
    ]


def test_a_file_that_was_complete_is_asked_again_after_a_correction():
    story = Story().in_correction(fields=["summary"])
    by_sql(story.action, summary="")

    assert refusals(story, "resubmit", story.manager) == ["Résumez l’action en quelques phrases."]


def test_what_was_changed_unasked_has_a_reason():
    story = Story().in_correction(fields=["summary"])
    by_sql(story.action, summary="Mieux dit.")
    assert refusals(story, "resubmit", story.manager) == []
    by_sql(story.action, title="Autrement dit", jobs_kept=3)

    unasked = (
        "Vous avez aussi modifié ce qui n’était pas demandé : dites pourquoi (Titre, Emplois "
        "maintenus)."
    )
    for comment, sentences in (("", [unasked]), (" ", [unasked]), ("Une embauche.", [])):
        assert refusals(story, "resubmit", story.manager, comment=comment) == sentences


@pytest.mark.parametrize(
    ("family", "missing"),
    [
        ("association", ["Signez le contrat d’engagement républicain."]),
        ("foundation", ["Signez le contrat d’engagement républicain."]),
        ("cooperative", []),
        ("mutual", []),
        ("commercial_company", []),
        ("", []),
    ],
)
def test_the_republican_contract_is_for_associations_and_foundations(family, missing):
    story = Story(carrier=OrganisationFactory(family=family), signs_contract=False)

    assert refusals(story, "submit", story.manager) == missing


# --- Corrections -------------------------------------------------------------------------------

PARTS = "Cochez au moins une partie du dossier à compléter."


DUE = "Donnez au porteur une date à venir pour compléter son dossier."
TOO_FAR = "Cette date est trop lointaine."


def test_a_correction_is_precise():
    story = Story().submitted()

    def asked(fields, due_on) -> list[str]:
        details = {"fields": fields, "due_on": due_on}
        return refusals(story, "request_correction", story.agent, details=details)

    assert asked(["title"], today(1)) == []
    assert asked(list(CORRECTABLE_FIELDS), today(30)) == []
    assert asked(["title"], today(3650)) == []
    assert asked(["title"], today(3651)) == asked(["title"], date.max) == [TOO_FAR]
    assert asked([], today(1)) == [PARTS]
    assert asked(None, today(1)) == [PARTS]
    assert asked(["title", "status"], today(1)) == [PARTS]
    assert asked(["title"], today()) == [DUE]
    assert asked(["title"], today(-1)) == [DUE]
    assert asked(["title"], None) == [DUE]
    assert asked(["title"], "demain") == [DUE]
    assert refusals(story, "request_correction", story.agent) == [PARTS, DUE]


# --- Admission ---------------------------------------------------------------------------------

NO_GRID = ["Le programme n’a pas de grille en vigueur avec ses quatre critères."]


def test_admission_needs_a_grid_with_its_four_criteria():
    story = Story().submitted()
    grid = story.action.programme.grids.get()

    assert refusals(story, "admit", story.agent) == []
    by_sql(grid, is_current=False)
    assert refusals(story, "admit", story.agent) == NO_GRID
    by_sql(grid, is_current=True)
    grid.criteria.last().delete()
    assert refusals(story, "admit", story.agent) == NO_GRID
