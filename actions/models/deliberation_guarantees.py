"""What the database holds about deliberations, and about what waits for one (decision 32).

`Action.amount_proposed` is what of its grant the council has yet to vote; null where none is
needed. It is deduced from the rows by `actions_awaiting_council()`, a function of the migrations.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from actions.enums import ActionStatus
from actions.models.interest_conditions import note_act
from ess_portal.base.triggers import (
    IN_PARIS,
    SOMETHING_WRITTEN,
    TODAY,
    Guarantee,
    append_only,
    listed,
)

# The programme says what a grant needs, on the day it is granted; then the rows say what is left.
PROPOSED_TRIGGERS = (
    Guarantee(
        name="h_proposed_is_what_awaits",
        operation=pgtrigger.Update,
        func="""
            IF OLD.status IN ('evaluated', 'postponed') AND NEW.status = 'prioritised' THEN
                NEW.amount_proposed := (
                    SELECT NEW.amount_granted FROM challenges_programme p
                    WHERE p.id = NEW.programme_id AND p.requires_deliberation
                );
                RETURN NEW;
            END IF;
            IF NEW.amount_granted IS DISTINCT FROM OLD.amount_granted THEN
                NEW.amount_proposed := CASE WHEN OLD.amount_proposed IS NOT NULL
                    THEN actions_awaiting_council(NEW.id, NEW.amount_granted) END;
                RETURN NEW;
            END IF;
            IF NEW.amount_proposed IS DISTINCT FROM OLD.amount_proposed
                AND (OLD.amount_proposed IS NULL OR NEW.amount_proposed
                    IS DISTINCT FROM actions_awaiting_council(NEW.id, NEW.amount_granted)) THEN
                REFUSE actions_action_proposed_is_what_awaits
                    'Ce qui attend le conseil se déduit des délibérations notées.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="i_starts_after_the_council",
        operation=pgtrigger.Update,
        func="""
            IF OLD.status = 'prioritised' AND NEW.status = 'in_progress'
                AND NEW.amount_proposed > 0 AND NEW.amount_proposed >= NEW.amount_granted THEN
                REFUSE actions_action_starts_after_the_council
                    'Le conseil n’a pas encore délibéré sur le financement de cette action.';
            END IF;
            RETURN NEW;
        """,
    ),
)
PROPOSED_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(amount_proposed__isnull=True)
        | Q(
            status__in=ActionStatus.GRANTED,
            amount_granted__isnull=False,
            amount_proposed__gte=0,
            amount_proposed__lte=F("amount_granted"),
        ),
        name="actions_action_proposed_within_its_grant",
        violation_error_message="Ce qui attend le conseil fait partie du montant décidé.",
    ),
)

DELIBERATION_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("action",),
        condition=Q(amendment__isnull=True),
        name="actions_deliberation_of_a_grant_once",
        violation_error_message="La délibération de ce financement est déjà notée.",
    ),
    models.UniqueConstraint(
        fields=("amendment",),
        name="actions_deliberation_of_an_increase_once",
        violation_error_message="La délibération de cette augmentation est déjà notée.",
    ),
    models.CheckConstraint(
        condition=Q(number__isnull=False, number__regex=SOMETHING_WRITTEN),
        name="actions_deliberation_has_its_number",
        violation_error_message="Indiquez le numéro de la délibération.",
    ),
)

DELIBERATION_TRIGGERS = (
    append_only("actions_deliberation_append_only", "Une délibération notée ne change plus."),
    Guarantee(
        name="of_what_awaits_it",
        operation=pgtrigger.Insert,
        declare=[("subject", "actions_action"), ("decided", "date")],
        func=f"""
            SELECT * INTO subject FROM actions_action a WHERE a.id = NEW.action_id
            FOR NO KEY UPDATE;
            {note_act("NEW.recorded_by_id")}
            IF NOT actors_has_role(NEW.recorded_by_id, 'agent') THEN
                REFUSE actions_deliberation_by_an_agent 'Noter une délibération revient à un agent.';
            END IF;
            IF actions_is_linked(NEW.action_id, NEW.recorded_by_id) THEN
                REFUSE actions_deliberation_by_an_agent_without_interest
                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
            END IF;
            IF (subject.amount_proposed > 0
                AND subject.status IN ({listed(ActionStatus.FUNDED)})) IS NOT TRUE THEN
                REFUSE actions_deliberation_of_what_awaits_it
                    'Rien n’attend de délibération sur cette action.';
            END IF;
            IF NEW.amendment_id IS NULL THEN
                SELECT least(s.held_on, {IN_PARIS.format("d.confirmed_at")}) INTO decided
                FROM actions_decision d
                LEFT JOIN actions_agendaitem i ON i.decision_id = d.id
                LEFT JOIN actions_committeesession s ON s.id = i.session_id
                WHERE d.action_id = NEW.action_id AND d.kind = 'prioritise'
                AND d.confirmed_at IS NOT NULL;
            ELSE
                SELECT {IN_PARIS.format("m.confirmed_at")} INTO decided
                FROM actions_amendment m
                WHERE m.id = NEW.amendment_id AND m.action_id = NEW.action_id
                AND m.confirmed_at IS NOT NULL AND m.new_amount > m.old_amount;
                IF NOT FOUND THEN
                    REFUSE actions_deliberation_of_an_increase
                        'Cette délibération ne porte sur aucune augmentation de cette action.';
                END IF;
                IF NOT EXISTS (
                    SELECT 1 FROM actions_deliberation d
                    WHERE d.action_id = NEW.action_id AND d.amendment_id IS NULL
                ) THEN
                    REFUSE actions_deliberation_of_the_grant_first
                        'Le conseil vote le financement avant son augmentation.';
                END IF;
            END IF;
            IF (NEW.held_on BETWEEN decided AND {TODAY}) IS NOT TRUE THEN
                REFUSE actions_deliberation_after_the_decision
                    'Une délibération suit la décision de la commission, et n’est pas à venir.';
            END IF;
            NEW.recorded_at := now();
            RETURN NEW;
        """,
    ),
    # The day of a session is typed: the evaluation that it decided on was closed before.
    Guarantee(
        name="after_the_evaluation",
        operation=pgtrigger.Insert,
        func=f"""
            IF NEW.held_on < (
                SELECT {IN_PARIS.format("a.gate_closed_at")} FROM actions_action a
                WHERE a.id = NEW.action_id
            ) THEN
                REFUSE actions_deliberation_after_the_evaluation
                    'Le conseil délibère après la clôture de l’évaluation.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="takes_from_what_awaits",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
            UPDATE actions_action
            SET amount_proposed = actions_awaiting_council(id, amount_granted)
            WHERE id = NEW.action_id AND amount_proposed IS NOT NULL;
            IF NOT FOUND THEN
                REFUSE actions_deliberation_takes_from_what_awaits
                    'Cette action n’a rien que le conseil doive voter.';
            END IF;
            RETURN NULL;
        """,
    ),
)
