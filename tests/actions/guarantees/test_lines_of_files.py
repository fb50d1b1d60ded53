"""Guarantee 13: what a file says in lines comes after its action, which says whether it may."""

from uuid import uuid4

import pytest

from actions.models import Attachment, Expense, Funder, SelfAssessment
from tests.support.factories import Story
from tests.support.guarantee_rows import attachments
from tests.support.refusals import by_sql, refused_by

pytestmark = pytest.mark.django_db

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
