"""What the database holds about evaluations: by whom, while open, sent whole (rules.md, section 5)."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import Round
from actions.models.interest_conditions import hold_interests, note_act
from actors.enums import EvaluatorKind
from ess_portal.base.triggers import SOMETHING_WRITTEN, Guarantee, append_only

NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."
_CLOSED = f"{NOT_OPEN.removesuffix('.')} : on ne peut plus rien y écrire."
_SENT = "Une évaluation envoyée ne se modifie pas : reprenez-la d’abord."


def _while_open(action: str, round_: str, name: str) -> str:
    # FOR SHARE makes a score wait for a closing under way, and a closing wait for a score being
    # saved: whichever comes second sees what the first one did.
    return f"""
    PERFORM 1 FROM actions_action a
    WHERE a.id = {action}
    AND CASE {round_}
        WHEN 'initial' THEN a.status = 'in_evaluation'
        WHEN 'follow_up' THEN a.status = 'completed'
            OR (a.status = 'in_progress' AND a.started_at + interval '12 months' <= now())
        ELSE FALSE
    END
    FOR SHARE;
    IF NOT FOUND THEN
        REFUSE {name} '{_CLOSED}';
    END IF;
"""


def _written_scores(evaluation: str) -> str:
    # As `evaluations._send` of the services writes them.
    return f"""(
                        SELECT coalesce(jsonb_agg(jsonb_build_object(
                            'criterion', c.code, 'level', s.level, 'no_opinion', s.no_opinion,
                            'reason', s.reason, 'evidence_document', s.evidence_document,
                            'evidence_page', s.evidence_page, 'evidence_quote', s.evidence_quote
                        ) ORDER BY c.id), '[]')
                        FROM actions_criterionscore s
                        JOIN challenges_criterion c ON c.id = s.criterion_id
                        WHERE s.evaluation_id = {evaluation}
                    )"""


EVALUATION_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("action", "evaluator", "round"),
        name="actions_evaluation_once_per_round",
        violation_error_message="Cette personne évalue déjà cette action.",
    ),
    models.CheckConstraint(
        condition=Q(round__isnull=False, round__in=Round.values),
        name="actions_evaluation_known_round",
        violation_error_message="Ce tour d’évaluation n’existe pas.",
    ),
    models.CheckConstraint(
        condition=Q(evaluator_kind__in=["", *EvaluatorKind.values]),
        name="actions_evaluation_known_evaluator_kind",
        violation_error_message="Cette sorte d’évaluateur n’existe pas.",
    ),
)

EVALUATION_TRIGGERS = (
    Guarantee(
        name="written_while_open",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("subject", "actions_evaluation")],
        func=f"""
                    subject := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    {_while_open("subject.action_id", "subject.round", "actions_evaluation_written_while_open")}
                    IF TG_OP = 'DELETE' THEN
                        IF OLD.sent_at IS NOT NULL OR EXISTS (
                            SELECT 1 FROM actions_sentevaluation WHERE evaluation_id = OLD.id
                        ) THEN
                            REFUSE actions_evaluation_sent_is_kept
                                'Une évaluation envoyée ne peut être ni retirée ni supprimée.';
                        END IF;
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="by_somebody_independent",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
                    IF TG_OP = 'UPDATE' AND ROW(NEW.id, NEW.action_id, NEW.evaluator_id, NEW.round)
                        IS DISTINCT FROM
                        ROW(OLD.id, OLD.action_id, OLD.evaluator_id, OLD.round) THEN
                        REFUSE actions_evaluation_keeps_its_author
                            'Une évaluation garde son action, son auteur et son tour.';
                    END IF;
                    {hold_interests("NEW.evaluator_id")}
                    IF NEW.sent_at IS NOT NULL THEN
                        {note_act("NEW.evaluator_id")}
                    END IF;
                    IF actions_is_linked(NEW.action_id, NEW.evaluator_id) THEN
                        REFUSE actions_evaluation_by_somebody_independent
                            'On n’évalue pas une action de sa propre structure ou d’une structure partenaire.';
                    END IF;
                    IF EXISTS (SELECT 1 FROM actions_recusal r
                               WHERE r.action_id = NEW.action_id AND r.user_id = NEW.evaluator_id) THEN
                        REFUSE actions_evaluation_not_after_recusal
                            'Cette personne s’est déportée de cette action.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    Guarantee(
        name="sent_whole",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
                    IF NEW.sent_at IS NULL THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.sent_at IS NOT NULL
                        AND NEW.sent_at IS DISTINCT FROM OLD.sent_at THEN
                        REFUSE actions_evaluation_sent_keeps_its_date '{_SENT}';
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM challenges_criterion c
                        JOIN actions_action a ON a.grid_id = c.grid_id
                        WHERE a.id = NEW.action_id AND NOT EXISTS (
                            SELECT 1 FROM actions_criterionscore s
                            WHERE s.evaluation_id = NEW.id AND s.criterion_id = c.id
                            AND (s.level IS NOT NULL OR s.no_opinion)
                            AND s.reason ~ '{SOMETHING_WRITTEN}'
                        )
                    ) OR NOT EXISTS (
                        SELECT 1 FROM actions_criterionscore s WHERE s.evaluation_id = NEW.id
                    ) THEN
                        REFUSE actions_evaluation_sent_whole
                            'Chaque critère demande un niveau ou « ne se prononce pas », et une explication.';
                    END IF;
                    IF TG_OP = 'UPDATE' AND OLD.sent_at IS NOT NULL THEN
                        RETURN NEW;
                    END IF;
                    IF NOT actors_has_role(NEW.evaluator_id, 'evaluator') THEN
                        REFUSE actions_evaluation_by_an_evaluator
                            'Seul un évaluateur envoie une évaluation.';
                    END IF;
                    IF NOT EXISTS (
                        SELECT 1 FROM actions_sentevaluation
                        WHERE evaluation_id = NEW.id AND sent_at = NEW.sent_at
                        AND scores = {_written_scores("NEW.id")}
                    ) THEN
                        REFUSE actions_evaluation_sent_is_in_history
                            'Un envoi s’écrit d’abord dans l’historique de l’évaluation.';
                    END IF;
                    RETURN NEW;
                """,
    ),
    # Looked at again when the transaction ends: nothing was moved away for the time of sending.
    Guarantee(
        name="independent_to_the_end",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("sent_at"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(new__sent_at__isnull=False),
        func=f"""
                    {hold_interests("NEW.evaluator_id")}
                    IF actions_is_linked(NEW.action_id, NEW.evaluator_id)
                        AND EXISTS (SELECT 1 FROM actions_evaluation e
                                    WHERE e.id = NEW.id AND e.sent_at IS NOT NULL)
                        AND NOT EXISTS (SELECT 1 FROM actions_recusal r
                                        WHERE r.action_id = NEW.action_id
                                        AND r.user_id = NEW.evaluator_id) THEN
                        REFUSE actions_evaluation_independent_to_the_end
                            'On n’évalue pas une action de sa propre structure ou d’une structure partenaire.';
                    END IF;
                    RETURN NULL;
                """,
    ),
    # Its name sorts after "sent_whole": what is missing in the evaluation is said first.
    Guarantee(
        name="sent_with_declaration",
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
                    IF TG_OP = 'UPDATE' AND OLD.declared_at IS NOT NULL
                        AND NEW.declared_at IS DISTINCT FROM OLD.declared_at THEN
                        REFUSE actions_evaluation_declaration_is_kept
                            'Une déclaration d’absence d’intérêt ne se modifie pas.';
                    END IF;
                    IF NEW.round = 'initial' AND NEW.sent_at IS NOT NULL
                        AND NEW.declared_at IS NULL
                        AND (TG_OP = 'INSERT' OR OLD.sent_at IS NULL) THEN
                        REFUSE actions_evaluation_sent_after_declaration
                            'Déclarez d’abord n’avoir aucun intérêt dans cette action, ou déportez-vous.';
                    END IF;
                    RETURN NEW;
                """,
    ),
)

