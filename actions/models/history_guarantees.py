"""What the database holds about the history: no change of state without its event, no event besides.

The event is written first, from the state that the action has; the change of state then finds it,
with what the table asks: a decision of two, a refusal that was heard. When the transaction ends,
each event took place, and each decision and each result has its own. Their keys give the order,
and the database gives the keys.
"""

import pgtrigger

from actions.enums import STEPS, ActionStatus, DecisionKind, Transition
from actions.models.interest_conditions import note_act
from actions.models.order_guarantees import in_order
from actions.models.refusal_guarantees import DAYS_TO_REPLY
from ess_portal.base.triggers import (
    IN_PARIS,
    SOMETHING_WRITTEN,
    TODAY,
    Guarantee,
    append_only,
    kept_but_for,
    listed,
)

_BY_TWO = listed(DecisionKind.values)
# A file that was never evaluated is refused by an agent alone.
_BY_AN_AGENT = listed(ActionStatus.REFUSED_BY_AN_AGENT)
_BY_ITS_CARRIER = (Transition.SUBMIT, Transition.RESUBMIT, Transition.WITHDRAW)
_ABOUT_A_REFUSAL = (Transition.CONFIRM_REFUSAL, Transition.WITHDRAW_REFUSAL)


def _steps() -> str:
    return ", ".join(sorted(f"('{step}', '{before}', '{after}')" for step, before, after in STEPS))


def takes_two(transition: str, source: str) -> str:
    """Return the SQL condition that a step is decided by two people."""
    return f"({transition} IN ({_BY_TWO}) AND {source} NOT IN ({_BY_AN_AGENT}))"


