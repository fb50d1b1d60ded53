"""What the database holds about how a correction goes round: asked as the file is returned, answered as
it is sent again; and the days of an appeal and of a filing.
"""

import pgtrigger

from ess_portal.base.triggers import TODAY, Guarantee


# An event is dated by Python's clock (decision 25), and what happens with it has that date.
def _as_told(moment: str) -> str:
    """Return the SQL condition that `moment` is the one that the event `e` tells."""
    return f"{moment} BETWEEN e.at - interval '1 minute' AND e.at + interval '1 minute'"


ANSWER_TRIGGERS = (
    # Answered while the file stays with its carrier, it could never be refused as incomplete, and the
    # authority's time would run.
    Guarantee(
        name="answered_as_it_is_sent",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("answered_at"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(old__answered_at__isnull=True, new__answered_at__isnull=False),
        func=f"""
            IF (SELECT e.transition = 'resubmit' AND {_as_told("NEW.answered_at")}
                FROM actions_actionevent e
                WHERE e.action_id = NEW.action_id AND e.from_status = 'in_correction'
                ORDER BY e.id DESC LIMIT 1) IS NOT TRUE
                OR EXISTS (
                    SELECT 1 FROM actions_action a
                    WHERE a.id = NEW.action_id AND a.status = 'in_correction'
                    AND (SELECT c.answered_at FROM actions_correctionrequest c
                        WHERE c.action_id = a.id ORDER BY c.id DESC LIMIT 1) IS NOT NULL
                ) THEN
                REFUSE actions_correctionrequest_answered_as_it_is_sent
                    'Un complément est reçu quand le dossier est envoyé à nouveau.';
            END IF;
            RETURN NULL;
        """,
    ),
)

# The other side of both: no step without the row that says what it was about.
ROUND_TRIGGERS = (
    Guarantee(
        name="asks_for_a_correction",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__to_status="in_correction"),
        func="""
            IF (SELECT count(*) FROM actions_correctionrequest c WHERE c.action_id = NEW.action_id)
                <> (SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id AND e.to_status = 'in_correction') THEN
                REFUSE actions_actionevent_asks_for_a_correction
                    'Un dossier revient à son porteur avec la liste de ce qui est à compléter.';
            END IF;
            RETURN NULL;
        """,
    ),
    Guarantee(
        name="answers_a_correction",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__transition="resubmit"),
        func="""
            IF EXISTS (
                SELECT 1 FROM actions_correctionrequest c
                JOIN actions_action a ON a.id = c.action_id
                WHERE c.action_id = NEW.action_id AND c.answered_at IS NULL
                AND (a.status <> 'in_correction' OR c.id <> (
                    SELECT max(l.id) FROM actions_correctionrequest l
                    WHERE l.action_id = NEW.action_id
                ))
            ) THEN
                REFUSE actions_actionevent_answers_a_correction
                    'Un dossier envoyé à nouveau répond à ce qui était demandé.';
            END IF;
            RETURN NULL;
        """,
    ),
)

# Whoever takes the step reads it: an appeal to come was made by nobody.
APPEAL_DATED = Guarantee(
    name="appeal_has_its_day",
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF NEW.kind <> 'appeal_upheld' AND NEW.appeal_on IS NOT NULL
            OR NEW.kind = 'appeal_upheld' AND NEW.confirmed_by_id IS NOT NULL
            AND (TG_OP = 'INSERT' OR OLD.confirmed_by_id IS NULL)
            AND (NEW.appeal_on <= {TODAY}) IS NOT TRUE THEN
            REFUSE actions_decision_appeal_has_its_day
                'Un recours a sa date, qui n’est pas à venir ; une autre décision n’en a pas.';
        END IF;
        RETURN NEW;
    """,
)

# The authority's time runs from it; on paper, from the day that the agent who types it says. Without
# an event, the change of state is refused for that.
FILING_DATED = Guarantee(
    name="j_filing_is_dated",
    operation=pgtrigger.Update,
    func=f"""
        IF OLD.status = 'draft' AND NEW.status = 'submitted' THEN
            IF (SELECT {_as_told("NEW.submitted_at")} AND (NEW.received_on_paper IS NULL
                    OR NEW.received_on_paper <= {TODAY} AND e.entered_by_id IS NOT NULL)
                FROM actions_actionevent e WHERE e.action_id = NEW.id
                ORDER BY e.id DESC LIMIT 1) IS FALSE THEN
                REFUSE actions_action_filing_is_dated
                    'Un dossier est daté de son envoi ; reçu sur papier, il l’est par un agent, d’un jour qui n’est pas à venir.';
            END IF;
        END IF;
        RETURN NEW;
    """,
)
