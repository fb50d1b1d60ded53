"""What of an action is noted to be counted again, and since when it is in its state (decision 37)."""

import pgtrigger

from ess_portal.base.triggers import Upkeep

# What a tally is made of: the view `actions_tallied` of the migrations. Typing a text counts nothing.
TALLIED = (
    "reference",
    "status",
    "measure_id",
    "challenge_id",
    "carrier_id",
    "gate_closed_at",
    "submitted_at",
    "waiting_since",
    "funding_asked",
    "amount_granted",
    "amount_proposed",
    "jobs_created",
    "jobs_kept",
)
_OLD, _NEW = (", ".join(f"{row}.{column}" for column in TALLIED) for row in ("OLD", "NEW"))

# The event of a change of state is written before it (history_guarantees.py).
WAITS_SINCE = Upkeep(
    name="j_waits_since",
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        NEW.waiting_since := CASE
            WHEN TG_OP = 'INSERT' THEN NULL
            WHEN NEW.status = OLD.status THEN OLD.waiting_since
            ELSE (
                SELECT e.at FROM actions_actionevent e WHERE e.action_id = NEW.id
                ORDER BY e.at DESC LIMIT 1
            ) END;
        RETURN NEW;
    """,
)
ACTION_IS_COUNTED = Upkeep(
    name="is_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        IF TG_OP <> 'UPDATE' OR ROW({_OLD}) IS DISTINCT FROM ROW({_NEW}) THEN
            PERFORM actions_note_uncounted(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
        END IF;
        RETURN NULL;
    """,
)
# Evaluations keep their action, their author and their round. What is typed there counts nothing.
EVALUATION_IS_COUNTED = Upkeep(
    name="is_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP <> 'UPDATE'
            OR ROW(OLD.sent_at, OLD.due_on) IS DISTINCT FROM ROW(NEW.sent_at, NEW.due_on) THEN
            PERFORM actions_note_uncounted(
                CASE TG_OP WHEN 'DELETE' THEN OLD.action_id ELSE NEW.action_id END
            );
        END IF;
        RETURN NULL;
    """,
)
# Recusals are for good.
RECUSAL_IS_COUNTED = Upkeep(
    name="is_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
        PERFORM actions_note_uncounted(NEW.action_id);
        RETURN NULL;
    """,
)
# Communes, sectors, partners.
LINK_IS_COUNTED = Upkeep(
    name="is_counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF TG_OP <> 'INSERT' THEN
            PERFORM actions_note_uncounted(OLD.action_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            PERFORM actions_note_uncounted(NEW.action_id);
        END IF;
        RETURN NULL;
    """,
)
