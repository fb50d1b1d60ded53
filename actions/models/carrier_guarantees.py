"""What the database holds about who carries an action: kept once it is filed, confirmed to decide.

`actors_is_confirmed` and `actors_is_merged_now` are functions of the app `actors`
(`actors/migrations/0008_confirmed_organisations.py`); `actions_line_of` gives all the organisations
that were found to be one with another (`actions/migrations/0021_nobody_comes_back.py`).
"""

import pgtrigger

from actions.enums import ActionStatus
from actions.models.interest_conditions import (
    granted_by_one_of,
    has_a_member_who_acted,
    interested,
)
from ess_portal.base.triggers import Guarantee, listed

# What follows an organisation that an agent finds to be another one, in that very transaction.
MERGED_NOW = "actors_is_merged_now(OLD.carrier_id, NEW.carrier_id)"
# Of the amendments `m`: what was confirmed last, in this very transaction. Each serves once.
LATEST_AMENDMENT = """m.action_id = NEW.id AND m.confirmed_at = now() AND NOT EXISTS (
                    SELECT 1 FROM actions_amendment later
                    WHERE later.action_id = m.action_id AND later.id > m.id
                    AND later.confirmed_at IS NOT NULL
                )"""
# A draft is its carrier's own, a recorded action known from sources; a granted one changes by
# amendment (`actions/models/action_guarantees.py`).
_FREE = ("draft", "recorded", *ActionStatus.GRANTED)
_NOT_CONFIRMED = (
    "La structure porteuse attend d’être confirmée par un agent : la décision attend aussi."
)


MERGED = "Cette structure est réunie à une autre : choisissez celle-là."
INTERESTED = (
    "Un membre de cette structure a évalué l’action ou pris part à une décision : les deux "
    "structures ne peuvent pas être réunies."
)

CARRIER_TRIGGERS = (
    # A merger under way is waited for, and seen.
    Guarantee(
        name="h_carrier_stands",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("carrier_id"),
        func=f"""
            IF NEW.carrier_id IS NULL
                OR TG_OP = 'UPDATE' AND NEW.carrier_id IS NOT DISTINCT FROM OLD.carrier_id THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM actors_organisation o
            WHERE o.id = NEW.carrier_id AND o.merged_into_id IS NULL FOR SHARE;
            IF NOT FOUND THEN
                REFUSE actions_action_carrier_stands '{MERGED}';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="h_carrier_is_kept",
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.carrier_id IS NOT DISTINCT FROM OLD.carrier_id THEN
                RETURN NEW;
            END IF;
            IF {MERGED_NOW} THEN
                IF {interested("NEW.id", "NEW.carrier_id")} THEN
                    REFUSE actions_action_merged_beside_no_interest '{INTERESTED}';
                END IF;
            ELSIF OLD.status NOT IN ({listed(_FREE)}) OR NEW.status <> OLD.status THEN
                REFUSE actions_action_carrier_is_kept
                    'La structure porteuse d’un dossier envoyé ne change que par avenant.';
            ELSIF OLD.status IN ({listed(ActionStatus.GRANTED)})
                AND {granted_by_one_of("NEW.id", "NEW.carrier_id")} THEN
                REFUSE actions_action_carried_away_from_the_deciders
                    'La structure qui reprend l’action est celle d’une personne qui a décidé de son financement.';
            END IF;
            IF {has_a_member_who_acted("NEW.carrier_id")} THEN
                REFUSE actions_action_carrier_behind_no_act
                    'Une structure ne reprend pas un dossier dans l’opération même où l’un de ses membres décide, évalue ou instruit.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="i_decided_carrier_is_confirmed",
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.status IS DISTINCT FROM OLD.status
                AND (NEW.status IN ('prioritised', 'postponed')
                    OR (NEW.status = 'refusal_announced'
                        AND OLD.status IN ({listed(ActionStatus.DECIDABLE)})))
                AND NOT actors_is_confirmed(NEW.carrier_id) THEN
                REFUSE actions_action_decided_carrier_is_confirmed '{_NOT_CONFIRMED}';
            END IF;
            RETURN NEW;
        """,
    ),
)

DECISION_CARRIER_TRIGGERS = (
    Guarantee(
        name="carrier_is_confirmed",
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL
                AND NOT actors_is_confirmed(
                    (SELECT carrier_id FROM actions_action WHERE id = NEW.action_id)
                ) THEN
                REFUSE actions_decision_carrier_is_confirmed '{_NOT_CONFIRMED}';
            END IF;
            RETURN NEW;
        """,
    ),
)

AMENDMENT_CARRIER_TRIGGERS = (
    Guarantee(
        name="towards_a_confirmed_carrier",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
            PERFORM 1 FROM actors_organisation o WHERE o.id = NEW.new_carrier_id FOR SHARE;
            IF NEW.new_carrier_id IS NOT NULL AND NEW.cancelled_at IS NULL
                AND (TG_OP = 'INSERT'
                    OR (OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL))
                AND NOT actors_is_confirmed(NEW.new_carrier_id) THEN
                REFUSE actions_amendment_towards_a_confirmed_carrier
                    'La nouvelle structure porteuse est une structure confirmée.';
            END IF;
            RETURN NEW;
        """,
    ),
)
