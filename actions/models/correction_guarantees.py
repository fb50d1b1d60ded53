"""What the database holds about corrections: what was asked for is kept, a date moves by an act."""

from collections.abc import Iterable

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import ActionStatus, CorrectionActKind
from actions.models.interest_conditions import by_an_agent
from actions.models.order_guarantees import in_order
from ess_portal.base.dated import REMINDED_TODAY, once_a_day
from ess_portal.base.triggers import SOMETHING_WRITTEN, TODAY, Guarantee, kept_but_for, listed

# What waits for a carrier counts days and months from this date: no year may be out of their reach.
MOST_DAYS_TO_CORRECT = 3650
TOO_FAR = "Cette date est trop lointaine."
NOT_AHEAD = "La date demandée doit être à venir."
TOO_LATE = "La date demandée est passée, ou le complément n’est plus attendu."
NOT_LATER = "Un délai se prolonge jusqu’à une date plus tardive que celle demandée, avec un motif."
# From where a file comes to its correction: asked for, or back from a refusal.
_BEFORE_IT = (ActionStatus.SUBMITTED, *ActionStatus.REFUSED)


def correction_triggers(parts: Iterable[str]) -> tuple[Guarantee, ...]:
    """Return the guarantees of a request that lists some of `parts`, the parts of a file."""
    known = ", ".join(f'"{part}"' for part in parts)
    by_whom = by_an_agent(
        "actions_correctionrequest",
        "NEW.action_id",
        "Demander un complément revient à un agent.",
        "NEW.requested_by_id",
    )
    return (
        Guarantee(
            name="asked_once",
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("present", "text")],
            func=f"""
            SELECT a.status INTO present FROM actions_action a
            WHERE a.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.action_id ELSE NEW.action_id END
            FOR NO KEY UPDATE;
            IF TG_OP = 'INSERT' THEN
                IF (present IN ({listed(_BEFORE_IT)}) AND NEW.answered_at IS NULL) IS NOT TRUE THEN
                    REFUSE actions_correctionrequest_asked_in_its_state
                        'Un complément se demande à un dossier déposé, et se reçoit ensuite.';
                END IF;
                IF present = 'submitted' THEN
                    {by_whom}
                ELSIF ROW(NEW.fields, NEW.message, NEW.requested_by_id) IS DISTINCT FROM (
                    SELECT ROW(c.fields, c.message, c.requested_by_id)
                    FROM actions_correctionrequest c
                    WHERE c.action_id = NEW.action_id ORDER BY c.id DESC LIMIT 1
                ) THEN
                    REFUSE actions_correctionrequest_asked_again_as_it_was
                        'Un refus auquel on renonce demande de nouveau ce qui était demandé.';
                END IF;
                IF (jsonb_typeof(NEW.fields) = 'array' AND NEW.fields <> '[]'
                    AND NEW.fields <@ '[{known}]') IS NOT TRUE THEN
                    REFUSE actions_correctionrequest_lists_parts
                        'Cochez au moins une partie du dossier à compléter.';
                END IF;
                IF NEW.due_on > {TODAY} + {MOST_DAYS_TO_CORRECT} THEN
                    REFUSE actions_correctionrequest_due_within_reach '{TOO_FAR}';
                END IF;
                {in_order("actions_correctionrequest")}
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE'
                OR ROW(NEW.id, NEW.action_id, NEW.fields, NEW.requested_by_id, NEW.requested_at)
                    IS DISTINCT FROM
                    ROW(OLD.id, OLD.action_id, OLD.fields, OLD.requested_by_id, OLD.requested_at)
                OR (NEW.message IN ('', OLD.message)) IS NOT TRUE
                OR NEW.answered_at IS DISTINCT FROM OLD.answered_at
                    AND (OLD.answered_at IS NOT NULL OR present <> 'in_correction')
                OR NEW.due_on IS DISTINCT FROM OLD.due_on AND NEW.due_on IS DISTINCT FROM (
                    SELECT c.due_on FROM actions_correctionact c
                    WHERE c.asked_id = NEW.id AND c.kind = 'extended' ORDER BY c.id DESC LIMIT 1
                ) THEN
                REFUSE actions_correctionrequest_is_kept
                    'Une demande de complément ne se réécrit pas ; sa date se prolonge par un acte.';
            END IF;
            RETURN NEW;
        """,
        ),
        # A date that is past when it is asked for would leave no time to complete the file, and the
        # clock of whoever writes could make it past at once: the request is dated here.
        Guarantee(
            name="dated_when_asked",
            operation=pgtrigger.Insert,
            func=f"""
            NEW.requested_at := clock_timestamp();
            IF NEW.due_on <= {TODAY} THEN
                REFUSE actions_correctionrequest_due_later '{NOT_AHEAD}';
            END IF;
            RETURN NEW;
        """,
        ),
        # Written ahead of its step, it would be answered by what the carrier sent before, and leave
        # the authority's time suspended.
        Guarantee(
            name="of_a_step",
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            timing=pgtrigger.Deferred,
            func="""
            IF (SELECT count(*) FROM actions_correctionrequest c WHERE c.action_id = NEW.action_id)
                <> (SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id AND e.to_status = 'in_correction') THEN
                REFUSE actions_correctionrequest_of_a_step
                    'Un complément ne se demande qu’en rendant le dossier au porteur.';
            END IF;
            RETURN NULL;
        """,
        ),
    )


