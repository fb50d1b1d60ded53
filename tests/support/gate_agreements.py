"""The gate told a third time, from plain values, and held against the database's own."""

from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.utils import timezone

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
