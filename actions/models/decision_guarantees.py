"""What the database holds about decisions: two independent people of the right roles."""

import pgtrigger
from django.db import models
from django.db.models import Q

from actions.enums import DECIDED_FROM, DecisionKind, SessionState
from actions.models.action_guarantees import ABOVE_EVERY_AMOUNT
from actions.models.interest_conditions import hold_interests, note_act
from actions.models.order_guarantees import in_order
from actions.models.taken_by_two_guarantees import confirmed_by_another, one_pending
from ess_portal.base.triggers import SOMETHING_WRITTEN, Guarantee, listed

_SETTLED = "Une décision confirmée ou retirée ne se modifie pas."
_NOT_INDEPENDENT = (
    "Cette personne est liée au porteur ou à un partenaire, ou a évalué l’action : "
    "elle ne peut pas prendre part à la décision."
)

_NO_LONGER = (
    "Une des deux personnes qui décident est liée au porteur ou à un partenaire, a évalué l’action "
    "ou n’est plus de la commission : la décision n’est pas prise."
)


def _starts() -> str:
    return ", ".join(
        f"('{kind}', '{status}')" for kind, statuses in DECIDED_FROM.items() for status in statuses
    )


def _independent(person: str) -> str:
    return f"""
        IF actions_is_linked(NEW.action_id, {person})
            OR actions_has_evaluated(NEW.action_id, {person}) THEN
            REFUSE actions_decision_by_somebody_independent '{_NOT_INDEPENDENT}';
        END IF;
    """


# Nothing that makes one independent changes until the transaction ends.
_HOLD = """
                        SELECT a.status INTO present FROM actions_action a
                        WHERE a.id = NEW.action_id FOR NO KEY UPDATE;"""
_FROM_THE_RIGHT_STATE = f"""
                        IF ((NEW.kind, present) IN ({_starts()})) IS NOT TRUE THEN
                            REFUSE actions_decision_from_the_right_state
                                'L’action n’est pas dans un état d’où cette décision se prend.';
                        END IF;"""

_WITH_ITS_REASON = f"""
                        IF (NEW.reason ~ '{SOMETHING_WRITTEN}') IS NOT TRUE AND (
                            NEW.kind = 'prioritise' AND NEW.amount = (
                                SELECT a.funding_asked FROM actions_action a WHERE a.id = NEW.action_id
                            )
                        ) IS NOT TRUE THEN
                            REFUSE actions_decision_has_reason
                                'Une décision a son motif, sauf à accorder le montant demandé.';
                        END IF;"""
_AT_ITS_SESSION = "L’action est à l’ordre du jour d’une séance : elle s’y décide."
# What a session makes of it is written as the agenda says, once the session is closed.
_NOT_BESIDE_A_SESSION = f"""
                        IF EXISTS (
                            SELECT 1 FROM actions_agendaitem i
                            JOIN actions_committeesession s ON s.id = i.session_id
                            WHERE i.action_id = NEW.action_id
                            AND s.state IN ({listed(SessionState.OPEN)})
                            AND (s.state <> 'closed'
                                OR ROW(NEW.kind, NEW.amount, NEW.proposed_by_id)
                                IS DISTINCT FROM ROW(i.outcome, i.amount, i.proposed_by_id)
                                OR NEW.confirmed_by_id IS NOT NULL
                                AND NEW.confirmed_by_id IS DISTINCT FROM i.seconded_by_id)
                        ) THEN
                            REFUSE actions_decision_not_beside_a_session
                                '{_AT_ITS_SESSION}';
                        END IF;"""

DECISION_CONSTRAINTS = (
    one_pending("actions_decision", "Une décision attend déjà d’être confirmée sur cette action."),
    models.CheckConstraint(
        condition=Q(kind__isnull=False, kind__in=DecisionKind.values),
        name="actions_decision_known_kind",
        violation_error_message="Cette décision n’existe pas.",
    ),
    confirmed_by_another("actions_decision", "Une autre personne doit confirmer la décision."),
    models.CheckConstraint(
        condition=(
            Q(kind=DecisionKind.PRIORITISE)
            & Q(amount__isnull=False, amount__gt=0, amount__lt=ABOVE_EVERY_AMOUNT)
        )
        | (~Q(kind=DecisionKind.PRIORITISE) & Q(amount__isnull=True)),
        name="actions_decision_granting_has_amount",
        violation_error_message="Indiquez le montant accordé (plus de 0 €).",
    ),
    models.CheckConstraint(
        condition=Q(public_reason__isnull=False)
        & (Q(kind=DecisionKind.PRIORITISE) | Q(public_reason="")),
        name="actions_decision_public_reason_of_a_grant",
        violation_error_message="Seul le motif d’une priorisation a une part publique.",
    ),
)

