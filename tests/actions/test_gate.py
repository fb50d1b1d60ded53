"""actions/gate.py: the community-interest gate of rules.md, section 3.

`restated` says the same rules again, in other words and with other arithmetic: a criterion's
level is the lowest one that at least half of the opinions don't exceed, and shares are fractions.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from actions import gate
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import recuse
from actions.workflow.effects import compute_gate
from actors.enums import Role
from tests.support.factories import (
    BELOW_FLOOR,
    BELOW_THRESHOLD,
    CODES,
    PASSING,
    Story,
    fresh,
    person,
)
from tests.support.factories import grid as make_grid

LEVELS = (0, 1, 2, 3)
ANSWERS = (*LEVELS, None)


@dataclass(frozen=True)
class Setting:
    """A grid, as plain numbers."""

    weights: tuple[int, ...] = (1, 1, 1, 1)
    floors: tuple[int, ...] = (1, 1, 1, 1)
    quorum: int = 3
    threshold: int = 60

    @property
    def criteria(self) -> list[gate.CriterionRule]:
        return [
            gate.CriterionRule(code=code, title=code.upper(), weight=weight, floor=floor)
            for code, weight, floor in zip(CODES, self.weights, self.floors, strict=True)
        ]

    def outcome(self, evaluations) -> gate.GateOutcome:
        """What the gate says of evaluations, each given as four answers in order."""
        return gate.compute(
            criteria=self.criteria,
            evaluations=[dict(zip(CODES, answers, strict=True)) for answers in evaluations],
            quorum=self.quorum,
            threshold=self.threshold,
        )

    def outcome_of_medians(self, medians, *, quorum_reached: int) -> gate.GateOutcome:
        """What the gate says of medians that somebody already found."""
        return gate.GateOutcome(
            criteria=tuple(map(gate.CriterionOutcome, self.criteria, medians)),
            quorum_reached=quorum_reached,
            quorum_required=self.quorum,
            threshold=self.threshold,
        )


DEFAULT = Setting()


# --- The restatement ------------------------------------------------------------------------


def restated_median(levels):
    """The lowest level that at least half of the opinions don't exceed."""
    for level in LEVELS:
        if levels and sum(other <= level for other in levels) >= Fraction(len(levels), 2):
            return level
    return None


def restated_interest(setting: Setting, medians, complete: int) -> bool:
    """Whether every criterion clears its floor, enough people answered all, and the share does."""
    if complete < setting.quorum:
        return False
    if None in medians or any(map(int.__lt__, medians, setting.floors)):
        return False
    weighted = [level for level, n in zip(medians, setting.weights, strict=True) for _ in range(n)]
    return Fraction(sum(weighted), 3 * len(weighted)) >= Fraction(setting.threshold, 100)


def restated(setting: Setting, evaluations) -> bool:
    """Community interest, from the four answers of each evaluation."""
    columns = list(zip(*evaluations, strict=True)) or [()] * 4
    medians = [
        restated_median([level for level in column if level is not None]) for column in columns
    ]
    return restated_interest(setting, medians, sum(None not in answers for answers in evaluations))


# --- Every median ---------------------------------------------------------------------------

UNEVEN = Setting(weights=(1, 2, 1, 3), floors=(2, 1, 3, 1), quorum=2, threshold=75)


@pytest.mark.parametrize("setting", [DEFAULT, UNEVEN, Setting(threshold=100)])
@pytest.mark.parametrize("quorum_reached", [0, 1, 2, 3, 4])
def test_every_median(setting, quorum_reached):
    for medians in product(ANSWERS, repeat=4):
        outcome = setting.outcome_of_medians(medians, quorum_reached=quorum_reached)

        assert outcome.community_interest is restated_interest(setting, medians, quorum_reached)
        assert (outcome.blockers == []) is outcome.community_interest


def test_every_unanimous_evaluation():
    """With the default grid: four levels of 1 at least that make 8 of 12 together, so 50 ways."""
    passing = [
        answers
        for answers in product(ANSWERS, repeat=4)
        if DEFAULT.outcome([answers] * 3).community_interest
    ]

    assert passing == [answers for answers in product((1, 2, 3), repeat=4) if sum(answers) >= 8]
    assert len(passing) == 50


