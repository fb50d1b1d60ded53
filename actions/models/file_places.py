"""Where an action takes place and what it is about, as the database sees these rows written.

Proxies alone: they carry the triggers on the tables that Django makes of many-to-many relations.
Read and write `Action.communes` and `Action.sectors`.
"""

from actions.models.action import Action
from actions.models.counted import LINK_IS_COUNTED
from actions.models.file_guarantees import written_before_admission
from actions.models.published import OF_AN_ACTION_MOVES_VERSION


class ActionCommune(Action.communes.through):
    """A commune where an action takes place."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "commune d’une action"
        verbose_name_plural = "communes d’une action"
        triggers = (
            written_before_admission("actions_actioncommune"),
            LINK_IS_COUNTED,
            OF_AN_ACTION_MOVES_VERSION,
        )


class ActionSector(Action.sectors.through):
    """A line of activity that an action belongs to."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "filière d’une action"
        verbose_name_plural = "filières d’une action"
        triggers = (
            written_before_admission("actions_actionsector"),
            LINK_IS_COUNTED,
            OF_AN_ACTION_MOVES_VERSION,
        )
