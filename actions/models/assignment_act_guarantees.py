"""What the database holds about the acts of agents on evaluations: by whom, kept, once a day."""

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q

from actions.enums import AssignmentKind
from actions.models.interest_conditions import note_act
from ess_portal.base.triggers import Guarantee, append_only

REMINDED_TODAY = "Un rappel est déjà parti aujourd’hui : le suivant peut partir demain."

ASSIGNMENT_ACT_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(kind=AssignmentKind.REMINDED, due_on__isnull=True, successor__isnull=True)
        | Q(kind=AssignmentKind.TAKEN_OFF, due_on__isnull=True, successor__isnull=True)
        | Q(kind=AssignmentKind.DUE_CHANGED, due_on__isnull=False, successor__isnull=True)
        | Q(kind=AssignmentKind.REPLACED, due_on__isnull=False, successor__isnull=False),
        name="actions_assignmentact_says_what_was_done",
        violation_error_message="Cet acte ne dit pas ce qui a été fait.",
    ),
    models.UniqueConstraint(
        F("action"),
        F("evaluator"),
        # The day on which it left, in Paris.
        Func(
            F("at"),
            template="((%(expressions)s AT TIME ZONE 'Europe/Paris')::date)",
            output_field=models.DateField(),
        ),
        condition=Q(kind=AssignmentKind.REMINDED),
        name="actions_assignmentact_one_reminder_a_day",
        violation_error_message=REMINDED_TODAY,
    ),
)

ASSIGNMENT_ACT_TRIGGERS = (
    append_only("actions_assignmentact_append_only", "Le suivi des évaluations ne se modifie pas."),
    Guarantee(
        name="by_an_agent_without_interest",
        operation=pgtrigger.Insert,
        func=f"""
            {note_act("NEW.by_id")}
            IF actors_has_role(NEW.by_id, 'agent') IS NOT TRUE THEN
                REFUSE actions_assignmentact_by_an_agent
                    'Le suivi des évaluations revient à un agent.';
            END IF;
            IF actions_is_linked(NEW.action_id, NEW.by_id) THEN
                REFUSE actions_assignmentact_by_an_agent_without_interest
                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
            END IF;
            RETURN NEW;
        """,
    ),
)