CRITERION_SCORE_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("evaluation", "criterion"),
        name="actions_criterionscore_once_per_criterion",
        violation_error_message="Ce critère est déjà noté dans cette évaluation.",
    ),
    models.CheckConstraint(
        condition=Q(level__isnull=True) | Q(level__gte=0, level__lte=3, no_opinion=False),
        name="actions_criterionscore_level_in_range",
        violation_error_message="Le niveau va de 0 à 3, ou « ne se prononce pas ».",
    ),
)

CRITERION_SCORE_TRIGGERS = (
    Guarantee(
        name="written_while_open",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("owner", "actions_evaluation"), ("subject", "actions_criterionscore")],
        func=f"""
                    IF TG_OP = 'UPDATE' AND ROW(NEW.evaluation_id, NEW.criterion_id)
                        IS DISTINCT FROM ROW(OLD.evaluation_id, OLD.criterion_id) THEN
                        REFUSE actions_criterionscore_keeps_its_place
                            'Une note garde son évaluation et son critère.';
                    END IF;
                    subject := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                    SELECT * INTO owner FROM actions_evaluation
                    WHERE id = subject.evaluation_id FOR SHARE;
                    IF owner.sent_at IS NOT NULL THEN
                        REFUSE actions_criterionscore_sent_is_kept '{_SENT}';
                    END IF;
                    {_while_open("owner.action_id", "owner.round", "actions_criterionscore_written_while_open")}
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    PERFORM 1 FROM challenges_criterion c
                    JOIN actions_action a ON a.grid_id = c.grid_id
                    WHERE a.id = owner.action_id AND c.id = NEW.criterion_id;
                    IF NOT FOUND THEN
                        REFUSE actions_criterionscore_of_the_bound_grid
                            'Ce critère n’est pas dans la grille de l’action.';
                    END IF;
                    RETURN NEW;
                """,
    ),
)

