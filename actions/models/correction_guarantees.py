"""What the database holds about what is asked of a carrier: by whom, with a step, then for good."""

from collections.abc import Iterable

import pgtrigger

from actions.models.interest_conditions import note_act
from ess_portal.base.triggers import Guarantee

# What waits for a carrier counts days and months from this date: no year may be out of their reach.
MOST_DAYS_TO_CORRECT = 3650


def correction_triggers(parts: Iterable[str]) -> tuple[Guarantee, ...]:
    """Return the guarantees of a request that lists some of `parts`, the parts of a file."""
    known = ", ".join(f'"{part}"' for part in parts)
    return (
        # Only its words may be emptied later, by retention. It is answered once, by a sending.
        Guarantee(
            name="is_kept",
            operation=pgtrigger.Update | pgtrigger.Delete,
            func="""
            IF TG_OP = 'DELETE'
                OR ROW(NEW.id, NEW.action_id, NEW.fields, NEW.due_on, NEW.requested_by_id,
                       NEW.requested_at)
                    IS DISTINCT FROM
                   ROW(OLD.id, OLD.action_id, OLD.fields, OLD.due_on, OLD.requested_by_id,
                       OLD.requested_at)
                OR (NEW.message IN ('', OLD.message)) IS NOT TRUE
                OR NEW.answered_at IS DISTINCT FROM OLD.answered_at AND (
                    OLD.answered_at IS NOT NULL OR NOT EXISTS (
                        SELECT 1 FROM actions_action a
                        WHERE a.id = NEW.action_id AND a.status = 'in_correction'
                    )
                ) THEN
                REFUSE actions_correctionrequest_is_kept
                    'Une demande de complément reste ce qui a été demandé.';
            END IF;
            RETURN NEW;
        """,
        ),
        Guarantee(
            name="of_a_sent_file",
            operation=pgtrigger.Insert,
            func=f"""
            PERFORM 1 FROM actions_action a
            WHERE a.id = NEW.action_id AND a.status = 'submitted' FOR NO KEY UPDATE;
            IF NOT FOUND OR NEW.answered_at IS NOT NULL THEN
                REFUSE actions_correctionrequest_of_a_sent_file
                    'On demande un complément à un dossier déposé.';
            END IF;
            {note_act("NEW.requested_by_id")}
            IF actors_has_role(NEW.requested_by_id, 'agent') IS NOT TRUE THEN
                REFUSE actions_correctionrequest_by_an_agent
                    'Demander un complément revient à un agent.';
            END IF;
            IF actions_is_linked(NEW.action_id, NEW.requested_by_id) THEN
                REFUSE actions_correctionrequest_by_an_agent_without_interest
                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
            END IF;
            IF (jsonb_typeof(NEW.fields) = 'array' AND NEW.fields <> '[]'
                AND NEW.fields <@ '[{known}]') IS NOT TRUE THEN
                REFUSE actions_correctionrequest_lists_parts
                    'Cochez au moins une partie du dossier à compléter.';
            END IF;
            IF NEW.due_on > (now() AT TIME ZONE 'Europe/Paris')::date + {MOST_DAYS_TO_CORRECT} THEN
                REFUSE actions_correctionrequest_due_within_reach
                    'Cette date est trop lointaine.';
            END IF;
            RETURN NEW;
        """,
        ),
        # Written ahead of its step, it would be answered by what the carrier sent before.
        Guarantee(
            name="of_a_step",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            timing=pgtrigger.Deferred,
            func="""
            IF (SELECT count(*) FROM actions_correctionrequest c WHERE c.action_id = NEW.action_id)
                > (SELECT count(*) FROM actions_actionevent e
                   WHERE e.action_id = NEW.action_id AND e.transition = 'request_correction') THEN
                REFUSE actions_correctionrequest_of_a_step
                    'Une demande de complément rend le dossier à son porteur.';
            END IF;
            RETURN NULL;
        """,
        ),
    )
