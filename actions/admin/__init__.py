"""Actions, as agents run them."""

from actions.admin.action import ActionAdmin
from actions.admin.history import (
    ActionEventAdmin,
    AmendmentAdmin,
    CommitteeSessionAdmin,
    EvaluationAdmin,
    RecusalAdmin,
)

__all__ = [
    "ActionAdmin",
    "ActionEventAdmin",
    "AmendmentAdmin",
    "CommitteeSessionAdmin",
    "EvaluationAdmin",
    "RecusalAdmin",
]
