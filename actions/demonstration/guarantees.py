"""Show that every guarantee holds of what was loaded and aged, asked of the rows themselves.

Ageing switched guarantees off; nothing here trusts that they were on. Each check is a query that
returns what breaks it: empty when all is well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from actions.demonstration.columns import DONE
from actions.enums import ALLOWED_TRANSITIONS


@dataclass(frozen=True)
class Check:
    """What must hold, in words, and the query that finds what breaks it."""

    sentence: str
    query: str


CHECKS = (
    Check(
        "Aucun déclencheur n’est éteint",
        """
        SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled <> 'O'
        """,
    ),
    Check(
        "Aucune contrainte n’est laissée sans vérification",
        """
        SELECT conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND NOT convalidated
        """,
    ),
    Check(
        "Chaque résultat est celui des évaluations",
        """
        SELECT a.reference FROM actions_action a, actions_gate(a.id) gate
        WHERE a.gate_closed_at IS NOT NULL AND (
            ROW(a.gate_quorum_reached, a.gate_quorum_required, a.gate_points, a.gate_max_points,
                a.gate_threshold, a.gate_floor_margin, a.gate_community_interest, a.gate_medians)
            IS DISTINCT FROM
            ROW(gate.quorum_reached, gate.quorum_required, gate.points, gate.max_points,
                gate.threshold, gate.floor_margin, gate.community_interest, gate.medians)
            OR a.gate_closed_at IS DISTINCT FROM (
                SELECT max(r.closed_at) FROM actions_gateresult r WHERE r.action_id = a.id
            )
        )
        """,
    ),
    Check(
        "Chaque clôture a son événement, au même instant",
        """
        SELECT a.reference FROM actions_action a
        WHERE (SELECT array_agg(closed_at ORDER BY id) FROM actions_gateresult
               WHERE action_id = a.id)
        IS DISTINCT FROM
              (SELECT array_agg(at ORDER BY id) FROM actions_actionevent
               WHERE action_id = a.id AND transition = 'close_evaluation')
        """,
    ),
    Check(
        "Les références se suivent dans l’année de leur dépôt, sans trou",
        """
        SELECT reference FROM (
            SELECT reference, split_part(reference, '-', 2) AS year,
                to_char(submitted_at AT TIME ZONE 'Europe/Paris', 'YYYY') AS filed_in,
                split_part(reference, '-', 3)::integer AS number,
                row_number() OVER (
                    PARTITION BY split_part(reference, '-', 2)
                    ORDER BY split_part(reference, '-', 3)::integer
                ) AS rank
            FROM actions_action WHERE reference LIKE 'ESS-%'
        ) numbered
        WHERE (number = rank AND year = filed_in) IS NOT TRUE
        """,
    ),
    Check(
        "Les événements d’une action se suivent dans le temps et d’état en état",
        """
        SELECT a.reference FROM (
            SELECT action_id, at, from_status, to_status, id,
                lag(at) OVER told AS at_before, lag(to_status) OVER told AS status_before,
                lead(id) OVER told AS next
            FROM actions_actionevent WINDOW told AS (PARTITION BY action_id ORDER BY id)
        ) e JOIN actions_action a ON a.id = e.action_id
        WHERE at_before >= at OR at < a.created_at
            OR from_status <> coalesce(status_before, 'draft')
            OR next IS NULL AND to_status <> a.status
            OR (from_status, to_status) NOT IN ({pairs})
        """,
    ),
    Check(
        "Une action déposée a son premier envoi pour date, et son début pour commencement",
        """
        SELECT a.reference FROM actions_action a
        WHERE a.submitted_at IS DISTINCT FROM (
            SELECT at FROM actions_actionevent WHERE action_id = a.id AND transition = 'submit'
        ) OR a.started_at IS DISTINCT FROM (
            SELECT at FROM actions_actionevent WHERE action_id = a.id AND transition = 'start'
        )
        """,
    ),
    Check(
        "Une décision est prise par deux personnes, à l’instant de son événement",
        """
        SELECT d.id::text FROM actions_decision d
        WHERE d.confirmed_at IS NOT NULL AND (
            d.confirmed_by_id = d.proposed_by_id OR d.proposed_at > d.confirmed_at
            OR NOT EXISTS (
                SELECT 1 FROM actions_actionevent e
                WHERE e.action_id = d.action_id AND e.transition = d.kind AND e.at = d.confirmed_at
                AND e.by_id = d.proposed_by_id AND e.confirmed_by_id = d.confirmed_by_id
            )
        )
        """,
    ),
    Check(
        "Une action dotée l’est par deux personnes, par décision ou avenant",
        """
        SELECT a.reference FROM actions_action a
        WHERE a.status IN ('prioritised', 'in_progress', 'completed', 'abandoned') AND (
            a.decided_by_id = a.confirmed_by_id OR NOT EXISTS (
                SELECT 1 FROM actions_decision d
                WHERE d.action_id = a.id AND d.kind = 'prioritise'
                AND d.proposed_by_id = a.decided_by_id AND d.confirmed_by_id = a.confirmed_by_id
                AND a.amount_granted = coalesce((
                    SELECT m.new_amount FROM actions_amendment m
                    WHERE m.action_id = a.id AND m.confirmed_at IS NOT NULL
                    AND m.new_amount IS NOT NULL ORDER BY m.id DESC LIMIT 1
                ), d.amount)
            )
        )
        """,
    ),
    Check(
        "Le conseil vote après la décision, et rien ne commence avant lui",
        """
        SELECT a.reference FROM actions_action a
        LEFT JOIN actions_deliberation v ON v.action_id = a.id AND v.amendment_id IS NULL
        LEFT JOIN actions_decision d ON d.action_id = a.id AND d.kind = 'prioritise'
            AND d.confirmed_at IS NOT NULL
        WHERE a.amount_proposed IS NOT NULL AND (
            a.amount_proposed <> actions_awaiting_council(a.id, a.amount_granted)
            OR v.recorded_at < d.confirmed_at
            OR a.started_at IS NOT NULL AND (v.recorded_at < a.started_at) IS NOT TRUE
        )
        """,
    ),
    Check(
        "Un avenant est confirmé par une autre personne, après la décision",
        """
        SELECT m.id::text FROM actions_amendment m
        WHERE m.confirmed_at IS NOT NULL AND (
            m.confirmed_by_id = m.proposed_by_id OR m.proposed_at > m.confirmed_at
            OR m.confirmed_at < (
                SELECT max(d.confirmed_at) FROM actions_decision d
                WHERE d.action_id = m.action_id AND d.kind = 'prioritise'
            )
        )
        """,
    ),
    Check(
        "Une séance s’ouvre à sa date, se clôt, puis publie ses décisions d’un coup",
        """
        SELECT s.held_on::text FROM actions_committeesession s
        LEFT JOIN actions_agendaitem i ON i.session_id = s.id
        LEFT JOIN actions_decision d ON d.id = i.decision_id
        LEFT JOIN actions_amendment m ON m.id = i.amendment_id
        WHERE s.state = 'published' AND (
            (s.opened_at AT TIME ZONE 'Europe/Paris')::date <> s.held_on
            OR s.closed_at < s.opened_at OR s.published_at < s.closed_at
            OR i.outcome IN ('prioritise', 'postpone', 'announce_refusal', 'increase')
                AND coalesce(d.confirmed_at, m.confirmed_at) IS DISTINCT FROM s.published_at
        )
        """,
    ),
    Check(
        "Une évaluation est rendue entre l’admission et la clôture",
        """
        SELECT e.id::text FROM actions_evaluation e
        WHERE e.round = 'initial' AND e.sent_at IS NOT NULL AND (
            e.declared_at IS NULL OR e.declared_at > e.sent_at OR e.assigned_at > e.sent_at
            OR (SELECT to_status FROM actions_actionevent
                WHERE action_id = e.action_id AND at <= e.sent_at ORDER BY at DESC LIMIT 1)
                IS DISTINCT FROM 'in_evaluation'
            OR NOT EXISTS (SELECT 1 FROM actions_sentevaluation
                           WHERE evaluation_id = e.id AND sent_at = e.sent_at)
        )
        """,
    ),
)


def faults() -> list[str]:
    """Return what doesn't hold, one sentence each; nothing when everything does."""
    return [*_broken_constraints(), *_broken_checks(), *_done_in_the_future()]


def _broken_checks() -> Iterator[str]:
    pairs = ", ".join(sorted(f"('{before}', '{after}')" for before, after in ALLOWED_TRANSITIONS))
    for check in CHECKS:
        broken = _column(check.query.format(pairs=pairs))
        if broken:
            yield f"{check.sentence} : {', '.join(sorted(set(broken)))}."


def _broken_constraints() -> Iterator[str]:
    """Try every check constraint on every row again, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname, conrelid::regclass::text, pg_get_expr(conbin, conrelid)
            FROM pg_constraint
            WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0
            """
        )
        queries = [
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {table} WHERE ({condition}) IS FALSE)"  # noqa: S608
            for name, table, condition in cursor.fetchall()
        ]
    for name in _column(" UNION ALL ".join(queries)):
        yield f"Contrainte non respectée : {name}."


def _done_in_the_future() -> Iterator[str]:
    queries = [
        f"SELECT '{table}.{column}' WHERE EXISTS "  # noqa: S608
        f"(SELECT FROM {table} WHERE {column} > clock_timestamp())"
        for table, column in DONE
    ]
    for name in _column(" UNION ALL ".join(queries)):
        yield f"Fait dans l’avenir : {name}."


def _column(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [value for (value,) in cursor.fetchall()]
