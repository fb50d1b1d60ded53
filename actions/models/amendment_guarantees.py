"""What the database holds about amendments: two independent people, on what the action says now."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull

from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT, columns_of
from actions.models.file_guarantees import finite
from actions.models.interest_conditions import (
    PLACES,
    granted_by_one_of,
    hold_interests,
    note_act,
)
from actions.models.order_guarantees import in_order
from actions.models.taken_by_two_guarantees import confirmed_by_another, one_pending
from ess_portal.base.triggers import SOMETHING_WRITTEN, Guarantee

_SETTLED = "Un avenant confirmé ou retiré ne se modifie pas."
_NOT_INDEPENDENT = (
    "Cette personne est liée à l’ancien porteur, au nouveau ou à un partenaire, ou a évalué "
    "l’action : elle ne peut pas prendre part à l’avenant."
)
_NO_LONGER = (
    "Une des deux personnes qui décident est liée à un porteur ou à un partenaire, a évalué "
    "l’action ou n’est plus de la commission : l’avenant n’est pas pris."
)
_IN_SESSION = "Une augmentation se décide en séance de la commission, dans son enveloppe, et se publie avec elle."
_FIXED = (
    "id",
    "action_id",
    "new_amount",
    "new_starts_on",
    "new_ends_on",
    "new_carrier_id",
    "old_amount",
    "old_starts_on",
    "old_ends_on",
    "old_carrier_id",
    "proposed_by_id",
    "proposed_at",
)
_SETTLEMENT = ("confirmed_by_id", "confirmed_at", "cancelled_at")


def _is_linked(person: str) -> str:
    return f"""actions_is_linked(NEW.action_id, {person})
            OR actions_has_evaluated(NEW.action_id, {person})
            OR EXISTS (
                SELECT 1 FROM {PLACES} m, actions_line_of(m.organisation_id) AS joined
                WHERE m.user_id = {person} AND joined IN (NEW.old_carrier_id, NEW.new_carrier_id)
            )"""


def _by_somebody_fit(person: str) -> str:
    return f"""
        {note_act(person)}
        IF NOT actors_has_role({person}, 'committee') THEN
            REFUSE actions_amendment_by_the_right_role
                'Seul un membre de la commission peut prendre part à un avenant.';
        END IF;
        IF {_is_linked(person)} THEN
            REFUSE actions_amendment_by_somebody_independent '{_NOT_INDEPENDENT}';
        END IF;
    """


# What holds when it is proposed holds again when it is confirmed.
_SOUND = f"""
    IF (NEW.reason ~ '{SOMETHING_WRITTEN}') IS NOT TRUE THEN
        REFUSE actions_amendment_has_reason 'Écrivez le motif de l’avenant.';
    END IF;
    SELECT a.status, a.amount_granted, a.starts_on, a.ends_on, a.carrier_id,
        a.decided_by_id, a.confirmed_by_id INTO present
    FROM actions_action a WHERE a.id = NEW.action_id FOR NO KEY UPDATE;
    IF (present.status IN ('prioritised', 'in_progress')) IS NOT TRUE THEN
        REFUSE actions_amendment_while_under_way
            'Un avenant ne porte que sur une action priorisée ou en cours.';
    END IF;
    IF ROW(NEW.old_amount, NEW.old_starts_on, NEW.old_ends_on, NEW.old_carrier_id)
        IS DISTINCT FROM
       ROW(present.amount_granted, present.starts_on, present.ends_on, present.carrier_id) THEN
        REFUSE actions_amendment_starts_from_the_present
            'L’action a changé depuis : retirez l’avenant et proposez-en un autre.';
    END IF;
    {_by_somebody_fit("NEW.proposed_by_id")}
    IF NEW.new_carrier_id IS NOT NULL THEN
        {hold_interests("present.decided_by_id", "present.confirmed_by_id")}
        IF {granted_by_one_of("NEW.action_id", "NEW.new_carrier_id")} THEN
            REFUSE actions_amendment_away_from_the_deciders
                'La structure qui reprend l’action est celle d’une personne qui a décidé de son financement.';
        END IF;
    END IF;
