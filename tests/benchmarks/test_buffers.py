"""Blocks that PostgreSQL looks at: the same each time, and those of every question."""

import pytest
from django.db import connection

from challenges.models import Programme
from tests.benchmarks.buffers import counted_blocks, of_plan

pytestmark = pytest.mark.django_db


def test_a_plan_s_blocks_are_those_of_its_uppermost_node():
    below = {"Shared Hit Blocks": 4, "Shared Read Blocks": 1}
    plan = [{"Plan": {"Shared Hit Blocks": 5, "Shared Read Blocks": 2, "Plans": [below]}}]
    assert of_plan(plan) == of_plan(str(plan).replace("'", '"')) == 7


def test_blocks_are_counted_alike_each_time(promise):
    def count(times: int) -> int:
        with counted_blocks(connection) as blocks:
            for _ in range(times):
                found = list(Programme.objects.filter(pk__gt=0).values_list("pk", flat=True))
        assert len(found) == 1
        return blocks.total

    count(1)
    assert count(1) > 0
    assert count(3) == 3 * count(1)


def test_what_writes_is_not_asked_twice(promise):
    with counted_blocks(connection) as blocks:
        Programme.objects.update(title="Une promesse")
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT here")
    assert blocks.total == 0


def test_questions_without_an_answer_in_rows_are_counted_too(promise):
    with counted_blocks(connection) as blocks:
        assert Programme.objects.filter(pk=-1).exists() is False
        # Fetched bit by bit, by a cursor that could explain nothing.
        assert [programme.pk for programme in Programme.objects.iterator()] != []
    assert blocks.total > 0
