"""What the database holds about an announced refusal: the carrier's fifteen days, and its reply."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import ActionStatus
from actions.models.order_guarantees import in_order
from ess_portal.base.triggers import SOMETHING_WRITTEN, Guarantee, listed

DAYS_TO_REPLY = 15
_KEPT = "Un refus annoncé garde sa date, la réponse du porteur et la suite qui lui est donnée."

# An answer that comes before what it answers would answer anything.
REFUSAL_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(answer="") | Q(settled_at__isnull=False),
        name="actions_refusalnotice_answer_settles",
        violation_error_message="Répondre au porteur règle son refus.",
    ),
)

REFUSAL_TRIGGERS = (
    # The days to reply run from a date that nobody chooses, not even by opening a transaction and
    # waiting. Texts may be emptied later, by retention.
    Guarantee(
        name="heard_once",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'INSERT' THEN
                PERFORM 1 FROM actions_action a WHERE a.id = NEW.action_id
                    AND a.status IN ({listed(ActionStatus.REFUSABLE)}) FOR NO KEY UPDATE;
                IF NOT FOUND
                    OR num_nonnulls(NEW.replied_at, NEW.settled_at) > 0
                    OR NEW.reply <> '' OR NEW.answer <> '' THEN
                    REFUSE actions_refusalnotice_announced_first
                        'Un refus est d’abord annoncé, à une action qui attend une suite.';
                END IF;
                {in_order("actions_refusalnotice")}
                NEW.announced_at := clock_timestamp();
                RETURN NEW;
            END IF;
            IF TG_OP = 'DELETE'
                OR ROW(NEW.id, NEW.action_id, NEW.announced_at)
                    IS DISTINCT FROM ROW(OLD.id, OLD.action_id, OLD.announced_at)
                OR NEW.reason NOT IN ('', OLD.reason)
                OR (OLD.replied_at IS NOT NULL OR OLD.settled_at IS NOT NULL) AND (
                    NEW.replied_at IS DISTINCT FROM OLD.replied_at
                    OR NEW.reply NOT IN ('', OLD.reply)
                )
                OR OLD.settled_at IS NOT NULL AND (
                    NEW.settled_at IS DISTINCT FROM OLD.settled_at
                    OR NEW.answer NOT IN ('', OLD.answer)
                ) THEN
                REFUSE actions_refusalnotice_is_kept '{_KEPT}';
            END IF;
            IF ROW(NEW.replied_at, NEW.settled_at) IS NOT DISTINCT FROM
                ROW(OLD.replied_at, OLD.settled_at)
                AND NEW.reply IN ('', OLD.reply) AND NEW.answer IN ('', OLD.answer) THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM actions_action a
                WHERE a.id = NEW.action_id AND a.status = 'refusal_announced' FOR NO KEY UPDATE;
            IF NOT FOUND OR EXISTS (
                SELECT 1 FROM actions_refusalnotice n
                WHERE n.action_id = NEW.action_id AND n.id > NEW.id
            ) THEN
                REFUSE actions_refusalnotice_is_kept '{_KEPT}';
            END IF;
            IF ROW(NEW.replied_at, NEW.reply) IS DISTINCT FROM ROW(OLD.replied_at, OLD.reply)
                AND (NEW.replied_at IS NULL OR NEW.reply !~ '{SOMETHING_WRITTEN}') THEN
                REFUSE actions_refusalnotice_reply_has_words
                    'Une réponse à un refus annoncé est écrite et datée.';
            END IF;
            RETURN NEW;
        """,
    ),
    # Settled ahead, it would take the carrier's reply away.
    Guarantee(
        name="settled_as_it_ends",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("settled_at"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(old__settled_at__isnull=True, new__settled_at__isnull=False),
        func="""
            IF EXISTS (
                SELECT 1 FROM actions_action a
                WHERE a.id = NEW.action_id AND a.status = 'refusal_announced'
            ) AND NOT EXISTS (
                SELECT 1 FROM actions_refusalnotice n
                WHERE n.action_id = NEW.action_id AND n.id > NEW.id
            ) THEN
                REFUSE actions_refusalnotice_settled_as_it_ends
                    'Un refus se règle en le confirmant, ou en y renonçant.';
            END IF;
            RETURN NULL;
        """,
    ),
    # A notice written ahead would have its days run while nothing is announced.
    Guarantee(
        name="of_an_announcement",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func="""
            IF (SELECT count(*) FROM actions_refusalnotice n WHERE n.action_id = NEW.action_id)
                <> (SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id AND e.transition = 'announce_refusal') THEN
                REFUSE actions_refusalnotice_of_an_announcement
                    'Un avis de refus ne s’écrit qu’en annonçant le refus.';
            END IF;
            RETURN NULL;
        """,
    ),
)