SENT_EVALUATION_TRIGGERS = (
    append_only(
        "actions_sentevaluation_append_only",
        "L’historique des évaluations envoyées ne se modifie pas.",
    ),
    # Nobody writes a score meanwhile.
    Guarantee(
        name="says_what_is_written",
        operation=pgtrigger.Insert,
        func=f"""
                    PERFORM 1 FROM actions_evaluation e
                    WHERE e.id = NEW.evaluation_id AND e.sent_at IS NULL FOR NO KEY UPDATE;
                    IF NOT FOUND OR NEW.scores IS DISTINCT FROM {_written_scores("NEW.evaluation_id")} THEN
                        REFUSE actions_sentevaluation_says_what_is_written
                            'Un envoi dit ce qui est écrit dans l’évaluation.';
                    END IF;
                    RETURN NEW;
                """,
    ),
)

RECUSAL_CONSTRAINTS = (
    models.UniqueConstraint(
        fields=("action", "user"),
        name="actions_recusal_once_per_action",
        violation_error_message="Cette personne s’est déjà déportée de cette action.",
    ),
)

RECUSAL_TRIGGERS = (
    Guarantee(
        name="declared_while_open",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
                    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (
                        ROW(NEW.id, NEW.action_id, NEW.user_id, NEW.declared_by_id, NEW.declared_at)
                        IS DISTINCT FROM
                        ROW(OLD.id, OLD.action_id, OLD.user_id, OLD.declared_by_id, OLD.declared_at)
                        OR (NEW.reason IN ('', OLD.reason)) IS NOT TRUE
                    ) THEN
                        REFUSE actions_recusal_is_kept 'Un déport ne s’efface pas.';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        IF NEW.declared_by_id IS DISTINCT FROM NEW.user_id THEN
                            {note_act("NEW.declared_by_id")}
                            IF actors_has_role(NEW.declared_by_id, 'agent') IS NOT TRUE THEN
                                REFUSE actions_recusal_by_oneself_or_an_agent
                                    'Un déport est déclaré par la personne, ou noté par un agent.';
                            END IF;
                            IF actions_is_linked(NEW.action_id, NEW.declared_by_id) THEN
                                REFUSE actions_recusal_by_an_agent_without_interest
                                    'Cet agent est lié au porteur ou à un partenaire : un autre agent suit le dossier.';
                            END IF;
                        END IF;
                        {_while_open("NEW.action_id", "'initial'", "actions_recusal_declared_while_open")}
                    END IF;
                    RETURN NEW;
                """,
    ),
)