EVENT_TRIGGERS = (
    append_only("actions_actionevent_append_only", "L’historique ne se modifie pas."),
    Guarantee(
        name="by_whoever_may",
        operation=pgtrigger.Insert,
        declare=[("subject", "actions_action")],
        func=f"""
            SELECT * INTO subject FROM actions_action WHERE id = NEW.action_id FOR NO KEY UPDATE;
            {in_order("actions_actionevent")}
            IF NOT isfinite(NEW.at) OR subject.status IS DISTINCT FROM NEW.from_status
                OR ((NEW.transition, NEW.from_status, NEW.to_status) IN ({_steps()})) IS NOT TRUE
                OR (SELECT e.to_status FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id ORDER BY e.id DESC LIMIT 1) <> NEW.from_status
            THEN
                REFUSE actions_actionevent_tells_a_step
                    'Un événement part de l’état de l’action, par une transition du tableau.';
            END IF;
            IF {takes_two("NEW.transition", "NEW.from_status")} IS DISTINCT FROM
                (NEW.confirmed_by_id IS NOT NULL) THEN
                REFUSE actions_actionevent_by_whoever_may
                    'Une décision de deux personnes les nomme toutes deux, et elle seule.';
            END IF;
            IF NEW.entered_by_id IS NOT NULL AND NOT (
                actors_has_role(NEW.entered_by_id, 'agent') AND subject.received_on_paper IS NOT NULL
            ) THEN
                REFUSE actions_actionevent_by_whoever_may
                    'Un agent saisit un dossier reçu sur papier.';
            END IF;
            IF NEW.confirmed_by_id IS NOT NULL THEN
                RETURN NEW;
            END IF;
            IF NEW.transition IN ({listed(_BY_ITS_CARRIER)})
            THEN
                IF NOT EXISTS (
                    SELECT 1 FROM actors_membership m
                    WHERE m.user_id = NEW.by_id AND m.organisation_id = subject.carrier_id
                    AND (m.role = 'manager' OR NEW.transition <> 'withdraw')
                ) THEN
                    REFUSE actions_actionevent_by_whoever_may
                        'Cette transition revient à la structure porteuse.';
                END IF;
                RETURN NEW;
            END IF;
            {note_act("NEW.by_id")}
            IF NEW.transition IN ({listed(_ABOUT_A_REFUSAL)})
                AND subject.refused_from NOT IN ({_BY_AN_AGENT}) THEN
                IF NOT actors_has_role(NEW.by_id, 'committee')
                    OR actions_is_linked(NEW.action_id, NEW.by_id)
                    OR actions_has_evaluated(NEW.action_id, NEW.by_id) THEN
                    REFUSE actions_actionevent_by_whoever_may
                        'Cette transition revient à un membre de la commission, sans lien avec l’action.';
                END IF;
                RETURN NEW;
            END IF;
            IF NOT actors_has_role(NEW.by_id, 'agent') THEN
                REFUSE actions_actionevent_by_whoever_may 'Cette transition revient à un agent.';
            END IF;
            IF actions_is_linked(NEW.action_id, NEW.by_id) THEN
                REFUSE actions_actionevent_by_an_agent_without_interest
                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="took_place",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=f"""
            IF (SELECT e.to_status FROM actions_actionevent e
                WHERE e.action_id = NEW.action_id ORDER BY e.id DESC LIMIT 1)
                IS DISTINCT FROM
               (SELECT a.status FROM actions_action a WHERE a.id = NEW.action_id)
                OR EXISTS (
                    SELECT 1 FROM (
                        SELECT e.from_status, lag(e.to_status, 1, 'draft') OVER (ORDER BY e.id) AS before
                        FROM actions_actionevent e WHERE e.action_id = NEW.action_id
                    ) told WHERE told.from_status <> told.before
                )
                OR {takes_two("NEW.transition", "NEW.from_status")} AND (
                    SELECT array_agg(ROW(e.by_id, e.confirmed_by_id) ORDER BY e.id)
                    FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id AND e.transition = NEW.transition
                    AND e.confirmed_by_id IS NOT NULL
                ) IS DISTINCT FROM (
                    SELECT array_agg(ROW(d.proposed_by_id, d.confirmed_by_id) ORDER BY d.id)
                    FROM actions_decision d
                    WHERE d.action_id = NEW.action_id AND d.kind = NEW.transition
                    AND d.confirmed_at IS NOT NULL
                )
                OR NEW.transition = 'close_evaluation' AND (
                    SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.action_id AND e.transition = 'close_evaluation'
                ) <> (
                    SELECT count(*) FROM actions_gateresult r WHERE r.action_id = NEW.action_id
                ) THEN
                REFUSE actions_actionevent_took_place
                    'Un événement de l’historique n’a pas eu lieu.';
            END IF;
            RETURN NULL;
        """,
    ),
)

NOTE_TRIGGERS = (
    Guarantee(
        name="is_kept",
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF TG_OP = 'DELETE' OR ROW(NEW.id, NEW.event_id) IS DISTINCT FROM ROW(OLD.id, OLD.event_id)
                OR (NEW.text IN ('', OLD.text)
                    AND NEW.public_text IN ('', OLD.public_text)) IS NOT TRUE THEN
                REFUSE actions_transitionnote_is_kept
                    'Le motif d’une transition ne se réécrit pas.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="published_where_it_may",
        operation=pgtrigger.Insert,
        declare=[("told", "actions_actionevent")],
        func=f"""
            IF NEW.public_text = '' THEN
                RETURN NEW;
            END IF;
            SELECT * INTO told FROM actions_actionevent e WHERE e.id = NEW.event_id;
            IF (NEW.public_text IS NOT NULL
                AND told.transition IN ({listed(Transition.WITH_PUBLIC_REASON)})) IS NOT TRUE THEN
                REFUSE actions_transitionnote_published_where_it_may
                    'Seul le motif d’une priorisation ou d’un abandon a une part publique.';
            END IF;
            IF NOT (CASE WHEN told.confirmed_by_id IS NULL THEN actions_has_acted(told.by_id)
                ELSE EXISTS (
                    SELECT 1 FROM actions_decision d
                    WHERE d.action_id = told.action_id AND d.kind = told.transition
                    AND d.confirmed_at = now() AND d.public_reason = NEW.public_text
                ) END) THEN
                REFUSE actions_transitionnote_published_as_decided
                    'Le motif public s’écrit avec la décision, tel que deux personnes l’ont lu.';
            END IF;
            RETURN NEW;
        """,
    ),
)

VERSION_TRIGGERS = (
    kept_but_for(
        "content",
        "'{}'",
        ("id", "action_id", "number", "sent_by_id", "sent_at", "reason"),
        "actions_fileversion_is_kept",
        "Un dossier envoyé garde ses versions.",
    ),
    # Pages compare versions part by part, in words.
    Guarantee(
        name="says_it_in_words",
        operation=pgtrigger.Insert,
        func="""
            IF (CASE jsonb_typeof(NEW.content) WHEN 'object' THEN NOT EXISTS (
                SELECT 1 FROM jsonb_each(NEW.content) AS part
                WHERE jsonb_typeof(part.value) <> 'string'
            ) END) IS NOT TRUE THEN
                REFUSE actions_fileversion_says_it_in_words
                    'Une version dit chaque partie du dossier en toutes lettres.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="corrected_by_an_agent",
        operation=pgtrigger.Insert,
        func=f"""
            IF NEW.reason = '' THEN
                RETURN NEW;
            END IF;
            {note_act("NEW.sent_by_id")}
            IF (NEW.reason ~ '{SOMETHING_WRITTEN}' AND actors_has_role(NEW.sent_by_id, 'agent')
                AND NOT actions_is_linked(NEW.action_id, NEW.sent_by_id)
                AND (SELECT a.status FROM actions_action a WHERE a.id = NEW.action_id) = 'submitted'
            ) IS NOT TRUE THEN
                REFUSE actions_fileversion_corrected_by_an_agent
                    'Un agent sans lien avec l’action corrige un dossier déposé, en disant pourquoi.';
            END IF;
            RETURN NEW;
        """,
    ),
)

