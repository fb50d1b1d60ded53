"""What the database holds of the promise: one programme under way, grids that make sense.

Each constraint and trigger has one row: something that must not be done. The attempt is refused
by that name; once its constraint or trigger is dropped, it no longer is. (What a bound grid keeps
is tried column by column in tests/actions/guarantees/test_kept.py.)
"""

import pytest
from django.utils import timezone

from challenges.models import Criterion, Grid, Programme, ReceiptTerms
from tests.support.factories import ChallengeFactory, MeasureFactory, ProgrammeFactory, grid
from tests.support.refusals import (
    by_sql,
    delete,
    holder_of,
    names_held_by,
    refusal_of,
    refused_by,
    refused_every_way,
)

pytestmark = pytest.mark.django_db


def another_programme(**columns) -> Programme:
    columns = {
        "code": "2027-2031",
        "title": "Un autre",
        "authority": "Clermont Auvergne Métropole",
        "starts_on": "2027-01-01",
        "ends_on": "2031-12-31",
    } | columns
    return Programme.objects.create(**columns)


def another_grid(**columns) -> Grid:
    return Grid.objects.create(programme=ProgrammeFactory(), **{"version": 2} | columns)


def criterion(**columns) -> Criterion:
    return Criterion.objects.create(
        **{"grid": another_grid(), "code": "code", "position": 1, "title": "Titre"} | columns
    )


def bound() -> Grid:
    """A grid that is in use, as the admission of an action leaves it."""
    made = grid()
    by_sql(made, bound_at=timezone.now())
    return made


def twice(model, **columns) -> None:
    model.objects.create(**columns)
    model.objects.create(**columns)


ATTEMPTS = {
    "challenges_receiptterms_known_silence": lambda: ReceiptTerms.objects.create(
        programme=ProgrammeFactory(), months_of_silence=0
    ),
    "challenges_programme_one_current": lambda: another_programme(state=ProgrammeFactory().state),
    "challenges_programme_dates_in_order": lambda: by_sql(ProgrammeFactory(), ends_on="2021-12-31"),
    "challenges_programme_has_an_address": lambda: by_sql(ProgrammeFactory(), code="a b"),
    "challenges_programme_rule_is_noted": lambda: by_sql(
        ProgrammeFactory(), deliberation_rules="[7]"
    ),
    "challenges_programme_known_state": lambda: by_sql(ProgrammeFactory(), state="dreamt of"),
    "challenges_challenge_unique_number": lambda: twice(
        type(ChallengeFactory()), programme=ProgrammeFactory(), number=9, title="Titre"
    ),
    "challenges_measure_unique_number": lambda: twice(
        type(MeasureFactory()), challenge=ChallengeFactory(), number=9, title="Titre"
    ),
    "challenges_measure_known_state": lambda: by_sql(MeasureFactory(), state="forgotten"),
    "challenges_grid_unique_version": lambda: another_grid(version=grid().version),
    "challenges_grid_one_current": lambda: another_grid(is_current=grid().is_current),
    "challenges_grid_quorum_at_least_two": lambda: by_sql(grid(), quorum=1),
    "challenges_grid_threshold_in_range": lambda: by_sql(grid(), threshold=0),
    "challenges_grid_bound_is_immutable": lambda: by_sql(bound(), threshold=1),
    "challenges_criterion_unique_code": lambda: criterion(
        grid=grid(), code=grid().criteria.first().code, position=0
    ),
    "challenges_criterion_unique_position": lambda: criterion(grid=grid(), position=4),
    "challenges_criterion_position_in_range": lambda: criterion(position=5),
    "challenges_criterion_weight_at_least_one": lambda: criterion(weight=0),
    "challenges_criterion_floor_in_range": lambda: criterion(floor=4),
    "challenges_criterion_bound_is_immutable": lambda: by_sql(bound().criteria.first(), floor=3),
}
# Two constraints that one row breaks together: the other one goes first.
BEHIND = {"challenges_criterion_unique_code": "challenges_criterion_position_in_range"}


