"""The result of an evaluation, as much of it as one person may read."""

from collections.abc import Iterable
from typing import Any

from actions.evaluation.queries.opinions import Spread, compared, next_steps
from actions.gate import GateOutcome, score_out_of_100, total_in_words
from actions.models import Action, CriterionScore
from actions.proposals.queries.access import Access
from ess_portal.base.presence import present


def result_context(action: Action, access: Access) -> dict[str, Any]:
    """What `actions/evaluation/_result.html` shows: figures for all who see the result.

    For those who may read the reasons also these, without names, the spread of opinions, the
    carrier's own levels and what would bring each criterion forward.
    """
    outcome = action.gate_outcome if access.result else None
    if outcome is None:
        return {"outcome": None, "score": None, "result_rows": []}
    return {
        "outcome": outcome,
        "score": score_out_of_100(outcome.points, outcome.max_points),
        "gate_total": total_in_words(outcome.points, outcome.max_points),
        "radar": radar(outcome),
        **(_in_detail(action, outcome) if access.reasons else _in_brief(outcome)),
    }


def _in_brief(outcome: GateOutcome) -> dict[str, Any]:
    return {"result_rows": [{"criterion": criterion} for criterion in outcome.criteria]}


def _in_detail(action: Action, outcome: GateOutcome) -> dict[str, Any]:
    criteria = {criterion.code: criterion for criterion in present(action.grid).criteria.all()}
    scores = _scores(action)
    own = {said.criterion_code: said.level for said in action.self_assessments.all()}
    rows: list[dict[str, Any]] = []
    for criterion in outcome.criteria:
        code = criterion.rule.code
        opinions = scores.get(criteria[code].pk, [])
        rows.append(
            {
                "criterion": criterion,
                "opinions": opinions,
                "spread": Spread.of(opinions),
                "own": own.get(code),
                "compared": compared(own.get(code), criterion.median),
            }
        )
    return {
        "result_rows": rows,
        "divided": [row["criterion"].rule.title for row in rows if row["spread"].is_divided],
        "next_steps": next_steps(outcome.criteria, criteria),
    }


def _scores(action: Action) -> dict[int, list[CriterionScore]]:
    """The counted scores of each criterion, by its key, in the order they were sent."""
    scores: dict[int, list[CriterionScore]] = {}
    counted = action.evaluations.counted().order_by().values("pk")
    found = CriterionScore.objects.filter(evaluation__in=counted)
    for score in found.order_by("evaluation__sent_at", "evaluation_id"):
        scores.setdefault(score.criterion_id, []).append(score)
    return scores


# Four axes, up, right, down, left, on a 200 × 200 drawing whose centre is (100, 100).
_AXES = ((0, -1), (1, 0), (0, 1), (-1, 0))

_RADIUS = 24


def radar(outcome: GateOutcome) -> dict[str, Any]:
    """Return the points of the result's radar: medians and floors, one axis a criterion."""

    def polygon(levels: Iterable[int]) -> str:
        return " ".join(
            f"{100 + x * _RADIUS * level},{100 + y * _RADIUS * level}"
            for (x, y), level in zip(_AXES, levels, strict=False)
        )

    return {
        "medians": polygon(criterion.median or 0 for criterion in outcome.criteria),
        "floors": polygon(criterion.rule.floor for criterion in outcome.criteria),
        "rings": [polygon([level] * len(outcome.criteria)) for level in (1, 2, 3)],
    }
