"""What one person may see of one action, asked once for a page."""

from dataclasses import dataclass

from actions import rules
from actions.gate import GateOutcome, score_out_of_100
from actions.models import Action


@dataclass(frozen=True)
class Access:
    """Which parts of an action's page a person may read (rules.md, section 6)."""

    file: bool
    contact: bool
    result: bool
    reasons: bool
    history: bool
    names: bool


def access_to(action: Action, user) -> Access:
    """Ask every predicate about `user` and `action`."""
    return Access(
        file=rules.can_see_file(user, action),
        contact=rules.can_see_contact(user, action),
        result=rules.can_see_result(user, action),
        reasons=rules.can_see_reasons(user, action),
        history=rules.can_see_history(user, action),
        names=rules.can_see_names(user, action),
    )


def result_context(action: Action, access: Access) -> dict:
    """What `actions/_result.html` shows: figures, and reasons without names."""
    outcome = action.gate_outcome if access.result else None
    if outcome is None:
        return {"outcome": None, "score": None, "result_rows": []}
    return {
        "outcome": outcome,
        "score": score_out_of_100(outcome.points, outcome.max_points),
        "result_rows": _rows(action, outcome, access.reasons),
        "radar": radar(outcome),
    }


def _rows(action: Action, outcome: GateOutcome, with_reasons: bool) -> list[dict]:
    reasons: dict[str, list] = {}
    if with_reasons:
        codes = {criterion.pk: criterion.code for criterion in action.grid.criteria.all()}
        evaluations = action.evaluations.counted().prefetch_related("scores")
        for evaluation in evaluations.order_by("sent_at", "pk"):
            for score in evaluation.scores.all():
                reasons.setdefault(codes[score.criterion_id], []).append(score)
    return [
        {"criterion": criterion, "opinions": reasons.get(criterion.rule.code, [])}
        for criterion in outcome.criteria
    ]


# Four axes, up, right, down, left, on a 200 × 200 drawing whose centre is (100, 100).
_AXES = ((0, -1), (1, 0), (0, 1), (-1, 0))
_RADIUS = 24


def radar(outcome: GateOutcome) -> dict:
    """Return the points of the result's radar: medians and floors, one axis a criterion."""

    def polygon(levels) -> str:
        return " ".join(
            f"{100 + x * _RADIUS * level},{100 + y * _RADIUS * level}"
            for (x, y), level in zip(_AXES, levels, strict=False)
        )

    return {
        "medians": polygon(criterion.median or 0 for criterion in outcome.criteria),
        "floors": polygon(criterion.rule.floor for criterion in outcome.criteria),
        "rings": [polygon([level] * len(outcome.criteria)) for level in (1, 2, 3)],
    }