# --- Any grid, any opinions -----------------------------------------------------------------

settings_of_grids = st.builds(
    Setting,
    weights=st.tuples(*[st.integers(1, 5)] * 4),
    floors=st.tuples(*[st.integers(1, 3)] * 4),
    quorum=st.integers(2, 5),
    threshold=st.integers(1, 100),
)
# Mostly good levels, or hardly anything would ever pass.
answers = st.tuples(*[st.sampled_from((3, 2, 3, 1, 2, 0, None))] * 4)
evaluations_of_actions = st.lists(answers, max_size=7)


@given(settings_of_grids, evaluations_of_actions)
@settings(max_examples=300)
def test_community_interest_is_what_the_rules_say(setting, evaluations):
    outcome = setting.outcome(evaluations)

    assert outcome.community_interest is restated(setting, evaluations)
    assert (outcome.blockers == []) is outcome.community_interest


@given(settings_of_grids, evaluations_of_actions, st.integers(0, 3), st.data())
def test_an_opinion_at_or_above_a_median_never_lowers_it(setting, evaluations, index, data):
    before = setting.outcome(evaluations)
    assume(before.medians[index] is not None)
    level = data.draw(st.integers(before.medians[index], 3))
    alone = tuple(level if place == index else None for place in range(4))

    after = setting.outcome([*evaluations, alone])

    assert after.medians[index] >= before.medians[index]
    assert after.medians[:index] == before.medians[:index]
    assert after.medians[index + 1 :] == before.medians[index + 1 :]


@given(settings_of_grids, evaluations_of_actions, st.randoms(use_true_random=False))
def test_the_order_of_the_evaluators_changes_nothing(setting, evaluations, random):
    shuffled = list(evaluations)
    random.shuffle(shuffled)

    assert setting.outcome(shuffled) == setting.outcome(evaluations)


@given(settings_of_grids, evaluations_of_actions)
def test_no_opinion_changes_no_median_and_no_quorum(setting, evaluations):
    silent = (None, None, None, None)

    assert setting.outcome([*evaluations, silent]) == setting.outcome(evaluations)


@given(settings_of_grids, evaluations_of_actions)
def test_the_total_compensates_no_floor(setting, evaluations):
    outcome = setting.outcome(evaluations)

    assume(outcome.floor_margin < 0)

    assert outcome.community_interest is False


# --- Quorum, floors, total, one by one --------------------------------------------------------


def test_partial_evaluations_count_in_the_medians_not_in_the_quorum():
    partial = (0, None, None, None)

    outcome = DEFAULT.outcome([PASSING, PASSING, partial, partial])

    assert outcome.medians == [0, 2, 2, 2]
    assert outcome.quorum_reached == 2
    assert outcome.has_quorum is False


def test_a_code_that_is_missing_is_no_opinion():
    outcome = gate.compute(
        criteria=DEFAULT.criteria, evaluations=[{CODES[0]: 3}], quorum=2, threshold=60
    )

    assert outcome.medians == [3, None, None, None]
    assert outcome.quorum_reached == 0


@pytest.mark.parametrize(("complete", "reached"), [(2, False), (3, True), (4, True)])
def test_the_quorum_counts_from_its_number_on(complete, reached):
    assert DEFAULT.outcome([PASSING] * complete).has_quorum is reached


@pytest.mark.parametrize("floor", [1, 2, 3])
def test_a_floor_counts_from_its_level_on(floor):
    rule = gate.CriterionRule(code="code", title="Titre", floor=floor)

    passes = {level: gate.CriterionOutcome(rule, level).passes for level in ANSWERS}

    assert passes == {0: False, 1: floor <= 1, 2: floor <= 2, 3: True, None: False}


@pytest.mark.parametrize(
    ("threshold", "medians", "passes"),
    [
        (50, (1, 1, 2, 2), True),  # exactly 50
        (51, (1, 1, 2, 2), False),
        (58, (1, 2, 2, 2), True),  # 58,33…
        (59, (1, 2, 2, 2), False),
        (66, (2, 2, 2, 2), True),  # 66,66…
        (67, (2, 2, 2, 2), False),  # never rounded up
        (100, (3, 3, 3, 3), True),
        (100, (3, 3, 3, 2), False),
    ],
)
def test_the_total_passes_from_the_threshold_on(threshold, medians, passes):
    setting = Setting(threshold=threshold)

    assert setting.outcome_of_medians(medians, quorum_reached=3).passes_total is passes


