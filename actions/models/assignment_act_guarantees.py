"""What the database holds about the acts of agents on evaluations: by whom, kept, once a day."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import AssignmentKind
from actions.models.interest_conditions import by_an_agent
from ess_portal.base.dated import REMINDED_TODAY, once_a_day
from ess_portal.base.triggers import Guarantee, append_only

ASSIGNMENT_ACT_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(kind=AssignmentKind.REMINDED, due_on__isnull=True, successor__isnull=True)
        | Q(kind=AssignmentKind.TAKEN_OFF, due_on__isnull=True, successor__isnull=True)
        | Q(kind=AssignmentKind.DUE_CHANGED, due_on__isnull=False, successor__isnull=True)
        | Q(kind=AssignmentKind.REPLACED, due_on__isnull=False, successor__isnull=False),
        name="actions_assignmentact_says_what_was_done",
        violation_error_message="Cet acte ne dit pas ce qui a été fait.",
    ),
    once_a_day(
        "action",
        "evaluator",
        when=Q(kind=AssignmentKind.REMINDED),
        name="actions_assignmentact_one_reminder_a_day",
        sentence=REMINDED_TODAY,
    ),
)

ASSIGNMENT_ACT_TRIGGERS = (
    append_only("actions_assignmentact_append_only", "Le suivi des évaluations ne se modifie pas."),
    Guarantee(
        name="by_an_agent_without_interest",
        operation=pgtrigger.Insert,
        func=f"""
            {by_an_agent("actions_assignmentact", "NEW.action_id", "Le suivi des évaluations revient à un agent.")}
            NEW.at := now();
            RETURN NEW;
        """,
    ),
)