def test_every_refusal_has_its_row():
    assert set(ATTEMPTS) == names_held_by("challenges")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_guarantee_is_needed(name):
    if first := BEHIND.get(name):
        assert refusal_of(ATTEMPTS[name]) == first
        holder_of(first).drop()

    assert refusal_of(ATTEMPTS[name]) == name

    holder_of(name).drop()

    assert refusal_of(ATTEMPTS[name]) != name


def test_the_numbers_of_a_grid():
    """NULL too: the columns refuse it by themselves, below the checks."""
    made = grid()
    first = made.criteria.first()

    for quorum in (1, 0):
        refused_every_way("challenges_grid_quorum_at_least_two", made, quorum=quorum)
    for threshold in (0, 101, 32767):
        refused_every_way("challenges_grid_threshold_in_range", made, threshold=threshold)
    for floor in (0, 4):
        refused_every_way("challenges_criterion_floor_in_range", first, floor=floor)
    refused_every_way("challenges_criterion_weight_at_least_one", first, weight=0)
    for position in (0, 5):
        refused_every_way("challenges_criterion_position_in_range", first, position=position)
    for row, column in (
        (made, "quorum"),
        (made, "threshold"),
        (first, "weight"),
        (first, "floor"),
        (first, "position"),
    ):
        refused_every_way(None, row, **{column: None})


def test_a_grid_has_four_criteria_at_most():
    with refused_by("challenges_criterion_position_in_range"):
        criterion(grid=grid(), position=5)


def test_a_bound_grid_gives_way_to_another_version():
    """Its rules stay; only whether it is the one in force changes."""
    first = bound()

    by_sql(first, is_current=False)
    another_grid(is_current=True)

    for columns in ({"quorum": 2}, {"threshold": 50}, {"version": 7}, {"bound_at": None}):
        refused_every_way("challenges_grid_bound_is_immutable", first, **columns)
    with refused_by("challenges_grid_bound_is_immutable"):
        delete(first)
    with refused_by("challenges_criterion_bound_is_immutable"):
        delete(first.criteria.first())
    with refused_by("challenges_criterion_bound_is_immutable"):
        first.criteria.all().delete()


def test_a_grid_of_no_action_is_deleted_with_its_criteria():
    grid().delete()

    assert (Grid.objects.count(), Criterion.objects.count()) == (0, 0)


class TestTheRuleOfDeliberation:
    """Whoever lifts it for a moment leaves a trace, which nobody writes or takes away."""

    @staticmethod
    def rules() -> list[bool]:
        return [rule["required"] for rule in Programme.objects.get().deliberation_rules]

    def test_each_change_is_noted(self):
        programme = ProgrammeFactory(requires_deliberation=True)
        assert self.rules() == [True]

        for required in (False, True):
            by_sql(programme, requires_deliberation=required)

        assert self.rules() == [True, False, True]

    def test_nobody_writes_it(self):
        programme, name = ProgrammeFactory(), "challenges_programme_rule_is_noted"
        with refused_by(name):
            by_sql(programme, deliberation_rules="[7]")
        with refused_by(name):
            another_programme(deliberation_rules=[{"at": "2020-01-01", "required": False}])
        by_sql(programme, deliberation_rules="[]")

        assert self.rules() == [False]

    def test_what_was_read_before_takes_nothing_away(self):
        programme = ProgrammeFactory()
        by_sql(programme, requires_deliberation=True)
        programme.title = "Un autre titre"
        programme.requires_deliberation = True
        programme.save()

        assert self.rules() == [False, True]

    def test_it_is_said_in_words(self):
        programme = ProgrammeFactory(requires_deliberation=True)
        by_sql(programme, requires_deliberation=False)
        programme.refresh_from_db()

        assert [
            line.partition(" depuis")[0] for line in programme.rules_of_deliberation.split("\n")
        ] == [
            "Exigée",
            "Non exigée",
        ]
