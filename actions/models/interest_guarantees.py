"""What the database holds about interests: none comes up beside what somebody decides or evaluates.

Whoever decides or evaluates is looked at when they do, and no place in an organisation, no partner
and no carrier comes up behind that look. Both sides take the same locks, on the person and on the
action: of two transactions, the second sees what the first did (decision 24). What leaves no row to
look at leaves a lock, which its transaction keeps to its end and sees itself (`note_act`).
"""

import pgtrigger

from actions.enums import ActionStatus, SessionState
from actions.models.carrier_guarantees import (
    INTERESTED,
    MERGED,
    has_a_member_who_acted,
    interested,
)
from actions.models.file_guarantees import OF_ACTIONS, TAKE_ACTIONS
from ess_portal.base.triggers import Guarantee

_STILL_WRITTEN = ", ".join(
    f"'{status}'" for status in (*ActionStatus.BEFORE_EVALUATION, ActionStatus.RECORDED)
)


def _number(person: str) -> str:
    return f"({person} % 2147483647)::integer"


def _key(person: str) -> str:
    return f"hashtext('actors_membership'), {_number(person)}"


def hold_interests(*people: str) -> str:
    """Return the SQL that makes `people` join nothing in another transaction until this one ends."""
    return " ".join(f"PERFORM pg_advisory_xact_lock_shared({_key(one)});" for one in people)


def note_act(person: str) -> str:
    """Return the SQL that makes `person` join nothing until the transaction ends, in it either."""
    noted = f"PERFORM pg_advisory_xact_lock_shared(hashtext('actions_acted'), {_number(person)});"
    return f"{hold_interests(person)} {noted}"


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
    return f"""
                {note_act("e.evaluator_id").replace(";", f" {counted};")}
                IF EXISTS (
                    SELECT 1 {counted} AND actions_is_linked(e.action_id, e.evaluator_id)
                ) THEN
                    REFUSE {name} '{sentence}';
                END IF;"""


# Conditions on the action `a` that a place in NEW.organisation_id links somebody to: of all that were
# found to be one, too.
_JOINED = "(SELECT actions_line_of(NEW.organisation_id))"
_LINKED = f"""(a.carrier_id IN {_JOINED} OR EXISTS (
                        SELECT 1 FROM actions_action_partners p
                        WHERE p.action_id = a.id AND p.organisation_id IN {_JOINED}
                    ))"""


_OPEN_SESSIONS = ", ".join(f"'{state}'" for state in SessionState.OPEN)
_HAS_ACTED = (
    "Une personne ne rejoint pas une structure dans l’opération même où elle décide, évalue ou "
    "instruit."
)

BELONGING_TRIGGERS = (
    Guarantee(
        name="behind_no_decision",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("user_id", "organisation_id"),
        func=f"""
            IF TG_OP = 'UPDATE' AND ROW(NEW.user_id, NEW.organisation_id)
                IS NOT DISTINCT FROM ROW(OLD.user_id, OLD.organisation_id) THEN
                RETURN NEW;
            END IF;
            -- The organisation first, as a merger takes them: its people follow it, or come after it.
            PERFORM 1 FROM actors_organisation
            WHERE id = NEW.organisation_id FOR NO KEY UPDATE;
            PERFORM pg_advisory_xact_lock({_key("NEW.user_id")});
            IF EXISTS (
                SELECT 1 FROM actions_decision d JOIN actions_action a ON a.id = d.action_id
                WHERE NEW.user_id IN (d.proposed_by_id, d.confirmed_by_id)
                AND d.cancelled_at IS NULL AND coalesce(d.confirmed_at, now()) = now()
                AND {_LINKED}
            ) OR EXISTS (
                SELECT 1 FROM actions_amendment m JOIN actions_action a ON a.id = m.action_id
                WHERE NEW.user_id IN (m.proposed_by_id, m.confirmed_by_id)
                AND m.cancelled_at IS NULL AND coalesce(m.confirmed_at, now()) = now()
                AND (m.new_carrier_id IN {_JOINED} OR m.old_carrier_id IN {_JOINED} OR {_LINKED})
            ) OR EXISTS (
                SELECT 1 FROM actions_agendaitem i JOIN actions_action a ON a.id = i.action_id
                JOIN actions_committeesession s ON s.id = i.session_id
                WHERE NEW.user_id IN (i.proposed_by_id, i.seconded_by_id)
                AND s.state IN ({_OPEN_SESSIONS}) AND {_LINKED}
            ) THEN
                REFUSE actions_belonging_behind_no_decision
                    'Cette personne prend part à une décision en cours sur une action de la structure : la décision doit d’abord être prise, ou retirée.';
            END IF;
            IF EXISTS (
                SELECT 1 FROM actions_evaluation e JOIN actions_action a ON a.id = e.action_id
                WHERE e.evaluator_id = NEW.user_id AND e.sent_at IS NOT NULL
                AND e.round = 'initial' AND a.status = 'in_evaluation' AND {_LINKED}
                AND NOT EXISTS (
                    SELECT 1 FROM actions_recusal r
                    WHERE r.action_id = e.action_id AND r.user_id = e.evaluator_id
                )
            ) THEN
                REFUSE actions_belonging_behind_no_evaluation
                    'Cette personne évalue une action de la structure : son déport doit d’abord être noté.';
            END IF;
            IF actions_has_acted(NEW.user_id) THEN
                REFUSE actions_belonging_behind_no_act '{_HAS_ACTED}';
            END IF;
            RETURN NEW;
        """,
    ),
)