DECISION_TRIGGERS = (
    # Two people of the right roles, with no interest in the action, then for ever. Only
    # the reason may be emptied later, by retention.
    Guarantee(
        name="by_two_independent_people",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("present", "text")],
        func=f"""
                    IF TG_OP = 'DELETE' THEN
                        REFUSE actions_decision_is_kept '{_SETTLED}';
                    END IF;
                    IF TG_OP = 'INSERT' THEN
                        IF num_nonnulls(NEW.confirmed_at, NEW.confirmed_by_id, NEW.cancelled_at) > 0 THEN
                            REFUSE actions_decision_starts_pending 'Une décision est d’abord proposée.';
                        END IF;
                        {_HOLD}
                        {note_act("NEW.proposed_by_id")}
                        IF NOT actors_has_role(NEW.proposed_by_id, CASE WHEN NEW.kind =
                                'reopen_evaluation' THEN 'agent' ELSE 'committee' END) THEN
                            REFUSE actions_decision_by_the_right_role
                                'Cette personne n’a pas le rôle qu’il faut pour proposer la décision.';
                        END IF;
                        {_independent("NEW.proposed_by_id")}
                        {_FROM_THE_RIGHT_STATE}
                        {_WITH_ITS_REASON}
                        {_NOT_BESIDE_A_SESSION}
                        {in_order("actions_decision")}
                        RETURN NEW;
                    END IF;
                    IF OLD.confirmed_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL
                        OR ROW(NEW.id, NEW.action_id, NEW.kind, NEW.amount, NEW.appeal_on,
                               NEW.proposed_by_id, NEW.proposed_at)
                        IS DISTINCT FROM
                           ROW(OLD.id, OLD.action_id, OLD.kind, OLD.amount, OLD.appeal_on,
                               OLD.proposed_by_id, OLD.proposed_at)
                    THEN
                        IF ROW(NEW.id, NEW.action_id, NEW.kind, NEW.amount, NEW.appeal_on,
                               NEW.proposed_by_id, NEW.proposed_at, NEW.confirmed_by_id,
                               NEW.confirmed_at, NEW.cancelled_at)
                            IS DISTINCT FROM
                           ROW(OLD.id, OLD.action_id, OLD.kind, OLD.amount, OLD.appeal_on,
                               OLD.proposed_by_id, OLD.proposed_at, OLD.confirmed_by_id,
                               OLD.confirmed_at, OLD.cancelled_at)
                            OR NEW.reason NOT IN ('', OLD.reason)
                            OR NEW.public_reason NOT IN ('', OLD.public_reason)
                        THEN
                            REFUSE actions_decision_is_kept '{_SETTLED}';
                        END IF;
                        RETURN NEW;
                    END IF;
                    IF (NEW.reason IN ('', OLD.reason)
                        AND NEW.public_reason IN ('', OLD.public_reason)) IS NOT TRUE THEN
                        REFUSE actions_decision_is_kept '{_SETTLED}';
                    END IF;
                    IF NEW.confirmed_by_id IS NOT NULL THEN
                        {_HOLD}
                        {note_act("NEW.proposed_by_id")} {note_act("NEW.confirmed_by_id")}
                        IF NOT actors_has_role(NEW.confirmed_by_id, 'committee') THEN
                            REFUSE actions_decision_by_the_right_role
                                'Seul un membre de la commission peut confirmer la décision.';
                        END IF;
                        {_independent("NEW.confirmed_by_id")}
                        {_independent("NEW.proposed_by_id")}
                        {_FROM_THE_RIGHT_STATE}
                        {_WITH_ITS_REASON}
                        {_NOT_BESIDE_A_SESSION}
                        NEW.confirmed_at := now();
                    END IF;
                    RETURN NEW;
                """,
    ),
    # What a session decides is published with it, and nothing waits beside it.
    Guarantee(
        name="beside_no_session_to_the_end",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("confirmed_by_id", "confirmed_at"),
        timing=pgtrigger.Deferred,
        func=f"""
                    IF EXISTS (
                        SELECT 1 FROM actions_decision d
                        JOIN actions_agendaitem i ON i.action_id = d.action_id
                        JOIN actions_committeesession s ON s.id = i.session_id
                        WHERE d.id = NEW.id AND d.cancelled_at IS NULL
                        AND s.state IN ({listed(SessionState.OPEN)})
                    ) THEN
                        REFUSE actions_decision_beside_no_session_to_the_end '{_AT_ITS_SESSION}';
                    END IF;
                    RETURN NULL;
                """,
    ),
    # Looked at again when the transaction ends: nothing was moved away for the time of deciding.
    Guarantee(
        name="independent_to_the_end",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("confirmed_by_id", "confirmed_at"),
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Q(old__confirmed_by__isnull=True, new__confirmed_by__isnull=False),
        func=f"""
                    {hold_interests("NEW.proposed_by_id", "NEW.confirmed_by_id")}
                    IF NOT actors_has_role(NEW.confirmed_by_id, 'committee')
                        OR NOT actors_has_role(NEW.proposed_by_id, CASE WHEN NEW.kind =
                            'reopen_evaluation' THEN 'agent' ELSE 'committee' END)
                        OR actions_is_linked(NEW.action_id, NEW.proposed_by_id)
                        OR actions_is_linked(NEW.action_id, NEW.confirmed_by_id)
                        OR actions_has_evaluated(NEW.action_id, NEW.proposed_by_id)
                        OR actions_has_evaluated(NEW.action_id, NEW.confirmed_by_id) THEN
                        REFUSE actions_decision_independent_to_the_end '{_NO_LONGER}';
                    END IF;
                    IF (SELECT count(*) FROM actions_decision d
                        WHERE d.action_id = NEW.action_id AND d.kind = NEW.kind
                        AND d.confirmed_at IS NOT NULL)
                        <> (SELECT count(*) FROM actions_actionevent e
                            WHERE e.action_id = NEW.action_id AND e.transition = NEW.kind
                            AND e.confirmed_by_id IS NOT NULL) THEN
                        REFUSE actions_decision_took_place
                            'Une décision confirmée est dans l’historique de l’action.';
                    END IF;
                    RETURN NULL;
                """,
    ),
)
