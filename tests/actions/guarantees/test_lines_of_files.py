"""Guarantee 13: what a file says in lines comes after its action, which says whether it may."""

from uuid import uuid4

import pytest

from actions.models import Action, Attachment, Expense, Funder, SelfAssessment
from tests.support.factories import CommuneFactory, SectorFactory, Story
from tests.support.guarantee_rows import attachments
from tests.support.guarantee_steps import action_in, move
from tests.support.refusals import by_sql, execute, refused_by, refused_every_way

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOWHERE = 1_000_000


@pytest.mark.parametrize("model", [SelfAssessment, Expense, Funder, Attachment])
def test_no_line_is_written_before_its_action(model):
    """The foreign key is looked at at the end: any action could have come by then."""
    story = Story()
    attachments.write(story)
    row = model.objects.filter(action=story.action).first()
    row.pk, row.action_id = None, NOWHERE
    if model is Attachment:
        row.uuid = uuid4()

    with refused_by(f"{model._meta.db_table}_written_with_the_file"):
        row.save(force_insert=True)


@pytest.mark.parametrize("model", [SelfAssessment, Expense, Funder])
def test_no_line_goes_to_an_action_that_isnt_there(model):
    row = model.objects.filter(action=Story().action).first()

    with refused_by(f"{model._meta.db_table}_written_with_the_file"):
        by_sql(row, action_id=NOWHERE)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("starts_on", "-infinity"),
        ("ends_on", "infinity"),
        ("submitted_at", "infinity"),
        *((name, "NaN") for name in ("total_cost", "funding_asked", "other_funding", "jobs_kept")),
    ],
)
def test_nothing_of_a_file_is_without_measure(column, value):
    """PostgreSQL keeps them, and no page could be made of the row any more."""
    action = Story().action

    with refused_by("actions_action_is_finite"):
        by_sql(action, **{column: value})


@pytest.mark.parametrize("status", ["in_evaluation", "evaluated", "completed", "declined"])
def test_communes_and_sectors_are_those_that_were_admitted(status):
    """Everybody reads where an action takes place, and lists and figures count by it."""
    story = getattr(Story(), status)()
    commune, sector = CommuneFactory(), SectorFactory()
    story_of = story.action
    for name, relation, other in (
        ("actions_actioncommune_before_admission", story_of.communes, commune),
        ("actions_actionsector_before_admission", story_of.sectors, sector),
    ):
        table = relation.through._meta.db_table
        with refused_by(name):
            relation.add(other)
        with refused_by(name):
            execute(
                f"INSERT INTO {table} (action_id, {relation.target_field.name}_id) VALUES (%s, %s)",
                NOWHERE,
                other.pk,
            )
    with refused_by("actions_actioncommune_before_admission"):
        execute("DELETE FROM actions_action_communes WHERE action_id = %s", story_of.pk)
    with refused_by("actions_actioncommune_before_admission"):
        execute(
            "UPDATE actions_action_communes SET action_id = %s WHERE action_id = %s",
            Story().action.pk,
            story_of.pk,
        )


@pytest.mark.parametrize("status", ["draft", "submitted", "in_correction"])
def test_they_are_corrected_until_then(status):
    action = getattr(Story(), status)().action

    action.communes.set([CommuneFactory()])
    action.sectors.set([SectorFactory()])

    assert action.communes.count() == action.sectors.count() == 1


def test_a_final_report_is_written_as_the_action_is_completed():
    """Everybody reads it: neither before, nor another afterwards."""
    story = Story().in_progress()
    for report in ("", " \u00a0"):
        with refused_by("actions_action_completed_with_its_report"):
            move(story.action, "completed", story.agent, final_report=report)

    move(story.action, "completed", story.agent, final_report="Trente familles servies.")

    for report in ("", "Quarante familles servies."):
        refused_every_way("actions_action_report_is_kept", story.action, final_report=report)


def test_an_action_is_not_described_with_a_final_report():
    with refused_by("actions_action_report_of_what_is_completed"):
        Action.objects.create(title="Un potager", final_report="Tout va bien.")


@pytest.mark.parametrize(
    "columns",
    [
        {"challenge_is_proposed": True},
        {"carrier_name": "Une autre structure"},
        {"recorded_year": 1999},
        {"recorded_state": "Terminée"},
        {"recorded_amount": 12},
        {"recorded_funder": "L’État"},
        {"sources": "https://exemple.fr/"},
    ],
)
@pytest.mark.parametrize("status", ["submitted", "completed"])
def test_only_a_recorded_action_says_what_a_source_says(status, columns):
    action = getattr(Story(), status)().action

    refused_every_way("actions_action_recorded_from_a_source", action, **columns)


def test_a_recorded_amount_is_one():
    with refused_by("actions_action_is_finite"):
        by_sql(action_in("recorded"), recorded_amount="NaN")
