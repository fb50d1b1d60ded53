"""What of actions moves the version of what is published (ess_portal/base/published.py).

What nobody may read yet, a file being written or examined, moves nothing.
"""

from actions.enums import ActionStatus
from ess_portal.base.published import MovesVersion
from ess_portal.base.triggers import listed

ANNOUNCED = listed((*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF))

ACTION_MOVES_VERSION = MovesVersion(f"OLD.status IN ({ANNOUNCED}) OR NEW.status IN ({ANNOUNCED})")
# Of an action that is no longer announced at the commit, its own row moves the version.
_ANNOUNCED_ACTION = f"SELECT 1 FROM actions_action a WHERE a.status IN ({ANNOUNCED}) AND a.id IN "
OF_AN_ACTION_MOVES_VERSION = MovesVersion(
    f"EXISTS ({_ANNOUNCED_ACTION}(OLD.action_id, NEW.action_id))"
)
OF_AN_EVENT_MOVES_VERSION = MovesVersion(
    f"EXISTS ({_ANNOUNCED_ACTION}(SELECT e.action_id FROM actions_actionevent e"
    " WHERE e.id IN (OLD.event_id, NEW.event_id)))"
)
