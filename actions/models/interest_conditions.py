"""What several guarantees ask about interests: who is held still, who acted, who has one.

Each returns SQL; `person`, `action` and `organisation` are SQL expressions too. What leaves no row to
look at leaves a lock, which its transaction keeps to its end and sees itself: a note (decision 24).
"""

from actions.enums import SessionState
from ess_portal.base.triggers import listed

# Who is of an organisation, and who waits for a place there: both have an interest in its actions.
PLACES = """(
                    SELECT user_id, organisation_id FROM actors_membership
                    UNION ALL
                    SELECT user_id, organisation_id FROM actors_membershipclaim
                    WHERE state = 'pending'
                )"""


def _number(person: str) -> str:
    return f"({person} % 2147483647)::integer"


def person_key(person: str) -> str:
    """Return the key, in two parts, of the advisory lock on what `person` belongs to."""
    return f"hashtext('actors_membership'), {_number(person)}"


def hold_interests(*people: str) -> str:
    """Return the SQL that makes `people` join nothing in another transaction until this one ends."""
    return " ".join(f"PERFORM pg_advisory_xact_lock_shared({person_key(one)});" for one in people)


def note_act(person: str) -> str:
    """Return the SQL that makes `person` join nothing until the transaction ends, in it either."""
    noted = f"PERFORM pg_advisory_xact_lock_shared(hashtext('actions_acted'), {_number(person)});"
    return f"{hold_interests(person)} {noted}"


def by_an_agent(table: str, action: str, sentence: str, person: str = "NEW.by_id") -> str:
    """Return the SQL that refuses a row of `table` about `action` unless `person` is an agent without
    interest; `sentence` says whose matter it is.
    """
    return f"""{note_act(person)}
            IF actors_has_role({person}, 'agent') IS NOT TRUE THEN
                REFUSE {table}_by_an_agent
                    '{sentence}';
            END IF;
            IF actions_is_linked({action}, {person}) THEN
                REFUSE {table}_by_an_agent_without_interest
                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
            END IF;"""


def note_leaving(person: str) -> str:
    """Return the SQL that makes `person` take no place until the transaction ends, in it either."""
    return f"PERFORM pg_advisory_xact_lock_shared(hashtext('actions_left'), {_number(person)});"


def counted_evaluations(action: str) -> str:
    """Return the SQL (`FROM …`) of the evaluations `e` that count: sent, author not recused."""
    return f"""FROM actions_evaluation e
                    WHERE e.action_id = {action} AND e.round = 'initial' AND e.sent_at IS NOT NULL
                    AND NOT EXISTS (
                        SELECT 1 FROM actions_recusal r
                        WHERE r.action_id = e.action_id AND r.user_id = e.evaluator_id
                    )"""


def counted_evaluators_are_independent(name: str, sentence: str) -> str:
    """Return the SQL that refuses an action whose counted evaluations have a linked author."""
    counted = counted_evaluations("NEW.id")
    in_order = f"FROM (SELECT e.evaluator_id {counted} ORDER BY e.evaluator_id) counted;"
    return f"""
                {note_act("counted.evaluator_id").replace(";", f" {in_order}")}
                IF EXISTS (
                    SELECT 1 {counted} AND actions_is_linked(e.action_id, e.evaluator_id)
                ) THEN
                    REFUSE {name} '{sentence}';
                END IF;"""


def interested(action: str, organisation: str) -> str:
    """Return the SQL condition that somebody of `organisation` evaluated, or decides on, `action`."""
    return f"""EXISTS (
                SELECT 1 FROM {PLACES} m
                WHERE m.organisation_id IN (SELECT actions_line_of({organisation}))
                AND m.user_id IN (
                    SELECT e.evaluator_id FROM actions_evaluation e
                    WHERE e.action_id = {action} AND e.sent_at IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM actions_recusal r
                        WHERE r.action_id = e.action_id AND r.user_id = e.evaluator_id
                    )
                    UNION ALL
                    SELECT unnest(ARRAY[d.proposed_by_id, d.confirmed_by_id])
                    FROM actions_decision d
                    WHERE d.action_id = {action} AND d.cancelled_at IS NULL
                    UNION ALL
                    SELECT unnest(ARRAY[n.proposed_by_id, n.confirmed_by_id])
                    FROM actions_amendment n
                    WHERE n.action_id = {action} AND n.cancelled_at IS NULL
                    UNION ALL
                    SELECT unnest(ARRAY[i.proposed_by_id, i.seconded_by_id])
                    FROM actions_agendaitem i
                    JOIN actions_committeesession s ON s.id = i.session_id
                    WHERE i.action_id = {action} AND s.state IN ({listed(SessionState.OPEN)})
                )
            )"""


def has_a_member_who_acted(organisation: str) -> str:
    """Return the SQL condition that somebody of `organisation` acted in this very transaction."""
    return f"""EXISTS (
                SELECT 1 FROM {PLACES} m
                WHERE m.organisation_id IN (SELECT actions_line_of({organisation}))
                AND actions_has_acted(m.user_id)
            )"""


def granted_by_one_of(action: str, organisation: str) -> str:
    """Return the SQL condition that somebody of `organisation` granted `action`, or amended it.

    Or that they left a place, or took a claim back, in this very transaction.
    """
    return f"""EXISTS (
                SELECT 1 FROM (
                    SELECT unnest(ARRAY[d.proposed_by_id, d.confirmed_by_id]) AS id
                    FROM actions_decision d
                    WHERE d.action_id = {action} AND d.kind = 'prioritise'
                    AND d.confirmed_at IS NOT NULL
                    UNION ALL
                    SELECT unnest(ARRAY[n.proposed_by_id, n.confirmed_by_id])
                    FROM actions_amendment n
                    WHERE n.action_id = {action} AND n.confirmed_at IS NOT NULL
                ) decider
                WHERE actions_has_left(decider.id) OR EXISTS (
                    SELECT 1 FROM {PLACES} m
                    WHERE m.user_id = decider.id
                    AND m.organisation_id IN (SELECT actions_line_of({organisation}))
                )
            )"""
