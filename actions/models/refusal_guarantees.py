"""What the database holds about an announced refusal: the carrier's fifteen days, and its reply."""

import pgtrigger

from ess_portal.base.triggers import Guarantee

DAYS_TO_REPLY = 15
_KEPT = "Un refus annoncé garde sa date, la réponse du porteur et la suite qui lui est donnée."

REFUSAL_TRIGGERS = (
    # The days to reply run from a date that nobody chooses. Texts may be emptied later, by retention.
    Guarantee(
        name="heard_once",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                PERFORM 1 FROM actions_action a WHERE a.id = NEW.action_id
                    AND a.status IN ('submitted', 'evaluated', 'postponed') FOR NO KEY UPDATE;
                IF NOT FOUND
                    OR num_nonnulls(NEW.replied_at, NEW.settled_at) > 0
                    OR NEW.reply <> '' OR NEW.answer <> '' THEN
                    REFUSE actions_refusalnotice_announced_first
                        'Un refus est d’abord annoncé, à une action qui attend une suite.';
                END IF;
                NEW.announced_at := now();
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE'
                OR ROW(NEW.id, NEW.action_id, NEW.announced_at)
                    IS DISTINCT FROM ROW(OLD.id, OLD.action_id, OLD.announced_at)
                OR NEW.reason NOT IN ('', OLD.reason)
                OR (OLD.replied_at IS NOT NULL OR OLD.settled_at IS NOT NULL) AND (
                    NEW.replied_at IS DISTINCT FROM OLD.replied_at
                    OR NEW.reply NOT IN ('', OLD.reply)
                )
                OR OLD.settled_at IS NOT NULL AND (
                    NEW.settled_at IS DISTINCT FROM OLD.settled_at
                    OR NEW.answer NOT IN ('', OLD.answer)
                ) THEN
                REFUSE actions_refusalnotice_is_kept '{_KEPT}';
            END IF;
            RETURN NEW;
        """,
    ),
)
