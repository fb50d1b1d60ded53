"""The agents' pages about those who evaluate an action, and about a correction that is awaited."""

from tests.permissions.row import both, get, post

FOLLOWING_ROWS = [
    get("admin:actions_action_recall", "agent", "in_correction_pk"),
    post("admin:actions_action_recall", "agent", "in_correction_pk"),
    get("admin:actions_action_recall", "", "submitted_pk"),
    *both("admin:actions_action_more_time", "agent", "in_correction_pk"),
    get("admin:actions_action_more_time", "", "submitted_pk"),
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
