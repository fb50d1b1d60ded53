"""What the database holds about words that are kept beside a file: as typed, as sent, with a step."""

import pgtrigger

from actions.enums import Transition
from ess_portal.base.triggers import Guarantee, listed

_BY_ITS_CARRIER = (Transition.SUBMIT, Transition.RESUBMIT, Transition.WITHDRAW)

TYPED_STEP_TRIGGERS = (
    # The page is made again of what was typed: each field, and the words it held.
    Guarantee(
        name="typed_in_words",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("typed"),
        func="""
            IF NEW.typed IS NOT NULL AND (CASE jsonb_typeof(NEW.typed) WHEN 'object' THEN NOT EXISTS (
                SELECT 1 FROM jsonb_each(NEW.typed) AS part
                WHERE (CASE jsonb_typeof(part.value) WHEN 'array' THEN NOT EXISTS (
                    SELECT 1 FROM jsonb_array_elements(part.value) AS one
                    WHERE jsonb_typeof(one) <> 'string'
                ) END) IS NOT TRUE
            ) END) IS NOT TRUE THEN
                REFUSE actions_typedstep_typed_in_words
                    'Ce qui est tapé dans une étape se garde champ par champ, en toutes lettres.';
            END IF;
            RETURN NEW;
        """,
    ),
)

# What a carrier sent is what it sent: as many versions as sendings, and those of an agent's corrections.
# A version is written before its event. Files sent before versions were kept have fewer.
SENT_VERSION = Guarantee(
    name="of_a_sending",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    condition=pgtrigger.Q(new__reason=""),
    func="""
        IF (SELECT count(*) FROM actions_fileversion v
            WHERE v.action_id = NEW.action_id AND v.reason = '')
            > (SELECT count(*) FROM actions_actionevent e
                WHERE e.action_id = NEW.action_id AND e.transition IN ('submit', 'resubmit'))
            OR NOT EXISTS (
                SELECT 1 FROM actions_actionevent e
                WHERE e.action_id = NEW.action_id AND e.transition IN ('submit', 'resubmit')
                AND e.by_id = NEW.sent_by_id
            ) THEN
            REFUSE actions_fileversion_of_a_sending
                'Une version du dossier s’écrit quand son porteur l’envoie.';
        END IF;
        RETURN NULL;
    """,
)

# Written later, it would be the reason of what was done without one. Whoever acted in this transaction
# left a note of it; a carrier leaves none, and its last step alone can be spoken of.
NOTE_WITH_ITS_EVENT = Guarantee(
    name="written_with_its_event",
    operation=pgtrigger.Insert,
    declare=[("told", "actions_actionevent")],
    func=f"""
        SELECT * INTO told FROM actions_actionevent e WHERE e.id = NEW.event_id;
        IF (told.id = (SELECT max(e.id) FROM actions_actionevent e WHERE e.action_id = told.action_id)
            AND CASE
                WHEN told.confirmed_by_id IS NOT NULL THEN EXISTS (
                    SELECT 1 FROM actions_decision d
                    WHERE d.action_id = told.action_id AND d.kind = told.transition
                    AND d.confirmed_at = now()
                )
                WHEN told.transition IN ({listed(_BY_ITS_CARRIER)}) THEN TRUE
                ELSE actions_has_acted(told.by_id)
            END) IS NOT TRUE THEN
            REFUSE actions_transitionnote_written_with_its_event
                'Le motif d’une transition s’écrit avec elle.';
        END IF;
        RETURN NEW;
    """,
)

# A sending comes first, and the evaluation then finds it: counted here, one of a sending that never took
# place is one too many.
SENDINGS_ARE_COUNTED = Guarantee(
    name="times_are_counted",
    operation=pgtrigger.Insert | pgtrigger.Update,
    func="""
        -- Whoever saves what they read before a sending writes less, which is nothing.
        IF NEW.times_sent > (CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.times_sent END) THEN
            REFUSE actions_evaluation_times_are_counted
                'Les envois d’une évaluation se comptent quand elle est envoyée.';
        END IF;
        NEW.times_sent := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.times_sent END
            + (NEW.sent_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.sent_at IS NULL))::integer;
        RETURN NEW;
    """,
)
SENT_FOR_GOOD = Guarantee(
    name="of_a_sending",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    func="""
        IF (SELECT count(*) FROM actions_sentevaluation s WHERE s.evaluation_id = NEW.evaluation_id)
            <> (SELECT e.times_sent FROM actions_evaluation e WHERE e.id = NEW.evaluation_id) THEN
            REFUSE actions_sentevaluation_of_a_sending
                'L’historique dit un envoi qui n’a pas eu lieu.';
        END IF;
        RETURN NULL;
    """,
)