CORRECTION_ACT_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(kind=CorrectionActKind.REMINDED, due_on__isnull=True)
        | Q(kind=CorrectionActKind.EXTENDED, due_on__isnull=False),
        name="actions_correctionact_says_what_was_done",
        violation_error_message="Cet acte ne dit pas ce qui a été fait.",
    ),
    once_a_day(
        "asked",
        when=Q(kind=CorrectionActKind.REMINDED),
        name="actions_correctionact_one_reminder_a_day",
        sentence=REMINDED_TODAY,
    ),
)

CORRECTION_ACT_TRIGGERS = (
    kept_but_for(
        "reason",
        "''",
        ("id", "asked_id", "kind", "at", "by_id", "due_on"),
        "actions_correctionact_is_kept",
        "Le suivi d’un complément ne se modifie pas.",
    ),
    Guarantee(
        name="by_an_agent_in_time",
        operation=pgtrigger.Insert,
        declare=[("request", "actions_correctionrequest")],
        func=f"""
            SELECT * INTO request FROM actions_correctionrequest WHERE id = NEW.asked_id FOR UPDATE;
            {by_an_agent("actions_correctionact", "request.action_id", "Le suivi d’un complément revient à un agent.")}
            IF (request.answered_at IS NULL AND request.due_on >= {TODAY}
                AND request.id = (SELECT max(c.id) FROM actions_correctionrequest c
                    WHERE c.action_id = request.action_id)
                AND EXISTS (SELECT 1 FROM actions_action a
                    WHERE a.id = request.action_id AND a.status = 'in_correction')
            ) IS NOT TRUE THEN
                REFUSE actions_correctionact_in_time '{TOO_LATE}';
            END IF;
            IF NEW.kind = 'extended' AND (
                NEW.due_on > request.due_on AND NEW.reason ~ '{SOMETHING_WRITTEN}'
                AND NEW.due_on <= {TODAY} + {MOST_DAYS_TO_CORRECT}
            ) IS NOT TRUE THEN
                REFUSE actions_correctionact_gives_more_time '{NOT_LATER}';
            END IF;
            {in_order("actions_correctionact")}
            NEW.at := now();
            RETURN NEW;
        """,
    ),
    # The date that is told is the one that holds.
    Guarantee(
        name="moves_the_date",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__kind="extended"),
        func="""
            IF (SELECT c.due_on FROM actions_correctionrequest c WHERE c.id = NEW.asked_id)
                < NEW.due_on THEN
                REFUSE actions_correctionact_moves_the_date
                    'Un délai prolongé change la date demandée.';
            END IF;
            RETURN NULL;
        """,
    ),
)
