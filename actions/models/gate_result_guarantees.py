"""What the database holds about the result of a closing: true to the rows, then for ever."""

import pgtrigger

from actions.models.interest_conditions import counted_evaluations
from actions.models.order_guarantees import in_order
from ess_portal.base.triggers import Guarantee, append_only

GATE_RESULT_TRIGGERS = (
    append_only("actions_gateresult_append_only", "Un résultat d’évaluation ne se modifie pas."),
    Guarantee(
        name="true_to_the_rows",
        operation=pgtrigger.Insert,
        declare=[("gate", "record")],
        func=f"""
                    -- Whoever is saving a score is waited for, and then waits for the closing.
                    PERFORM 1 FROM actions_action
                    WHERE id = NEW.action_id AND status = 'in_evaluation' FOR NO KEY UPDATE;
                    IF NOT FOUND THEN
                        REFUSE actions_gateresult_written_by_a_closing
                            'Un résultat ne s’écrit qu’en clôturant l’évaluation.';
                    END IF;
                    IF NOT EXISTS (SELECT 1 {counted_evaluations("NEW.action_id")}) THEN
                        REFUSE actions_gateresult_of_an_evaluation
                            'Une évaluation ne se clôt que si une au moins est rendue.';
                    END IF;
                    {in_order("actions_gateresult")}
                    SELECT * INTO gate FROM actions_gate(NEW.action_id);
                    IF ROW(NEW.quorum_reached, NEW.quorum_required, NEW.points, NEW.max_points,
                           NEW.threshold, NEW.floor_margin, NEW.community_interest, NEW.medians)
                        IS DISTINCT FROM
                       ROW(gate.quorum_reached, gate.quorum_required, gate.points, gate.max_points,
                           gate.threshold, gate.floor_margin, gate.community_interest, gate.medians)
                    THEN
                        REFUSE actions_gateresult_true_to_the_rows
                            'Le résultat ne correspond pas aux évaluations rendues.';
                    END IF;
                    NEW.closed_at := now();
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="of_a_closing",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func="""
                    IF (SELECT count(*) FROM actions_gateresult r WHERE r.action_id = NEW.action_id)
                        <> (SELECT count(*) FROM actions_actionevent e
                            WHERE e.action_id = NEW.action_id AND e.transition = 'close_evaluation')
                    THEN
                        REFUSE actions_gateresult_of_a_closing
                            'Un résultat ne s’écrit qu’en clôturant l’évaluation.';
                    END IF;
                    RETURN NULL;
                """,
    ),
)
