"""What each transition asks before it may take place, answered in French sentences.

A *condition* asks only about the action, so a screen can show what is missing before anybody
clicks; a *need* asks about what the person typed with the transition.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from actions.enums import ActionStatus, DecisionKind, Round
from actions.models import Action, Decision
from actions.models.application_version import changes_since_sent
from actions.models.completeness import missing_sentences
from actions.models.correction import CORRECTABLE_FIELDS
from actions.models.correction_guarantees import MOST_DAYS_TO_CORRECT, TOO_FAR
from actors.models import User
from challenges.models import CRITERIA_PER_GRID, Grid, terms_for
from ess_portal.base.french import euros, long_date
from ess_portal.base.presence import present

DATE_TO_COME = "Donnez au porteur une date à venir pour compléter son dossier."
NOT_OPEN = "Les propositions ne sont pas encore ouvertes : réessayez plus tard."


@dataclass(frozen=True)
class Attempt:
    """One person trying one transition, with what they typed."""

    action: Action
    by: User
    comment: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    decision: Decision | None = None
    entered_by: User | None = None

    @property
    def public_reason(self) -> str:
        """What anybody will read of its reason."""
        if self.decision is not None:
            return self.decision.public_reason
        return str(self.details.get("public_reason", "")).strip()


def _unless(holds: object, sentence: str) -> list[str]:
    return [] if holds else [sentence]


# --- Conditions: the action alone -----------------------------------------------------------


def application_is_complete(action: Action) -> list[str]:
    """The file says all that the agglomeration must know."""
    return missing_sentences(action)


def proposals_are_open(action: Action) -> list[str]:
    """What the law wants said to who proposes has been written (`ReceiptTerms.missing`)."""
    return _unless(not terms_for(action.programme).missing, NOT_OPEN)


def grid_is_ready(action: Action) -> list[str]:
    """The programme has a grid in force, with its four criteria."""
    grid = Grid.objects.current_for(action.programme_id)
    return _unless(
        grid is not None and grid.criteria.count() == CRITERIA_PER_GRID,
        "Le programme n’a pas de grille en vigueur avec ses quatre critères.",
    )


def nothing_was_sent(action: Action) -> list[str]:
    """No evaluator sent anything yet."""
    return _unless(
        not action.evaluations.filter(sendings__isnull=False).exists(),
        "Une évaluation a déjà été envoyée : l’action ne peut plus revenir à l’instruction.",
    )


def evaluations_are_in(action: Action) -> list[str]:
    """Every assigned evaluation is sent, recused or past its date; one at least counts."""
    recused = set(action.recusals.values_list("user_id", flat=True))
    today = timezone.localdate()
    late = [
        evaluation
        for evaluation in action.evaluations.filter(round=Round.INITIAL).select_related("evaluator")
        if not evaluation.is_sent
        and evaluation.evaluator_id not in recused
        and evaluation.due_on >= today
    ]
    if not late:
        return _unless(
            action.evaluations.counted().exists(),
            "Aucune évaluation n’est rendue : demandez-en, et attendez la première avant de clore.",
        )
    return [
        f"L’évaluation confiée à {evaluation.evaluator} est attendue jusqu’au "
        f"{long_date(evaluation.due_on)}."
        for evaluation in late
    ]


def evaluators_are_independent(action: Action) -> list[str]:
    """Nobody who sent an evaluation has since joined the carrier or a partner."""
    return [
        f"{evaluation.evaluator} appartient au porteur ou à un partenaire : "
        "constatez son déport avant de clore."
        for evaluation in action.evaluations.counted().select_related("evaluator")
        if action.is_linked_to(evaluation.evaluator)
    ]


def opinions_are_independent(attempt: Attempt) -> list[str]:
    """Nobody whose evaluation counted has joined the carrier or a partner since the closing."""
    return [
        f"{evaluation.evaluator} a rejoint le porteur ou un partenaire depuis la clôture : rouvrez "
        "l’évaluation et constatez son déport."
        for evaluation in attempt.action.evaluations.counted().select_related("evaluator")
        if attempt.action.is_linked_to(evaluation.evaluator)
    ]


def carrier_is_confirmed(action: Action) -> list[str]:
    """An agent has confirmed the organisation that carries it."""
    return _unless(
        present(action.carrier).is_confirmed,
        "La structure porteuse attend d’être confirmée par un agent : la décision attend aussi.",
    )


def gate_is_passed(action: Action) -> list[str]:
    """The action is of community interest. There is no derogation."""
    return action.blockers()


def not_on_an_agenda(action: Action) -> list[str]:
    """No session that isn't over has the action on its agenda."""
    item = action.agenda_items.open().select_related("session").first()
    if item is None:
        return []
    return [
        f"L’action est à l’ordre du jour de la séance du {long_date(item.session.held_on)} : "
        "elle s’y décide."
    ]


def delay_or_reply(action: Action) -> list[str]:
    """Fifteen days have gone without reply, or the carrier replied."""
    notice = action.refusal_notices.first()
    return _unless(
        notice is not None and (notice.has_reply or notice.delay_is_gone()),
        "Le porteur peut encore répondre"
        + (f" jusqu’au {long_date(notice.reply_until)}." if notice else "."),
    )


