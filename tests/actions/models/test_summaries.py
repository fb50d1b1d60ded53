"""What is counted in advance, and `manage.py recount` (decision 37)."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from actions.evaluation.services.assignments import unassign_evaluator
from actions.evaluation.services.evaluations import recuse, take_back_evaluation
from actions.models import Action, ActionTotal, Evaluation, QueuedEvaluation, Tally
from actors.enums import Role
from tests.plugins.database import as_owner
from tests.support.counted import differences
from tests.support.deliberations import change_amount, note, proposed_to_the_council
from tests.support.factories import (
    CommuneFactory,
    OrganisationFactory,
    SectorFactory,
    Story,
    fresh,
    person,
)
from tests.support.guarantee_steps import action_in
from tests.support.refusals import by_sql, execute

pytestmark = pytest.mark.django_db


def recount(*arguments: str) -> str:
    output = StringIO()
    with as_owner():
        call_command("recount", *arguments, stdout=output)
    return output.getvalue()


def test_a_life_is_counted_step_by_step():
    story = proposed_to_the_council(
        communes=[CommuneFactory(), CommuneFactory()],
        sectors=[SectorFactory()],
        partners=[OrganisationFactory()],
    )
    assert differences() == []
    for step in (
        lambda: note(story),
        lambda: change_amount(story, 4000),
        lambda: change_amount(story, 6000),
        lambda: action_in("recorded").communes.add(CommuneFactory()),
    ):
        step()
        assert differences() == []
    assert Tally.objects.count() == 2


def test_a_draft_isn_t_counted():
    Story()
    assert (Tally.objects.count(), ActionTotal.objects.count()) == (0, 0)


def test_an_action_lacks_evaluators_until_enough_take_part():
    story = Story().submitted()
    first, second, third = story.evaluators
    said = []
    for step in (
        lambda: story.apply("admit", story.agent),
        lambda: story.assign(first),
        lambda: story.assign(second, third),
        lambda: recuse(action=story.action, user=second, by=fresh(second), reason="Lien."),
        lambda: story.assign(person(Role.EVALUATOR)),
        lambda: unassign_evaluator(evaluation=story.evaluations[0], by=fresh(story.agent)),
    ):
        step()
        assert differences() == []
        said.append(list(Tally.objects.unshared().values_list("action", "unshared_since")))
    waits = [(story.action.pk, story.action.submitted_at)]
    assert said == [waits, waits, [], waits, [], waits]


def test_an_evaluation_has_its_place_in_a_queue():
    story, day = Story().in_evaluation(), timezone.localdate() + timedelta(days=2)
    first, second, third = story.evaluations
    said = []
    for step in (
        lambda: story.score(first),
        lambda: Evaluation.objects.filter(pk=second.pk).update(due_on=day),
        lambda: recuse(
            action=story.action, user=third.evaluator, by=fresh(third.evaluator), reason="Lien."
        ),
        lambda: story.assign(person(Role.EVALUATOR)),
        lambda: take_back_evaluation(evaluation=first, by=fresh(first.evaluator)),
    ):
        step()
        assert differences() == []
        progress = QueuedEvaluation.objects.open().progress()
        said.append((progress["asked"], progress["sent"]))
    assert said == [(3, 1), (3, 1), (2, 1), (3, 1), (3, 0)]


def test_nothing_is_awaited_once_it_is_closed():
    Story().evaluated()
    assert (differences(), Tally.objects.unshared().count()) == ([], 0)
    assert QueuedEvaluation.objects.open().progress() == {"asked": 0, "sent": 0}
    assert QueuedEvaluation.objects.filter(was_sent=True, is_closed=True).count() == 3


def test_bulk_changes_by_sql_are_counted():
    stories = [Story().submitted() for _ in range(3)]
    execute("UPDATE actions_action SET jobs_created = jobs_created + 1")
    assert differences() == []
    keys = [story.action.pk for story in stories]
    assert sum(ActionTotal.objects.values_list("jobs", flat=True)) == Decimal("2.5") * 3 + 3
    assert Tally.objects.filter(action__in=keys).count() == 3


def test_since_when_it_waits_is_when_its_state_last_changed(ago):
    with ago(3):
        story = Story().submitted()
    with ago(1):
        Story.apply(story, "admit", story.agent)
    action = Action.objects.get(pk=story.action.pk)
    assert action.waiting_since == action.events.latest("at").at
    days = timezone.localdate() - timezone.localdate(action.waiting_since)
    assert days == timedelta(days=1)


def test_nobody_says_otherwise():
    story = Story().submitted()
    before = Action.objects.get(pk=story.action.pk).waiting_since
    by_sql(story.action, waiting_since=timezone.now() - timedelta(days=400))
    assert Action.objects.get(pk=story.action.pk).waiting_since == before


def test_recounting_finds_what_is_wrong_and_mends_it():
    Story().evaluated()
    assert recount("--check") == "Counted again. Wrong before: nothing.\n"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE actions_actiontotal SET actions = actions + 1")
    with pytest.raises(CommandError, match="Wrong: actions_actiontotal"):
        recount("--check")
    assert len(differences()) == 1
    assert recount() == "Counted again. Wrong before: actions_actiontotal.\n"
    assert differences() == []
