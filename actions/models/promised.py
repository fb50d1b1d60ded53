"""Rows of the promise that actions name, as the database sees them written."""

import pgtrigger

from actions.enums import ActionStatus
from challenges.models import Measure
from ess_portal.base.triggers import Guarantee, listed

_NOT_SENT = (ActionStatus.DRAFT, ActionStatus.WITHDRAWN)


class PromisedMeasure(Measure):
    """A measure, which stays in its challenge once an action is filed for it.

    A proxy alone, which carries the trigger of this app on a table of another.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "mesure"
        verbose_name_plural = "mesures"
        # Elsewhere for the time of a publication, its grants would be above no envelope.
        triggers = (
            Guarantee(
                name="keeps_its_challenge",
                operation=pgtrigger.UpdateOf("challenge_id"),
                func=f"""
                    IF NEW.challenge_id IS DISTINCT FROM OLD.challenge_id AND EXISTS (
                        SELECT 1 FROM actions_action a WHERE a.measure_id = OLD.id
                        AND a.status NOT IN ({listed(_NOT_SENT)})
                    ) THEN
                        REFUSE actions_promisedmeasure_keeps_its_challenge
                            'Une mesure pour laquelle une action est déposée reste dans son défi.';
                    END IF;
                    RETURN NEW;
                """,
            ),
        )