def test_weights_count():
    outcome = Setting(weights=(5, 1, 1, 1)).outcome([(3, 1, 1, 1)] * 3)

    assert (outcome.points, outcome.max_points) == (18, 24)
    assert outcome.community_interest is True


def test_a_criterion_weighs_one_and_has_floor_one_unless_the_grid_says_otherwise():
    rule = gate.CriterionRule(code="code", title="Titre")

    assert rule == gate.CriterionRule(code="code", title="Titre", weight=1, floor=1)


def test_the_margin_is_the_lowest_one_and_no_opinion_is_level_nought_there():
    setting = Setting(floors=(1, 2, 1, 3))

    def margin(*medians):
        return setting.outcome_of_medians(medians, quorum_reached=3).floor_margin

    assert margin(3, 3, 3, 3) == 0
    assert margin(2, 3, 2, 3) == 0
    assert margin(1, 0, 1, 3) == -2
    assert margin(None, 2, 1, 3) == -1
    assert margin(3, 3, 3, None) == -3


# --- Sentences --------------------------------------------------------------------------------


def sentences(evaluations, setting=DEFAULT):
    return setting.outcome(evaluations).blockers


def test_nothing_is_missing():
    assert sentences([PASSING] * 3) == []


def test_nothing_was_given():
    assert sentences([]) == [
        "Il faut au moins 3 évaluations complètes : aucune n’a été rendue.",
        *[f"Le critère « {code.upper()} » n’a reçu aucun avis." for code in CODES],
        "Le total est de 0,0 sur 100 : il en faut au moins 60.",
    ]


@pytest.mark.parametrize(
    ("given_ones", "words"), [(1, "1 seulement a été rendue"), (2, "2 seulement ont été rendues")]
)
def test_the_quorum_says_how_many_were_given(given_ones, words):
    assert sentences([PASSING] * given_ones) == [
        f"Il faut au moins 3 évaluations complètes : {words}."
    ]


def test_a_floor_says_where_the_criterion_stands():
    assert sentences([BELOW_FLOOR] * 3) == [
        "Le critère « SHARED_GOVERNANCE » est au niveau 0 : "
        "le plancher est le niveau 1, que rien ne compense."
    ]


def test_the_total_says_how_many_are_needed():
    assert sentences([BELOW_THRESHOLD] * 3) == [
        "Le total est de 58,3 sur 100 : il en faut au moins 60."
    ]


def test_everything_that_is_missing_is_said_at_once_in_order():
    setting = Setting(floors=(1, 1, 3, 1), threshold=70)

    assert sentences([(3, None, 2, 2)] * 2, setting) == [
        "Il faut au moins 3 évaluations complètes : aucune n’a été rendue.",
        "Le critère « COLLECTIVE_INTEREST » n’a reçu aucun avis.",
        "Le critère « EMPLOYMENT » est au niveau 2 : "
        "le plancher est le niveau 3, que rien ne compense.",
        "Le total est de 58,3 sur 100 : il en faut au moins 70.",
    ]


@pytest.mark.parametrize(
    ("points", "maximum", "shown"),
    [
        (8, 12, "66,6"),  # 66,66…: cut, not rounded
        (7, 12, "58,3"),
        (5, 6, "83,3"),
        (59_999, 100_000, "59,9"),
        (0, 12, "0,0"),
        (12, 12, "100,0"),
        (1, 12, "8,3"),
        (1, 1500, "0,0"),
    ],
)
def test_a_score_is_cut_to_one_decimal(points, maximum, shown):
    assert gate.score_out_of_100(points, maximum) == shown


# --- The database says the same -----------------------------------------------------------------


def test_the_lower_median():
    assert [gate.lower_median(levels) for levels in ([], [2], [3, 2], [0, 3, 3], [3, 0, 2, 1])] == [
        None,
        2,
        2,
        3,
        1,
    ]


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(levels=st.lists(st.integers(0, 3), max_size=12))
def test_the_lower_median_is_percentile_disc(levels):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY level) "
            "FROM unnest(%s::smallint[]) AS level",
            [levels],
        )
        assert gate.lower_median(levels) == cursor.fetchone()[0]


