"""What the database holds about who carries an action: kept once it is filed, confirmed to decide.

`actors_is_confirmed` and `actors_is_merged_now` are functions of the app `actors`
(`actors/migrations/0007_confirmed_organisations.py`).
"""

import pgtrigger

from actions.enums import ActionStatus
from ess_portal.base.triggers import Guarantee


def _listed(statuses: tuple[str, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


# What follows an organisation that an agent finds to be another one, in that very transaction.
MERGED_NOW = "actors_is_merged_now(OLD.carrier_id, NEW.carrier_id)"
# A draft is its carrier's own, a recorded action known from sources; a granted one changes by
# amendment (`actions/models/action_guarantees.py`).
_FREE = ("draft", "recorded", *ActionStatus.GRANTED)
_NOT_CONFIRMED = (
    "La structure porteuse attend d’être confirmée par un agent : la décision attend aussi."
)

CARRIER_TRIGGERS = (
    Guarantee(
        name="h_carrier_is_kept_once_filed",
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.carrier_id IS DISTINCT FROM OLD.carrier_id
                AND OLD.status NOT IN ({_listed(_FREE)})
                AND NOT {MERGED_NOW} THEN
                REFUSE actions_action_carrier_is_kept_once_filed
                    'Une fois le dossier envoyé, sa structure porteuse ne change plus.';
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
                        AND OLD.status IN ({_listed(ActionStatus.DECIDABLE)})))
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
