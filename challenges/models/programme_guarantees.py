"""What the database holds about what a programme asks of grants: each change of it stays noted."""

import pgtrigger

from ess_portal.base.triggers import Guarantee

# Lifted for the time of a grant and put back, the rule would have left no trace. Somebody who saves what
# they read before the last change writes a part of what is noted, which then stays.
PROGRAMME_TRIGGERS = (
    Guarantee(
        name="rule_is_noted",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            IF (CASE TG_OP WHEN 'INSERT' THEN NEW.deliberation_rules = '[]'
                ELSE OLD.deliberation_rules @> NEW.deliberation_rules END) IS NOT TRUE THEN
                REFUSE challenges_programme_rule_is_noted
                    'Ce qu’un programme exigeait, et depuis quand, ne se réécrit pas.';
            END IF;
            IF TG_OP = 'UPDATE' AND NEW.requires_deliberation = OLD.requires_deliberation THEN
                NEW.deliberation_rules := OLD.deliberation_rules;
                RETURN NEW;
            END IF;
            NEW.deliberation_rules := CASE TG_OP WHEN 'INSERT' THEN '[]'
                ELSE OLD.deliberation_rules END || jsonb_build_object(
                    'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'required', NEW.requires_deliberation
                );
            RETURN NEW;
        """,
    ),
)
