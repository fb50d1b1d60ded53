"""What is read of actions, evaluations and decisions, in words: one file per noun."""

from actions.querysets.action import TEXTS, ActionQuerySet
from actions.querysets.attachment import AttachmentQuerySet
from actions.querysets.co_editor import CoEditorQuerySet
from actions.querysets.committee_session import AgendaItemQuerySet, CommitteeSessionQuerySet
from actions.querysets.council import (
    AWAITING,
    FUNDED,
    VOTED,
    amount_proposed,
    amount_voted,
    is_wholly_proposed,
)
from actions.querysets.evaluation import EvaluationQuerySet
from actions.querysets.orders import LATEST_FIRST, RANKING, TO_DO_FIRST
from actions.querysets.taken_by_two import AmendmentQuerySet, DecisionQuerySet, TakenByTwoQuerySet
from actions.querysets.visibility import matches, may_have_filed, rank

__all__ = [
    "AWAITING",
    "FUNDED",
    "LATEST_FIRST",
    "RANKING",
    "TEXTS",
    "TO_DO_FIRST",
    "VOTED",
    "ActionQuerySet",
    "AgendaItemQuerySet",
    "AmendmentQuerySet",
    "AttachmentQuerySet",
    "CoEditorQuerySet",
    "CommitteeSessionQuerySet",
    "DecisionQuerySet",
    "EvaluationQuerySet",
    "TakenByTwoQuerySet",
    "amount_proposed",
    "amount_voted",
    "is_wholly_proposed",
    "matches",
    "may_have_filed",
    "rank",
]