# A partner that is merged into another in this transaction is that other one; a row that says the
# same twice then goes.
_FOLLOWS_ITS_TWIN = """(
                TG_OP = 'UPDATE' AND NEW.action_id = OLD.action_id
                AND actors_is_merged_now(OLD.organisation_id, NEW.organisation_id)
            ) OR (
                TG_OP = 'DELETE' AND EXISTS (
                    SELECT 1 FROM actions_action a
                    JOIN actors_organisation o ON o.id = OLD.organisation_id
                    WHERE a.id = OLD.action_id AND (a.carrier_id = o.id AND EXISTS (
                        SELECT 1 FROM actors_organisation twin
                        WHERE twin.merged_into_id = o.id AND twin.merged_at = now()
                    ) OR (
                        o.merged_at = now() AND (a.carrier_id = o.merged_into_id OR EXISTS (
                            SELECT 1 FROM actions_action_partners p
                            WHERE p.action_id = a.id AND p.organisation_id = o.merged_into_id
                        ))
                    ))
                )
            )"""

_BEHIND_NO_ACT = f"""IF {has_a_member_who_acted("NEW.organisation_id")} THEN
                REFUSE actions_partnership_behind_no_act
                    'Une structure ne devient pas partenaire dans l’opération même où l’un de ses membres décide, évalue ou instruit.';
            END IF;"""

PARTNERSHIP_TRIGGERS = (
    Guarantee(
        name="while_the_file_is_written",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            {TAKE_ACTIONS}
            IF {_FOLLOWS_ITS_TWIN} THEN
                IF TG_OP = 'DELETE' THEN
                    RETURN OLD;
                END IF;
                IF {interested("NEW.action_id", "NEW.organisation_id")} THEN
                    REFUSE actions_partnership_merged_beside_no_interest '{INTERESTED}';
                END IF;
                {_BEHIND_NO_ACT}
                RETURN NEW;
            END IF;
            IF EXISTS (
                SELECT 1 FROM actions_action a
                WHERE a.id IN ({OF_ACTIONS}) AND a.status NOT IN ({_STILL_WRITTEN})
            ) THEN
                REFUSE actions_partnership_while_the_file_is_written
                    'Les partenaires d’une action ne changent plus une fois le dossier admis.';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            IF NOT EXISTS (SELECT 1 FROM actions_action a WHERE a.id = NEW.action_id) THEN
                REFUSE actions_partnership_of_an_action 'Cette action n’existe pas.';
            END IF;
            PERFORM 1 FROM actors_organisation o
            WHERE o.id = NEW.organisation_id AND o.merged_into_id IS NULL FOR SHARE;
            IF NOT FOUND THEN
                REFUSE actions_partnership_of_an_organisation_that_stands '{MERGED}';
            END IF;
            {_BEHIND_NO_ACT}
            RETURN NEW;
        """,
    ),
)


MERGER_TRIGGERS = (
    # Its people become, or stand for, those of the other one: they are looked at as if they joined.
    Guarantee(
        name="merged_beside_no_interest",
        operation=pgtrigger.UpdateOf("merged_into_id"),
        condition=pgtrigger.Condition(
            "OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL"
        ),
        func=f"""
            PERFORM pg_advisory_xact_lock({_key("joining.user_id")}) FROM (
                SELECT DISTINCT m.user_id FROM actors_membership m
                WHERE m.organisation_id IN (SELECT actions_line_of(OLD.id)) ORDER BY m.user_id
            ) joining;
            IF {has_a_member_who_acted("OLD.id")} OR EXISTS (
                SELECT 1 FROM actions_action a
                WHERE (a.carrier_id IN (SELECT actions_line_of(NEW.merged_into_id)) OR EXISTS (
                    SELECT 1 FROM actions_action_partners p WHERE p.action_id = a.id
                    AND p.organisation_id IN (SELECT actions_line_of(NEW.merged_into_id))
                )) AND {interested("a.id", "OLD.id")}
            ) THEN
                REFUSE actions_merger_beside_no_interest '{INTERESTED}';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="merged_with_its_files",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("merged_into_id"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition(
            "OLD.merged_into_id IS NULL AND NEW.merged_into_id IS NOT NULL"
        ),
        func="""
            IF EXISTS (SELECT 1 FROM actions_action a WHERE a.carrier_id = NEW.id)
                OR EXISTS (
                    SELECT 1 FROM actions_action_partners p WHERE p.organisation_id = NEW.id
                ) THEN
                REFUSE actions_merger_takes_its_files
                    'Les dossiers d’une structure réunie à une autre la suivent.';
            END IF;
            RETURN NULL;
        """,
    ),
    # Deleted and made again with its key, it would be confirmed by nobody.
    Guarantee(
        name="with_files_is_kept",
        operation=pgtrigger.Delete,
        func="""
            IF EXISTS (SELECT 1 FROM actions_action a WHERE a.carrier_id = OLD.id)
                OR EXISTS (
                    SELECT 1 FROM actions_action_partners p WHERE p.organisation_id = OLD.id
                ) THEN
                REFUSE actions_merger_with_files_is_kept
                    'Une structure qui porte un dossier, ou en est partenaire, ne se supprime pas.';
            END IF;
            RETURN OLD;
        """,
    ),
)