# After the constraints, which say what the new state lacks.
STATUS_CHANGE = Guarantee(
    name="status_has_its_event",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("status"),
    condition=pgtrigger.Q(old__status__df=pgtrigger.F("new__status")),
    declare=[("told", "actions_actionevent"), ("notice", "actions_refusalnotice")],
    func=f"""
            SELECT * INTO told FROM actions_actionevent e
            WHERE e.action_id = NEW.id ORDER BY e.id DESC LIMIT 1;
            IF ROW(told.from_status, told.to_status) IS DISTINCT FROM ROW(OLD.status, NEW.status) THEN
                REFUSE actions_action_status_has_its_event
                    'Une action ne change pas d’état sans un événement de son historique.';
            END IF;
            IF {takes_two("told.transition", "OLD.status")} AND NOT EXISTS (
                SELECT 1 FROM actions_decision d
                WHERE d.action_id = NEW.id AND d.kind = told.transition AND d.confirmed_at = now()
                AND d.proposed_by_id = told.by_id AND d.confirmed_by_id = told.confirmed_by_id
            ) THEN
                REFUSE actions_action_decided_by_two
                    'Cette suite se décide à deux : une personne propose, une autre confirme.';
            END IF;
            IF told.transition = 'close_evaluation' AND (
                (SELECT count(*) FROM actions_gateresult r WHERE r.action_id = NEW.id) <> (
                    SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.id AND e.transition = 'close_evaluation'
                ) OR NOT EXISTS (
                    SELECT 1 FROM actions_gateresult r
                    WHERE r.id = (SELECT max(id) FROM actions_gateresult WHERE action_id = NEW.id)
                    AND ROW(r.quorum_reached, r.quorum_required, r.points, r.max_points,
                            r.threshold, r.floor_margin, r.community_interest, r.medians,
                            r.closed_at)
                    IS NOT DISTINCT FROM
                    ROW(NEW.gate_quorum_reached, NEW.gate_quorum_required, NEW.gate_points,
                        NEW.gate_max_points, NEW.gate_threshold, NEW.gate_floor_margin,
                        NEW.gate_community_interest, NEW.gate_medians, NEW.gate_closed_at)
                )
            ) THEN
                REFUSE actions_action_result_is_the_snapshot
                    'Le résultat de la clôture n’est pas celui que porte l’action.';
            END IF;
            IF told.transition = 'return_to_instruction' AND EXISTS (
                SELECT 1 FROM actions_sentevaluation s
                JOIN actions_evaluation e ON e.id = s.evaluation_id WHERE e.action_id = NEW.id
            ) THEN
                REFUSE actions_action_returns_before_evaluations
                    'Une évaluation a déjà été envoyée : l’action ne peut plus revenir à l’instruction.';
            END IF;
            IF told.transition = 'announce_refusal'
                AND (SELECT count(*) FROM actions_refusalnotice n WHERE n.action_id = NEW.id) <> (
                    SELECT count(*) FROM actions_actionevent e
                    WHERE e.action_id = NEW.id AND e.transition = 'announce_refusal'
                ) THEN
                REFUSE actions_action_refusal_has_its_notice
                    'Un refus s’annonce au porteur, qui a quinze jours pour répondre.';
            END IF;
            IF told.transition = 'announce_refusal' AND OLD.status = 'in_correction' AND (
                SELECT c.answered_at IS NULL AND c.due_on < {TODAY}
                FROM actions_correctionrequest c
                WHERE c.action_id = NEW.id ORDER BY c.id DESC LIMIT 1
            ) IS NOT TRUE THEN
                REFUSE actions_action_incomplete_after_its_date
                    'Le porteur peut encore compléter son dossier : la date demandée n’est pas passée.';
            END IF;
            IF told.transition NOT IN ({listed(_ABOUT_A_REFUSAL)}) THEN
                RETURN NULL;
            END IF;
            SELECT * INTO notice FROM actions_refusalnotice n
            WHERE n.action_id = NEW.id ORDER BY n.id DESC LIMIT 1;
            IF (CASE
                WHEN told.transition = 'withdraw_refusal' THEN notice.replied_at IS NOT NULL
                WHEN notice.replied_at IS NOT NULL THEN notice.answer ~ '{SOMETHING_WRITTEN}'
                ELSE {TODAY} > {IN_PARIS.format("notice.announced_at")} + {DAYS_TO_REPLY}
            END) IS NOT TRUE THEN
                REFUSE actions_action_refusal_is_heard
                    'Un refus se confirme une fois passé le délai de réponse, ou en répondant au porteur.';
            END IF;
            RETURN NULL;
        """,
)
