"""What the database holds about interests: none comes up beside what somebody decides or evaluates.

Whoever decides or evaluates is looked at when they do, and no place in an organisation, no partner
and no carrier comes up behind that look. Both sides take the same locks, on the person and on the
action: of two transactions, the second sees what the first did (decision 24). What leaves no row to
look at leaves a lock, which its transaction keeps to its end and sees itself (`note_act`).
"""

import pgtrigger

from actions.enums import SessionState
from actions.models.carrier_guarantees import INTERESTED, MERGED
from actions.models.file_guarantees import OF_ACTIONS, STILL_CORRECTED, TAKE_ACTIONS
from actions.models.interest_conditions import (
    PLACES,
    has_a_member_who_acted,
    interested,
    note_leaving,
    person_key,
)
from ess_portal.base.triggers import Guarantee, listed

# Conditions on the action `a` that a place in NEW.organisation_id links somebody to: of all that were
# found to be one, too.
_JOINED = "(SELECT actions_line_of(NEW.organisation_id))"
_LINKED = f"""(a.carrier_id IN {_JOINED} OR EXISTS (
                        SELECT 1 FROM actions_action_partners p
                        WHERE p.action_id = a.id AND p.organisation_id IN {_JOINED}
                    ))"""


_OPEN_SESSIONS = listed(SessionState.OPEN)
_HAS_ACTED = (
    "Une personne ne rejoint pas une structure dans l’opération même où elle décide, évalue ou "
    "instruit."
)

_HAS_LEFT = "Une personne qui quitte une structure n’en rejoint aucune dans la même opération."

BELONGING_TRIGGERS = (
    Guarantee(
        name="behind_no_decision",
        operation=pgtrigger.Insert
        | pgtrigger.UpdateOf("user_id", "organisation_id")
        | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'DELETE' THEN
                {note_leaving("OLD.user_id")}
                RETURN OLD;
            END IF;
            IF TG_OP = 'UPDATE' AND ROW(NEW.user_id, NEW.organisation_id)
                IS NOT DISTINCT FROM ROW(OLD.user_id, OLD.organisation_id) THEN
                RETURN NEW;
            END IF;
            -- The organisation first, as a merger takes them: its people follow it, or come after it.
            PERFORM 1 FROM actors_organisation
            WHERE id = NEW.organisation_id FOR NO KEY UPDATE;
            PERFORM pg_advisory_xact_lock({person_key("NEW.user_id")});
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
            IF actions_has_left(NEW.user_id) THEN
                REFUSE actions_belonging_after_no_leaving '{_HAS_LEFT}';
            END IF;
            -- Nobody is away for the time of an amendment. The people of a twin follow it.
            IF TG_OP = 'UPDATE' AND NOT (
                NEW.user_id = OLD.user_id
                AND actors_is_merged_now(OLD.organisation_id, NEW.organisation_id)
            ) THEN
                {note_leaving("OLD.user_id")}
            END IF;
            RETURN NEW;
        """,
    ),
)

# Whoever asks for a place is linked while they wait: they neither act before they ask, in one
# transaction, nor stop asking for the time of an amendment. Whom it was given to has it.
CLAIM_TRIGGERS = (
    Guarantee(
        name="asks_behind_no_act",
        operation=pgtrigger.Insert
        | pgtrigger.UpdateOf("user_id", "organisation_id", "state")
        | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' AND NEW.user_id = OLD.user_id AND NEW.state = OLD.state AND (
                NEW.organisation_id = OLD.organisation_id
                OR actors_is_merged_now(OLD.organisation_id, NEW.organisation_id)
            ) THEN
                RETURN NEW;
            END IF;
            IF TG_OP <> 'INSERT' AND OLD.state = 'pending' AND NOT EXISTS (
                SELECT 1 FROM actors_membership m WHERE m.user_id = OLD.user_id
                AND m.organisation_id IN (SELECT actions_line_of(OLD.organisation_id))
            ) THEN
                {note_leaving("OLD.user_id")}
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            IF NEW.state = 'pending' AND actions_has_acted(NEW.user_id) THEN
                REFUSE actions_asking_behind_no_act
                    'Une personne ne demande pas une place dans l’opération même où elle décide, évalue ou instruit.';
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
                    SELECT 1 FROM actors_organisation o
                    JOIN actions_action_partners p ON p.organisation_id = o.merged_into_id
                    WHERE o.id = OLD.organisation_id AND o.merged_at = now()
                    AND p.action_id = OLD.action_id
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
                WHERE a.id IN ({OF_ACTIONS}) AND a.status NOT IN ({STILL_CORRECTED})
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
            PERFORM pg_advisory_xact_lock({person_key("joining.user_id")}) FROM (
                SELECT DISTINCT m.user_id FROM {PLACES} m
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
