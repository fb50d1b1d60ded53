"""Numbers that were written on sessions become deliberations of their grants, on the session's day.

Where the programme requires one, a grant that wasn't started waits for its own; what was started
before stays as it was told. A number on a session that isn't published yet is noted again once it is.
"""

from django.db import migrations

NOTED = """
INSERT INTO actions_deliberation (action_id, amendment_id, number, held_on, recorded_by_id, recorded_at)
SELECT d.action_id, NULL, s.deliberation_number, s.held_on, NULL, s.published_at
FROM actions_decision d
JOIN actions_agendaitem i ON i.decision_id = d.id
JOIN actions_committeesession s ON s.id = i.session_id
WHERE s.state = 'published' AND s.deliberation_number ~ '[^[:space:]]'
AND d.kind = 'prioritise' AND d.confirmed_at IS NOT NULL
ORDER BY d.id;
UPDATE actions_action a SET amount_proposed = actions_awaiting_council(a.id, a.amount_granted)
FROM challenges_programme p
WHERE p.id = a.programme_id AND p.requires_deliberation
AND a.status IN ('prioritised', 'in_progress', 'completed', 'abandoned')
AND (a.status = 'prioritised'
    OR EXISTS (SELECT 1 FROM actions_deliberation v WHERE v.action_id = a.id));
"""
# Back to the sessions, which a session of several numbers can't say: one of them stays.
GIVEN_BACK = """
UPDATE actions_committeesession s SET deliberation_number = v.number
FROM actions_deliberation v
JOIN actions_decision d ON d.action_id = v.action_id AND d.kind = 'prioritise'
JOIN actions_agendaitem i ON i.decision_id = d.id
WHERE i.session_id = s.id AND v.amendment_id IS NULL;
UPDATE actions_action SET amount_proposed = NULL WHERE amount_proposed IS NOT NULL;
DELETE FROM actions_deliberation;
"""


class Migration(migrations.Migration):
    dependencies = [("actions", "0032_deliberations")]

    operations = [migrations.RunSQL(NOTED, GIVEN_BACK)]
