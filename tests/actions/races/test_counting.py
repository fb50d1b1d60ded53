"""Two who change what is counted, at the same instant (decision 37)."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from actions.management.commands.recount import recounted
from actions.models import Action, Evaluation, Tally
from actions.proposals.services.recorded_actions import load_recorded_action
from tests.plugins.database import as_owner
from tests.support.counted import differences
from tests.support.factories import CommuneFactory, MeasureFactory, SectorFactory, Story
from tests.support.guarantee_steps import RECORDED, action_in
from tests.support.races import all_at_once, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def wrong() -> list:
    with as_owner(), transaction.atomic():
        return [*recounted(), *differences()]


# What is published moves the version of public pages, under the same lock; a filed action doesn't.
@pytest.mark.parametrize("made", [lambda: action_in("recorded"), lambda: action_in("submitted")])
def test_who_counts_waits_for_who_has_counted(made):
    action, commune, sector = made(), CommuneFactory(), SectorFactory()

    def place():
        action.communes.add(commune)
        connection.check_constraints()  # counted, and not committed yet

    _, _, waited = race(place, lambda: action.sectors.add(sector))
    assert (waited, wrong()) == (True, [])


def test_who_counts_in_another_order_stops_nobody():
    ours, theirs = (
        [
            Story(measure=MeasureFactory(challenge__number=number)).submitted().action
            for number in (1, 2)
        ]
        for _ in range(2)
    )
    sector = SectorFactory()

    def change(actions):
        with transaction.atomic():
            for action in actions:
                action.sectors.set([] if action.sectors.exists() else [sector])
                connection.check_constraints()  # each is counted before the next

    steps = [lambda: change(ours), lambda: change(reversed(theirs))]
    for _ in range(5):
        assert all_at_once(steps) == [None, None]
    assert wrong() == []


def test_two_who_are_asked_at_once_are_both_counted():
    story = Story().in_evaluation(assign=False)
    first, second, third = story.evaluators
    story.assign(third)
    due_on = timezone.localdate() + timedelta(days=9)

    def ask(evaluator):
        return Evaluation.objects.create(action=story.action, evaluator=evaluator, due_on=due_on)

    def ask_first():
        ask(first)
        connection.check_constraints()  # counted, and not committed yet

    assert Tally.objects.unshared().count() == 1
    _, _, waited = race(ask_first, lambda: ask(second))
    assert (waited, Tally.objects.unshared().count(), wrong()) == (True, 0, [])


def test_nobody_waits_before_the_end():
    first, second = action_in("recorded"), Story().prioritised().action
    commune = CommuneFactory()
    _, _, waited = race(
        lambda: first.communes.add(commune),
        lambda: Action.objects.filter(pk=second.pk).update(updated_at=timezone.now()),
    )
    assert (waited, wrong()) == (False, [])


def test_many_at_once_add_up():
    communes = [CommuneFactory() for _ in range(3)]
    recorded = [action_in("recorded"), load_recorded_action(RECORDED | {"reference": "ANT-0002"})]

    def changes(seed: int):
        drawn = random.Random(seed)  # noqa: S311 - no secret

        def change():
            for _ in range(6):
                with transaction.atomic():
                    action = Action.objects.select_for_update().get(pk=recorded[seed % 2].pk)
                    action.communes.set(drawn.sample(communes, drawn.randint(0, 3)))
                    if drawn.random() < 0.3:
                        transaction.set_rollback(True)

        return change

    assert [one for one in all_at_once(map(changes, range(4))) if one is not None] == []
    assert wrong() == []
