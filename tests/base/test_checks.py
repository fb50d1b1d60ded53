"""CHECK constraints asked together say what Django says of each."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from actions.models import Action

pytestmark = pytest.mark.django_db

QUESTION = 'AS "_check"'


def action(**columns) -> Action:
    """A draft, not stored."""
    return Action(**{"title": "Une épicerie"} | columns)


def said(validate) -> dict | None:
    """What is refused, by field."""
    try:
        validate()
    except ValidationError as error:
        return error.message_dict
    return None


def test_a_row_that_breaks_nothing_is_asked_about_once(django_assert_num_queries):
    with django_assert_num_queries(3) as asked:
        action().validate_constraints()
    savepoint, question, release = (query["sql"] for query in asked)
    assert savepoint.startswith("SAVEPOINT")
    assert release.startswith("RELEASE SAVEPOINT")
    assert question.count(QUESTION) == 1


@pytest.mark.parametrize(
    ("columns", "exclude", "refused"),
    [
        ({}, [], False),
        ({"starts_on": date(2027, 2, 1), "ends_on": date(2027, 1, 1)}, [], True),
        ({"starts_on": date(2027, 2, 1), "ends_on": date(2027, 1, 1)}, ["ends_on"], False),
        ({"starts_on": date(2027, 2, 1), "ends_on": None}, [], False),
        ({"funding_asked": Decimal(-1)}, [], True),
        ({"funding_asked": Decimal(-1)}, ["grid", "measure"], True),
        ({"funding_asked": Decimal(-1), "status": "unknown"}, [], True),
        ({"status": "prioritised"}, [], True),
        ({"status": "prioritised", "title": ""}, ["status"], False),
        ({"funding_asked": Decimal(-1)}, [field.name for field in Action._meta.fields], False),
    ],
)
def test_they_say_what_each_would_say_alone(columns, exclude, refused):
    row = action(**columns)
    alone = said(lambda: models.Model.validate_constraints(row, exclude=set(exclude)))
    together = said(lambda: row.validate_constraints(exclude=set(exclude)))
    assert (together, together is not None) == (alone, refused)


def test_the_next_look_at_the_same_row_is_a_new_one():
    row = action()
    assert said(row.validate_constraints) is None
    row.funding_asked = Decimal(-1)
    assert said(row.validate_constraints) is not None


def test_those_of_a_parent_are_asked_too():
    class Proxy(Action):
        class Meta:
            app_label = "tests"
            proxy = True

    assert said(Proxy(title="A").validate_constraints) is None
    assert said(Proxy(title="A", funding_asked=Decimal(-1)).validate_constraints) == {
        "__all__": ["Les montants et les emplois ne peuvent pas être négatifs."]
    }
