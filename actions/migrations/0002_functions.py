"""What several triggers ask: who is linked to an action, who evaluated it, what its gate gives."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION actions_is_linked(target bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM actors_membership m
        WHERE m.user_id = person AND (
            m.organisation_id = (SELECT carrier_id FROM actions_action WHERE id = target)
            OR m.organisation_id IN (
                SELECT organisation_id FROM actions_action_partners WHERE action_id = target
            )
        )
    )
$$;

CREATE FUNCTION actions_has_evaluated(target bigint, person bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM actions_evaluation WHERE action_id = target AND evaluator_id = person
    ) OR EXISTS (
        SELECT 1 FROM actions_recusal WHERE action_id = target AND user_id = person
    )
$$;

-- The gate of rules.md, section 3, from the rows: actions/gate.py must give the same.
CREATE FUNCTION actions_gate(target bigint) RETURNS TABLE (
    quorum_reached smallint, quorum_required smallint, points smallint, max_points smallint,
    threshold smallint, floor_margin smallint, community_interest boolean, medians smallint[]
)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH bound AS (
        SELECT g.id, g.quorum, g.threshold
        FROM challenges_grid g JOIN actions_action a ON a.grid_id = g.id WHERE a.id = target
    ), opinion AS (
        SELECT s.evaluation_id, s.criterion_id, s.level
        FROM actions_criterionscore s JOIN actions_evaluation e ON e.id = s.evaluation_id
        WHERE e.action_id = target AND e.round = 'initial' AND e.sent_at IS NOT NULL
        AND s.level IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM actions_recusal r
                        WHERE r.action_id = target AND r.user_id = e.evaluator_id)
    ), criterion AS (
        SELECT c.position, c.weight, c.floor, (
            SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY o.level)
            FROM opinion o WHERE o.criterion_id = c.id
        ) AS median
        FROM challenges_criterion c JOIN bound ON bound.id = c.grid_id
    ), complete AS (
        SELECT count(*) AS evaluations FROM (
            SELECT 1 FROM opinion GROUP BY evaluation_id
            HAVING count(*) = (SELECT count(*) FROM criterion)
        ) whole
    ), total AS (
        SELECT sum(weight * coalesce(median, 0)) AS points, 3 * sum(weight) AS max_points,
            min(coalesce(median, 0) - floor) AS margin,
            bool_and(median IS NOT NULL AND median >= floor) AS floors,
            array_agg(median ORDER BY position) AS medians
        FROM criterion
    )
    SELECT complete.evaluations::smallint, bound.quorum::smallint, total.points::smallint,
        total.max_points::smallint, bound.threshold::smallint, total.margin::smallint,
        complete.evaluations >= bound.quorum AND total.floors
            AND 100 * total.points >= bound.threshold * total.max_points,
        total.medians::smallint[]
    FROM bound, complete, total
$$;
"""

DROP = """
DROP FUNCTION actions_gate(bigint);
DROP FUNCTION actions_has_evaluated(bigint, bigint);
DROP FUNCTION actions_is_linked(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial"), ("actors", "0002_roles")]

    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
