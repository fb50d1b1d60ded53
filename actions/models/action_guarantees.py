"""What the database holds about an action: constraints and triggers (rules.md, section 5).

A comparison with NULL is neither true nor false, and PostgreSQL lets it pass: every condition
here says what NULL means (`IS DISTINCT FROM`, `isnull`). NaN is a number to PostgreSQL, above
all others: an amount has an upper bound.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from actions.enums import ALLOWED_TRANSITIONS, ActionStatus
from actions.models.carrier_guarantees import LATEST_AMENDMENT, MERGED_NOW
from actions.models.file_guarantees import ABOVE_EVERY_AMOUNT, FILE_IS_KEPT, FILING_IS_KEPT
from actions.models.history_guarantees import STATUS_CHANGE
from actions.models.interest_conditions import (
    counted_evaluations,
    counted_evaluators_are_independent,
    hold_interests,
)
from actions.models.order_guarantees import in_order
from ess_portal.base.triggers import Guarantee, listed

SNAPSHOT_COLUMNS = (
    "gate_quorum_reached",
    "gate_quorum_required",
    "gate_points",
    "gate_max_points",
    "gate_threshold",
    "gate_floor_margin",
    "gate_community_interest",
    "gate_medians",
    "gate_closed_at",
)
DECISION_COLUMNS = ("decided_by_id", "confirmed_by_id", "amount_granted")
# What an amendment may change, with the amount.
CALENDAR = ("starts_on", "ends_on")
TERMS = ("carrier_id", *CALENDAR)
RESULT_COLUMNS = SNAPSHOT_COLUMNS + DECISION_COLUMNS


def columns_of(alias: str, columns: tuple[str, ...]) -> str:
    """Return the columns of a row variable, as SQL lists them: "NEW.a, NEW.b"."""
    return ", ".join(f"{alias}.{column}" for column in columns)


def _changed(columns: tuple[str, ...]) -> str:
    return f"ROW({columns_of('NEW', columns)}) IS DISTINCT FROM ROW({columns_of('OLD', columns)})"


def _pairs() -> str:
    return ", ".join(f"('{source}', '{target}')" for source, target in sorted(ALLOWED_TRANSITIONS))


_NO_SNAPSHOT = Q(**{f"{column}__isnull": True for column in SNAPSHOT_COLUMNS})
_WHOLE_SNAPSHOT = Q(**{f"{column}__isnull": False for column in SNAPSHOT_COLUMNS})
_GRANTED = (
    Q(gate_community_interest__isnull=False, gate_community_interest=True)
    & Q(decided_by__isnull=False, confirmed_by__isnull=False)
    & ~Q(decided_by=F("confirmed_by"))
    & Q(amount_granted__isnull=False, amount_granted__gt=0, amount_granted__lt=ABOVE_EVERY_AMOUNT)
)
# The committee refused it once it was evaluated: the result stays.
_REFUSED_ONCE_EVALUATED = Q(
    status__in=ActionStatus.REFUSED, refused_from__in=ActionStatus.DECIDABLE
)
_NOT_YET_FILED = (ActionStatus.DRAFT, ActionStatus.RECORDED, ActionStatus.WITHDRAWN)

ACTION_CONSTRAINTS = (
    models.CheckConstraint(
        condition=Q(status__isnull=False, status__in=ActionStatus.values),
        name="actions_action_known_status",
        violation_error_message="Cet état n’existe pas.",
    ),
    models.CheckConstraint(
        condition=(Q(status=ActionStatus.DRAFT) & Q(reference__isnull=True))
        | (
            Q(status=ActionStatus.RECORDED)
            & Q(reference__regex=r"^ANT-[0-9]{4,}$", reference__isnull=False)
        )
        | (
            Q(status=ActionStatus.WITHDRAWN)
            & (Q(reference__isnull=True) | Q(reference__regex=r"^ESS-[0-9]{4}-[0-9]{4,}$"))
        )
        | (
            ~Q(status__in=_NOT_YET_FILED)
            & Q(reference__isnull=False, reference__regex=r"^ESS-[0-9]{4}-[0-9]{4,}$")
        ),
        name="actions_action_reference_fits_status",
        violation_error_message="La référence est donnée par la base à l’envoi.",
    ),
    models.CheckConstraint(
        condition=Q(status__in=_NOT_YET_FILED)
        | Q(
            programme__isnull=False,
            carrier__isnull=False,
            measure__isnull=False,
            submitted_at__isnull=False,
        ),
        name="actions_action_filed_has_carrier_and_measure",
        violation_error_message="Une action déposée a un porteur, une mesure et une date de dépôt.",
    ),
    models.CheckConstraint(
        condition=_NO_SNAPSHOT | _WHOLE_SNAPSHOT,
        name="actions_action_snapshot_is_whole",
        violation_error_message="Le résultat de l’évaluation s’écrit en entier.",
    ),
    models.CheckConstraint(
        condition=~(Q(status__in=ActionStatus.GATED) | _REFUSED_ONCE_EVALUATED) | _WHOLE_SNAPSHOT,
        name="actions_action_evaluated_has_snapshot",
        violation_error_message="Une action évaluée porte le résultat de son évaluation.",
    ),
    models.CheckConstraint(
        condition=Q(status__in=(*ActionStatus.GATED, ActionStatus.WITHDRAWN))
        | _REFUSED_ONCE_EVALUATED
        | _NO_SNAPSHOT,
        name="actions_action_not_evaluated_has_no_snapshot",
        violation_error_message="Une action qui n’est pas évaluée n’a pas de résultat.",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=ActionStatus.BOUND) | Q(grid__isnull=False),
        name="actions_action_admitted_has_grid",
        violation_error_message="Une action admise est liée à une grille.",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=ActionStatus.GRANTED) | _GRANTED,
        name="actions_action_granted_is_of_community_interest",
        violation_error_message=(
            "Une action priorisée est d’intérêt communautaire, décidée par deux personnes "
            "et dotée d’un montant."
        ),
    ),
    models.CheckConstraint(
        condition=(Q(status__in=ActionStatus.REFUSED) & Q(refused_from__in=ActionStatus.REFUSABLE))
        | (~Q(status__in=ActionStatus.REFUSED) & Q(refused_from="")),
        name="actions_action_refusal_keeps_origin",
        violation_error_message="Un refus retient l’état d’où il vient.",
    ),
    models.CheckConstraint(
        condition=Q(ends_on__isnull=True)
        | Q(starts_on__isnull=True)
        | Q(ends_on__gte=F("starts_on")),
        name="actions_action_dates_in_order",
        violation_error_message="La fin de l’action doit suivre son début.",
    ),
    models.CheckConstraint(
        condition=Q(
            total_cost__gte=0,
            funding_asked__gte=0,
            own_resources__gte=0,
            other_funding__gte=0,
            jobs_created__gte=0,
            jobs_kept__gte=0,
        ),
        name="actions_action_amounts_not_negative",
        violation_error_message="Les montants et les emplois ne peuvent pas être négatifs.",
    ),
    models.CheckConstraint(
        condition=Q(status__in=(ActionStatus.DRAFT, ActionStatus.WITHDRAWN)) | ~Q(title=""),
        name="actions_action_filed_has_title",
        violation_error_message="Une action déposée a un titre.",
    ),
)

_WRONG_PAIR = "Une action ne peut pas passer de cet état à celui-là."
_WRONG_SNAPSHOT = "Le résultat ne correspond pas aux évaluations rendues."

ACTION_TRIGGERS = (
    Guarantee(
        name="inserted_as_draft_or_recorded",
        operation=pgtrigger.Insert,
        func=f"""
            IF NEW.status IS NULL OR NEW.status NOT IN ('draft', 'recorded') THEN
                REFUSE actions_action_inserted_as_draft_or_recorded 'Une action commence en brouillon.';
            END IF;
            IF num_nonnulls(NEW.grid_id, NEW.started_at, {columns_of("NEW", RESULT_COLUMNS)}) > 0 THEN
                REFUSE actions_action_inserted_without_result
                    'Une nouvelle action n’a ni grille, ni résultat, ni décision.';
            END IF;
            {in_order("actions_action")}
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="a_status_pair_is_in_the_table",
        operation=pgtrigger.Update,
        func=f"""
            IF NEW.status IS NOT DISTINCT FROM OLD.status THEN
                IF NEW.refused_from IS DISTINCT FROM OLD.refused_from THEN
                    REFUSE actions_action_refusal_returns_to_origin
                        'L’état d’où vient un refus ne change pas.';
                END IF;
                RETURN NEW;
            END IF;
            IF ((OLD.status, NEW.status) IN ({_pairs()})) IS NOT TRUE THEN
                REFUSE actions_action_status_pair_is_in_the_table '{_WRONG_PAIR}';
            END IF;
            IF OLD.status IN ('refusal_announced', 'declined') AND NEW.status <> 'declined'
                AND NEW.status IS DISTINCT FROM OLD.refused_from THEN
                REFUSE actions_action_refusal_returns_to_origin
                    'Une action refusée ne peut revenir que d’où elle venait.';
            END IF;
            IF NEW.status = 'refusal_announced' AND NEW.refused_from IS DISTINCT FROM OLD.status THEN
                REFUSE actions_action_refusal_returns_to_origin
                    'Un refus annoncé retient l’état d’où il vient.';
            END IF;
            IF NEW.status = 'declined' AND NEW.refused_from IS DISTINCT FROM OLD.refused_from THEN
                REFUSE actions_action_refusal_returns_to_origin
                    'Un refus confirmé garde l’état d’où il vient.';
            END IF;
            RETURN NEW;
        """,
    ),
    # The lock makes two submissions of one instant wait for each other; the year is the one in
    # Paris. A rolled-back submission gives its number back: no gap.
    Guarantee(
        name="b_reference_is_next",
        operation=pgtrigger.Update,
        declare=[("year_in_paris", "text"), ("last_number", "integer")],
        func="""
            IF OLD.status = 'draft' AND NEW.status = 'submitted' THEN
                PERFORM pg_advisory_xact_lock(hashtext('actions_action_reference'));
                year_in_paris := to_char(now() AT TIME ZONE 'Europe/Paris', 'YYYY');
                SELECT split_part(reference, '-', 3)::integer INTO last_number
                FROM actions_action WHERE reference LIKE 'ESS-' || year_in_paris || '-%'
                ORDER BY length(reference) DESC, reference DESC LIMIT 1;
                last_number := coalesce(last_number, 0);
                NEW.reference := 'ESS-' || year_in_paris || '-' ||
                    lpad((last_number + 1)::text, greatest(4, length((last_number + 1)::text)), '0');
                RETURN NEW;
            END IF;
            IF NEW.reference IS DISTINCT FROM OLD.reference THEN
                REFUSE actions_action_reference_is_kept 'Une référence ne change jamais.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="c_grid_is_bound_once",
        operation=pgtrigger.Update,
        func="""
            IF NEW.grid_id IS NOT DISTINCT FROM OLD.grid_id THEN
                RETURN NEW;
            END IF;
            IF OLD.grid_id IS NOT NULL
                OR ((OLD.status, NEW.status) = ('submitted', 'in_evaluation')) IS NOT TRUE THEN
                REFUSE actions_action_grid_is_bound_once
                    'Une action garde la grille de son admission.';
            END IF;
            UPDATE challenges_grid SET bound_at = coalesce(bound_at, now())
            WHERE id = NEW.grid_id AND is_current AND programme_id = NEW.programme_id;
            IF NOT FOUND THEN
                REFUSE actions_action_grid_is_the_current_one
                    'La grille n’est pas celle en vigueur pour le programme.';
            END IF;
            IF (SELECT count(*) FROM challenges_criterion WHERE grid_id = NEW.grid_id) <> 4 THEN
                REFUSE actions_action_grid_has_four_criteria
                    'La grille en vigueur n’a pas ses quatre critères.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="d_snapshot_is_true",
        operation=pgtrigger.Update,
        declare=[("gate", "record")],
        func=f"""
            IF OLD.status = 'in_evaluation' AND NEW.status = 'evaluated' THEN
                {counted_evaluators_are_independent("actions_action_no_linked_evaluator", "Un évaluateur appartient au porteur ou à un partenaire : constatez son déport avant de clore.")}
                SELECT * INTO gate FROM actions_gate(NEW.id);
                -- All taken back, the gate would say nothing of nobody.
                IF NOT EXISTS (SELECT 1 {counted_evaluations("NEW.id")}) OR ROW(NEW.gate_quorum_reached, NEW.gate_quorum_required, NEW.gate_points,
                       NEW.gate_max_points, NEW.gate_threshold, NEW.gate_floor_margin,
                       NEW.gate_community_interest, NEW.gate_medians, NEW.gate_closed_at)
                    IS DISTINCT FROM
                   ROW(gate.quorum_reached, gate.quorum_required, gate.points, gate.max_points,
                       gate.threshold, gate.floor_margin, gate.community_interest, gate.medians,
                       (SELECT max(closed_at) FROM actions_gateresult WHERE action_id = NEW.id))
                   OR NEW.gate_closed_at IS DISTINCT FROM now() THEN
                    REFUSE actions_action_snapshot_is_true '{_WRONG_SNAPSHOT}';
                END IF;
                RETURN NEW;
            END IF;
            IF OLD.status = 'evaluated' AND NEW.status = 'in_evaluation' THEN
                IF num_nonnulls({columns_of("NEW", SNAPSHOT_COLUMNS)}) > 0 THEN
                    REFUSE actions_action_reopening_clears_snapshot
                        'Rouvrir l’évaluation efface son résultat.';
                END IF;
                RETURN NEW;
            END IF;
            IF {_changed(SNAPSHOT_COLUMNS)} THEN
                REFUSE actions_action_snapshot_is_kept
                    'Le résultat ne s’écrit qu’en clôturant l’évaluation.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="e_granting_is_decided_by_two",
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.status IN ('evaluated', 'postponed') AND NEW.status = 'prioritised' THEN
                IF NOT EXISTS (
                    SELECT 1 FROM actions_decision d
                    WHERE d.action_id = NEW.id AND d.kind = 'prioritise'
                    AND d.proposed_by_id = NEW.decided_by_id
                    AND d.confirmed_by_id = NEW.confirmed_by_id
                    AND d.amount = NEW.amount_granted
                    AND d.confirmed_at = now()
                ) THEN
                    REFUSE actions_action_granting_is_decided_by_two
                        'La priorisation ne correspond à aucune décision confirmée.';
                END IF;
                {hold_interests("NEW.decided_by_id", "NEW.confirmed_by_id")}
                IF actions_is_linked(NEW.id, NEW.decided_by_id)
                    OR actions_is_linked(NEW.id, NEW.confirmed_by_id)
                    OR actions_has_evaluated(NEW.id, NEW.decided_by_id)
                    OR actions_has_evaluated(NEW.id, NEW.confirmed_by_id) THEN
                    REFUSE actions_action_granted_by_independent_people
                        'Une des deux personnes qui décident est liée au porteur ou à un partenaire, ou a évalué l’action.';
                END IF;
                {counted_evaluators_are_independent("actions_action_granted_on_independent_opinions", "Depuis la clôture, un évaluateur a rejoint le porteur ou un partenaire : rouvrez l’évaluation et constatez son déport.")}
                RETURN NEW;
            END IF;
            IF {_changed(("decided_by_id", "confirmed_by_id"))}
                OR (NEW.amount_granted IS DISTINCT FROM OLD.amount_granted AND NOT EXISTS (
                    SELECT 1 FROM actions_amendment m
                    WHERE {LATEST_AMENDMENT}
                    AND m.old_amount = OLD.amount_granted AND m.new_amount = NEW.amount_granted
                )) THEN
                REFUSE actions_action_granting_is_kept
                    'Le montant accordé et ses décideurs ne changent pas hors décision.';
            END IF;
            RETURN NEW;
        """,
    ),
    # Once granted, who carries the action and when change by an amendment confirmed just now, or
    # its carrier is merged.
    Guarantee(
        name="g_terms_change_by_amendment",
        operation=pgtrigger.Update,
        func=f"""
            IF OLD.status IN ({listed(ActionStatus.GRANTED)}) AND {_changed(TERMS)} AND NOT EXISTS (
                SELECT 1 FROM actions_amendment m
                WHERE {LATEST_AMENDMENT}
                AND m.old_carrier_id = OLD.carrier_id
                AND m.old_starts_on IS NOT DISTINCT FROM OLD.starts_on
                AND m.old_ends_on IS NOT DISTINCT FROM OLD.ends_on
                AND coalesce(m.new_carrier_id, m.old_carrier_id) = NEW.carrier_id
                AND coalesce(m.new_starts_on, m.old_starts_on) IS NOT DISTINCT FROM NEW.starts_on
                AND coalesce(m.new_ends_on, m.old_ends_on) IS NOT DISTINCT FROM NEW.ends_on
            ) AND ({_changed(CALENDAR)} OR NOT {MERGED_NOW}) THEN
                REFUSE actions_action_terms_are_kept
                    'Le porteur et le calendrier d’une action priorisée ne changent que par avenant.';
            END IF;
            RETURN NEW;
        """,
    ),
    FILING_IS_KEPT,
    # The follow-up evaluation opens twelve months after this date.
    Guarantee(
        name="f_start_is_dated",
        operation=pgtrigger.Update,
        func="""
            IF OLD.status = 'prioritised' AND NEW.status = 'in_progress' THEN
                NEW.started_at := now();
                RETURN NEW;
            END IF;
            IF NEW.started_at IS DISTINCT FROM OLD.started_at THEN
                REFUSE actions_action_start_is_kept 'La date de commencement ne change pas.';
            END IF;
            RETURN NEW;
        """,
    ),
    # Two actions that swapped their keys would swap their evaluations and their history.
    Guarantee(
        name="key_is_kept",
        operation=pgtrigger.Update,
        func="""
            IF NEW.id IS DISTINCT FROM OLD.id THEN
                REFUSE actions_action_key_is_kept 'La clé d’une action ne change pas.';
            END IF;
            RETURN NEW;
        """,
    ),
    Guarantee(
        name="only_drafts_are_deleted",
        operation=pgtrigger.Delete,
        func="""
            IF OLD.status <> 'draft' THEN
                REFUSE actions_action_only_drafts_are_deleted 'Seul un brouillon peut être supprimé.';
            END IF;
            RETURN OLD;
        """,
    ),
    FILE_IS_KEPT,
    STATUS_CHANGE,
)
