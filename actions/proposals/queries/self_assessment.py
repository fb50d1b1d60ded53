"""« Pourquoi pas encore ? »: what the carrier's own levels lack, by the gate's own arithmetic."""

from dataclasses import dataclass

from actions import gate
from actions.models import Action
from actions.models.gate_snapshot import criterion_rules
from actions.proposals.queries.steps import NO_LEVEL
from challenges.models import Criterion
from ess_portal.base.french import plural


@dataclass(frozen=True)
class CriterionHint:
    """What one criterion lacks, in plain words, and what the next level would be."""

    title: str
    sentence: str
    is_short: bool


@dataclass(frozen=True)
class SelfAssessmentHints:
    """« Pourquoi pas encore ? »: it advises, and never keeps anybody from sending."""

    criteria: list[CriterionHint]
    total: str

    @property
    def is_ready(self) -> bool:
        """Whether these levels would pass the gate."""
        return not self.total and not any(hint.is_short for hint in self.criteria)


def self_assessment_hints(action: Action) -> SelfAssessmentHints | None:
    """Say how far the carrier's own levels are from community interest; None without a grid."""
    grid = action.programme.current_grid if action.programme is not None else None
    if grid is None:
        return None
    own = {said.criterion_code: said.level for said in action.self_assessments.all()}
    rules = criterion_rules(grid)
    outcome = gate.compute(
        criteria=rules,
        evaluations=[{rule.code: own.get(rule.code) for rule in rules}],
        quorum=1,
        threshold=grid.threshold,
    )
    described = {criterion.code: criterion for criterion in grid.criteria.all()}
    total = ""
    missing = sum(own.get(rule.code) is None for rule in rules)
    if missing:
        wait = "attend" if missing == 1 else "attendent"
        missed = f"{missing} critère{plural(missing)} sur {len(rules)}"
        total = f"Total incomplet : {missed} {wait} un niveau."
    elif not outcome.passes_total:
        score = gate.score_out_of_100(outcome.points, outcome.max_points)
        total = f"Avec ces niveaux, le total est de {score} sur 100 : il en faut {grid.threshold}."
    return SelfAssessmentHints(
        [_hint(one, described[one.rule.code]) for one in outcome.criteria], total
    )


def _hint(outcome: gate.CriterionOutcome, criterion: Criterion) -> CriterionHint:
    level = outcome.median
    if level is None:
        return CriterionHint(criterion.title, NO_LEVEL, is_short=True)
    if not outcome.passes:
        floor = outcome.rule.floor
        wanted = getattr(criterion, f"level_{floor}")
        return CriterionHint(
            criterion.title,
            f"Vous êtes au niveau {level} ; il faut au moins le niveau {floor}, que rien ne "
            f"compense : {wanted}",
            is_short=True,
        )
    if level < gate.MAX_LEVEL:
        following_level = getattr(criterion, f"level_{level + 1}")
        return CriterionHint(
            criterion.title,
            f"Niveau {level}. Pour aller au niveau {level + 1} : {following_level}",
            is_short=False,
        )
    return CriterionHint(criterion.title, f"Niveau {level}, le plus haut.", is_short=False)