def correction_is_overdue(action: Action) -> list[str]:
    """The date given for the correction is past, and the carrier sent nothing."""
    asked = action.correction_requests.first()
    return _unless(
        asked is not None and asked.is_overdue(),
        "Le porteur peut encore compléter son dossier"
        + (f" jusqu’au {long_date(asked.due_on)}." if asked else "."),
    )


def council_has_voted(action: Action) -> list[str]:
    """The council voted the grant, where its programme requires that."""
    return _unless(
        not action.is_proposed_to_council,
        "Le conseil n’a pas encore délibéré sur le financement de cette action : un agent note "
        "d’abord le numéro et la date de la délibération.",
    )


def carrier_replied(action: Action) -> list[str]:
    """The carrier replied to the announced refusal."""
    notice = action.refusal_notices.first()
    return _unless(
        notice is not None and notice.has_reply,
        "Le porteur n’a pas répondu au refus annoncé.",
    )


# --- Needs: what the person typed -------------------------------------------------------------


def reason_is_given(attempt: Attempt) -> list[str]:
    """A reason was written."""
    return _unless(attempt.comment.strip(), "Écrivez le motif.")


def public_reason_is_given(attempt: Attempt) -> list[str]:
    """What anybody will read of the reason was written."""
    return _unless(attempt.public_reason, "Écrivez ce que le public lira du motif.")


def reply_is_answered(attempt: Attempt) -> list[str]:
    """When the carrier replied, the reply is answered with a reason."""
    notice = attempt.action.refusal_notices.first()
    return _unless(
        attempt.comment.strip() or not (notice and notice.has_reply),
        "Répondez à la réponse du porteur : écrivez le motif.",
    )


def _refusals_of_date(day: object) -> list[str]:
    today = timezone.localdate()
    if not isinstance(day, date) or day <= today:
        return [DATE_TO_COME]
    return _unless(day <= today + timedelta(days=MOST_DAYS_TO_CORRECT), TOO_FAR)


def correction_is_precise(attempt: Attempt) -> list[str]:
    """The parts to correct are listed, with a date to come."""
    fields = attempt.details.get("fields") or []
    due_on = attempt.details.get("due_on")
    return [
        *_unless(
            fields and set(fields) <= set(CORRECTABLE_FIELDS),
            "Cochez au moins une partie du dossier à compléter.",
        ),
        *_refusals_of_date(due_on),
    ]


def new_date_is_given(attempt: Attempt) -> list[str]:
    """A file that returns to its correction has another date to come."""
    due_on = attempt.details.get("due_on")
    if attempt.action.refused_from != ActionStatus.IN_CORRECTION:
        return []
    return _refusals_of_date(due_on)


def other_changes_are_explained(attempt: Attempt) -> list[str]:
    """What was changed besides what an agent asked for has a reason."""
    asked = attempt.action.correction_requests.filter(answered_at=None).first()
    others = [
        change.label
        for change in changes_since_sent(attempt.action)
        if asked is not None and not asked.welcomes(change.field)
    ]
    return _unless(
        attempt.comment.strip() or not others,
        "Vous avez aussi modifié ce qui n’était pas demandé : dites pourquoi "
        f"({', '.join(others)}).",
    )


def final_report_is_given(attempt: Attempt) -> list[str]:
    """The final report was written."""
    return _unless(attempt.comment.strip(), "Écrivez le bilan final de l’action.")


def decision_is_sound(attempt: Attempt) -> list[str]:
    """A pending decision of this very action was proposed by one person, and another confirms."""
    decision = attempt.decision
    if decision is None or not decision.is_pending or decision.action_id != attempt.action.pk:
        return ["Aucune décision n’attend d’être confirmée."]
    return [
        *_unless(
            decision.proposed_by_id != attempt.by.pk,
            "Vous avez proposé cette décision : une autre personne doit la confirmer.",
        ),
        *decision_is_filled(decision),
        *_decided_where_it_belongs(decision),
    ]


def _decided_where_it_belongs(decision: Decision) -> list[str]:
    # A decision of a session is that of its point, no other; elsewhere, no agenda holds the action.
    item = decision.action.agenda_items.open().first()
    if item is None or item.decision_id == decision.pk:
        return []
    return not_on_an_agenda(decision.action)


def amount_is_explained(action: Action, amount: Decimal | None, reason: str) -> list[str]:
    """Granting another amount (in euros) than the carrier asked has a reason, which it reads."""
    return _unless(
        amount is None or amount == action.funding_asked or reason.strip(),
        f"Le montant accordé n’est pas celui demandé ({euros(action.funding_asked)}) : écrivez le "
        "motif, que le porteur lira.",
    )


def decision_is_filled(decision: Decision) -> list[str]:
    """A decision carries what its kind asks: an amount to grant, otherwise a reason."""
    if decision.kind == DecisionKind.PRIORITISE:
        if decision.amount is None or decision.amount <= 0:
            return ["Indiquez le montant accordé (plus de 0 €)."]
        return amount_is_explained(decision.action, decision.amount, decision.reason)
    missing = _unless(decision.reason.strip(), "Écrivez le motif.")
    if decision.kind == DecisionKind.APPEAL_UPHELD:
        missing += _unless(
            decision.appeal_on is not None and decision.appeal_on <= timezone.localdate(),
            "Indiquez la date du recours (aujourd’hui ou avant).",
        )
    return missing
