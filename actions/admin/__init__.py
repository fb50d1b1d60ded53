"""Actions, as agents run them."""

from actions.admin.action import ActionAdmin
from actions.admin.history import ActionEventAdmin, EvaluationAdmin, RecusalAdmin

__all__ = ["ActionAdmin", "ActionEventAdmin", "EvaluationAdmin", "RecusalAdmin"]
