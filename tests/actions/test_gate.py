"""actions/gate.py: the community-interest gate of rules.md, section 3.

`restated` says the same rules again, in other words and with other arithmetic: a criterion's
level is the lowest one that at least half of the opinions don't exceed, and shares are fractions.
"""

from itertools import product

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from actions import gate
from tests.support.factories import (
    BELOW_FLOOR,
    BELOW_THRESHOLD,
    CODES,
    PASSING,
)
from tests.support.gate_agreements import (
    AGREEMENTS,
    Setting,
    check_that_the_database_agrees,
    restated,
    restated_interest,
)

LEVELS = (0, 1, 2, 3)

ANSWERS = (*LEVELS, None)

DEFAULT = Setting()


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


def sentences(evaluations, setting=DEFAULT):
    return setting.outcome(evaluations).blockers


def test_nothing_is_missing():
    assert sentences([PASSING] * 3) == []


def test_nothing_was_given():
    assert sentences([]) == [
        "Il faut au moins 3 évaluations complètes : aucune ne l’est.",
        *[f"Le critère « {code.upper()} » n’a reçu aucun avis." for code in CODES],
        "Le total est de 0,0 sur 100 : il en faut au moins 60.",
    ]


@pytest.mark.parametrize(
    ("given_ones", "words"), [(1, "1 seulement l’est"), (2, "2 seulement le sont")]
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
        "Il faut au moins 3 évaluations complètes : aucune ne l’est.",
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


def test_a_total_says_when_its_share_was_cut():
    assert [gate.total_in_words(points, 12) for points in (0, 1, 8, 9)] == [
        "0 point sur 12, soit 0,0 sur 100",
        "1 point sur 12, soit 8,3 sur 100, arrondi au dixième inférieur",
        "8 points sur 12, soit 66,6 sur 100, arrondi au dixième inférieur",
        "9 points sur 12, soit 75,0 sur 100",
    ]


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