def gate_of_the_database(action) -> dict:
    """What the SQL function `actions_gate` finds in the rows of `action`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM actions_gate(%s)", [action.pk])
        return dict(
            zip([column.name for column in cursor.description], cursor.fetchone(), strict=True)
        )


def figures(outcome: gate.GateOutcome) -> dict:
    """The outcome as the database names its columns."""
    names = ("quorum_reached", "quorum_required", "points", "max_points", "threshold")
    names += ("floor_margin", "community_interest", "medians")
    return {name: getattr(outcome, name) for name in names}


def check_that_the_database_agrees(setting: Setting, evaluations, *, unsent, recused) -> None:
    """Write `evaluations` through the portal; Python and SQL must find the same in the rows.

    `unsent` and `recused` are places in the list: neither counts.
    """
    make_grid(
        weights=setting.weights,
        floors=setting.floors,
        quorum=setting.quorum,
        threshold=setting.threshold,
    )
    story = Story()
    story.in_evaluation(assign=False)
    people = [person(Role.EVALUATOR) for _ in evaluations]
    assigned = assign_evaluators(
        action=story.action, evaluators=people, due_on=timezone.localdate(), by=story.agent
    )
    for place, (evaluation, levels) in enumerate(zip(assigned, evaluations, strict=True)):
        story.score(evaluation, levels, send=place not in unsent)
        if place in recused:
            recuse(action=story.action, user=people[place], by=fresh(people[place]), reason="Lien.")
    story.action.refresh_from_db()
    counted = [
        levels
        for place, levels in enumerate(evaluations)
        if place not in unsent and place not in recused
    ]

    found = gate_of_the_database(story.action)

    assert found == figures(compute_gate(story.action))
    assert found == figures(setting.outcome(counted))
    assert found["community_interest"] is restated(setting, counted)


AGREEMENTS = [
    # Nobody wrote, nobody passes: no NULL slips through.
    (Setting(), [], (), ()),
    (Setting(), [PASSING] * 3, (), ()),
    (Setting(), [PASSING] * 2, (), ()),
    (Setting(), [PASSING] * 4, (0,), (1,)),
    (Setting(), [BELOW_FLOOR] * 3, (), ()),
    (Setting(), [BELOW_THRESHOLD] * 3, (), ()),
    # Of 2 and 3, 2; the share is 66,6: 66 passes and 67 doesn't.
    (Setting(quorum=2, threshold=66), [(2, 3, 2, 2), (3, 2, 2, 2)], (), ()),
    (Setting(quorum=2, threshold=67), [(2, 3, 2, 2), (3, 2, 2, 2)], (), ()),
    (Setting(quorum=2, threshold=50), [(1, 1, 2, 2), (1, 1, 2, 2)], (), ()),
    (Setting(floors=(1, 2, 3, 1), weights=(1, 2, 3, 4)), [(1, 2, 3, 3)] * 3, (), ()),
    (Setting(floors=(1, 2, 3, 1)), [(3, 3, 2, 3)] * 3, (), ()),
    (Setting(threshold=1), [(None, 3, 3, 3)] * 3, (), ()),
    (Setting(), [(level, 3, 2, 3) for level in (0, 1, 2, 3, 3)], (), ()),
    (Setting(threshold=1, quorum=2), [PASSING, PASSING, (0, None, None, None)] * 2, (), ()),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("setting", "evaluations", "unsent", "recused"), AGREEMENTS)
def test_the_database_agrees(setting, evaluations, unsent, recused):
    check_that_the_database_agrees(setting, evaluations, unsent=unsent, recused=recused)


@pytest.mark.django_db
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    setting=settings_of_grids,
    evaluations=st.lists(answers, max_size=5),
    unsent=st.sets(st.integers(0, 4), max_size=1),
    recused=st.sets(st.integers(0, 4), max_size=1),
)
def test_the_database_agrees_on_any_rows(setting, evaluations, unsent, recused):
    with transaction.atomic():
        check_that_the_database_agrees(setting, evaluations, unsent=unsent, recused=recused)
        transaction.set_rollback(True)
