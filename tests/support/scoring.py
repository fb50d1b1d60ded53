"""An evaluation written on its page."""

from actions.models import CriterionScore
from tests.support.factories import (
    REASON,
)

QUEUE = "/evaluations/"


EVIDENCE = ("evidence_document", "evidence_page", "evidence_quote")


def address(evaluation) -> str:
    """The page of an evaluation."""
    return f"/evaluations/{evaluation.pk}/"


def criteria_of(evaluation):
    """The criteria of its grid, in their order."""
    return list(evaluation.action.grid.criteria.order_by("position"))


def typed(evaluation, levels="2222", reason=REASON, edition=0) -> dict:
    """What a browser sends: one level (or N, or nothing for a dash) and a reason a criterion."""
    data = {"edition": str(edition)}
    for criterion, level in zip(criteria_of(evaluation), levels, strict=True):
        data |= {f"{name}_{criterion.pk}": "" for name in EVIDENCE}
        if level != "-":
            data |= {f"level_{criterion.pk}": level, f"reason_{criterion.pk}": reason}
    return data


def shown_again(page) -> dict:
    """What the page's form holds, but for which page it is."""
    return {name: value for name, value in page.form.items() if name not in ("window", "turn")}


def stored(evaluation) -> list:
    """Its levels in the order of the criteria; N for no opinion."""
    scores = CriterionScore.objects.filter(evaluation=evaluation).order_by("criterion__position")
    return ["N" if score.no_opinion else score.level for score in scores]