"""


def _start() -> Coalesce:
    return Coalesce("new_starts_on", "old_starts_on")


def _end() -> Coalesce:
    return Coalesce("new_ends_on", "old_ends_on")


def _differs(name: str) -> Q:
    """Unchanged, or changed for something else than before; both sides say what NULL means."""
    new, old = f"new_{name}", f"old_{name}"
    return Q(**{f"{new}__isnull": True}) | Q(**{f"{old}__isnull": True}) | ~Q(**{new: F(old)})


AMENDMENT_CONSTRAINTS = (
    finite("actions_amendment", dates=("new_starts_on", "new_ends_on")),
    one_pending("actions_amendment", "Un avenant attend déjà d’être confirmé sur cette action."),
    confirmed_by_another("actions_amendment", "Une autre personne doit confirmer l’avenant."),
    models.CheckConstraint(
        condition=~Q(
            new_amount__isnull=True,
            new_starts_on__isnull=True,
            new_ends_on__isnull=True,
            new_carrier__isnull=True,
        )
        & _differs("amount")
        & _differs("starts_on")
        & _differs("ends_on")
        & _differs("carrier"),
        name="actions_amendment_changes_something",
        violation_error_message="Indiquez au moins un changement.",
    ),
    models.CheckConstraint(
        condition=Q(new_amount__isnull=True)
        | Q(new_amount__isnull=False, new_amount__gt=0, new_amount__lt=ABOVE_EVERY_AMOUNT),
        name="actions_amendment_grants_something",
        violation_error_message="Le montant accordé doit dépasser 0 €.",
    ),
    models.CheckConstraint(
        condition=Q(IsNull(_start(), True))
        | Q(IsNull(_end(), True))
        | Q(GreaterThanOrEqual(_end(), _start())),
        name="actions_amendment_dates_in_order",
        violation_error_message="La fin de l’action doit suivre son début.",
    ),
)

# More money is a point of a session: this is written as its agenda says, once it is closed.
_RAISED_IN_A_SESSION = f"""
    IF NEW.new_amount > NEW.old_amount AND NOT EXISTS (
        SELECT 1 FROM actions_agendaitem i
        JOIN actions_committeesession s ON s.id = i.session_id
        WHERE i.action_id = NEW.action_id AND i.is_open AND s.state = 'closed'
        AND i.outcome = 'increase' AND i.amount = NEW.new_amount - NEW.old_amount
        AND i.proposed_by_id = NEW.proposed_by_id
        AND i.seconded_by_id = coalesce(NEW.confirmed_by_id, i.seconded_by_id)
    ) THEN
        REFUSE actions_amendment_raised_in_a_session '{_IN_SESSION}';
    END IF;
"""

AMENDMENT_TRIGGERS = (
    # Two committee members with no interest in the action, on what it says now, then for
    # ever. Only the reason may be emptied later, by retention.
    Guarantee(
        name="by_two_independent_people",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("present", "record")],
        func=f"""
                    IF TG_OP = 'DELETE' THEN
                        REFUSE actions_amendment_is_kept '{_SETTLED}';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        IF num_nonnulls({columns_of("NEW", _SETTLEMENT)}) > 0 THEN
                            REFUSE actions_amendment_starts_pending 'Un avenant est d’abord proposé.';
                        END IF;
                        {_SOUND}
                        {_RAISED_IN_A_SESSION}
                        {in_order("actions_amendment")}
                        RETURN NEW;
                    END IF;
                    IF ROW({columns_of("NEW", _FIXED)}) IS DISTINCT FROM ROW({columns_of("OLD", _FIXED)})
                        OR (NEW.reason IN ('', OLD.reason)) IS NOT TRUE
                        OR (num_nonnulls({columns_of("OLD", _SETTLEMENT)}) > 0
                            AND ROW({columns_of("NEW", _SETTLEMENT)})
                                IS DISTINCT FROM ROW({columns_of("OLD", _SETTLEMENT)}))
                    THEN
                        REFUSE actions_amendment_is_kept '{_SETTLED}';
                    END IF;
                    IF OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL THEN
                        {_SOUND}
                        {_RAISED_IN_A_SESSION}
                        {_by_somebody_fit("NEW.confirmed_by_id")}
                        NEW.confirmed_at := now();
                    END IF;
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="independent_to_the_end",
        declare=[("left_", "record")],
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("confirmed_by_id", "confirmed_at"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(old__confirmed_by__isnull=True, new__confirmed_by__isnull=False),
        func=f"""
                    {hold_interests("NEW.proposed_by_id", "NEW.confirmed_by_id")}
                    IF NOT actors_has_role(NEW.proposed_by_id, 'committee')
                        OR NOT actors_has_role(NEW.confirmed_by_id, 'committee')
                        OR {_is_linked("NEW.proposed_by_id")}
                        OR {_is_linked("NEW.confirmed_by_id")}
                        OR NEW.new_carrier_id IS NOT NULL
                        AND {granted_by_one_of("NEW.action_id", "NEW.new_carrier_id")} THEN
                        REFUSE actions_amendment_independent_to_the_end '{_NO_LONGER}';
                    END IF;
                    IF NEW.new_amount > NEW.old_amount AND NOT EXISTS (
                        SELECT 1 FROM actions_agendaitem i
                        JOIN actions_committeesession s ON s.id = i.session_id
                        WHERE i.amendment_id = NEW.id AND s.state = 'published'
                    ) THEN
                        REFUSE actions_amendment_published_with_its_session '{_IN_SESSION}';
                    END IF;
                    -- The next one starts from what this one left; the last one, how things are.
                    SELECT m.old_amount, m.old_starts_on, m.old_ends_on, m.old_carrier_id INTO left_
                    FROM actions_amendment m
                    WHERE m.action_id = NEW.action_id AND m.id > NEW.id AND m.confirmed_at IS NOT NULL
                    ORDER BY m.id LIMIT 1;
                    IF NOT FOUND THEN
                        SELECT a.amount_granted, a.starts_on, a.ends_on, a.carrier_id INTO left_
                        FROM actions_action a WHERE a.id = NEW.action_id;
                    END IF;
                    IF left_ IS DISTINCT FROM
                        ROW(coalesce(NEW.new_amount, NEW.old_amount),
                            coalesce(NEW.new_starts_on, NEW.old_starts_on),
                            coalesce(NEW.new_ends_on, NEW.old_ends_on),
                            coalesce(NEW.new_carrier_id, NEW.old_carrier_id)) THEN
                        REFUSE actions_amendment_took_place
                            'L’action ne dit pas ce que dit l’avenant confirmé.';
                    END IF;
                    RETURN NULL;
                """,
    ),
)
