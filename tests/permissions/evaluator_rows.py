"""The agents' pages about those who evaluate an action."""

from tests.permissions.row import both, get, post

EVALUATOR_ROWS = [
    *both("admin:actions_action_assign", "agent", "in_evaluation_pk"),
    get("admin:actions_action_assign", "", "submitted_pk"),
    get("admin:actions_action_remind", "agent", "evaluation"),
    post("admin:actions_action_remind", "agent", "evaluation"),
    *both("admin:actions_action_due_date", "agent", "evaluation"),
    *both("admin:actions_action_replace", "agent", "evaluation"),
    get("admin:actions_action_unassign", "agent", "evaluation"),
    post("admin:actions_action_unassign", "agent", "evaluation"),
    *both("admin:actions_action_recuse", "agent", "evaluation"),
]
