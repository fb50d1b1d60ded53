"""Propose, confirm and cancel decisions: one person proposes, another confirms."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from actions import notifications
from actions.enums import ActionStatus, DecisionKind, Transition
from actions.models import Action, AgendaItem, Decision, RefusalNotice, TypedReply
from actions.rules import is_carrier_member
from actions.workflow import apply_transition, may_cancel, rule_for, wrong_state
from actions.workflow.guards import decision_is_filled, not_on_an_agenda
from actors.models import User
from ess_portal.base.french import long_date
from ess_portal.base.refusals import Refused, refusals_in_words
from ess_portal.base.windows import Shown

NO_LONGER_WAITS = "Cette décision n’attend plus d’être confirmée."
WAITING = "Une décision attend déjà d’être confirmée sur cette action."


def propose_decision(
    *,
    action: Action,
    kind: DecisionKind | str,
    by: User,
    reason: str = "",
    public_reason: str = "",
    amount: Decimal | None = None,
    appeal_on: date | None = None,
    item: AgendaItem | None = None,
) -> Decision:
    """Write a decision that waits for a second person.

    `amount` in euros, and `public_reason`, which is published with the decision, for `prioritise`
    only; `appeal_on` for `appeal_upheld` only; a reason for
    all but `prioritise`; `item` is the point of the session that is being published.

    Raises `Refused` with the same sentences as the transition itself would give: an
    action that isn't of community interest can't even be proposed.
    """
    kind = DecisionKind(kind)
    with refusals_in_words():
        grants = kind == DecisionKind.PRIORITISE
        # A point's words are published as the session read them, to the last blank.
        if item is None:
            reason, public_reason = reason.strip(), public_reason.strip()
        decision = Decision(
            action=action,
            kind=kind,
            amount=amount if grants else None,
            reason=reason,
            public_reason=public_reason if grants else "",
            appeal_on=appeal_on if kind == DecisionKind.APPEAL_UPHELD else None,
            proposed_by=by,
        )
        return _propose(decision, item)


def _propose(decision: Decision, item: AgendaItem | None) -> Decision:
    action = Action.objects.select_for_update(of=("self",)).get(pk=decision.action_id)
    decision.action, by = action, decision.proposed_by
    transition = Transition(decision.kind)
    rule = rule_for(action, transition)
    if rule is None or not rule.takes_two:
        raise Refused([wrong_state(action, transition)])
    if not rule.may(by, action):
        raise Refused([f"« {transition.label} » revient à {rule.who}."])
    if action.decisions.pending().exists():
        raise Refused([WAITING])
    if reasons := [] if item else not_on_an_agenda(action):
        raise Refused(reasons)
    if reasons := rule.blockers(action) + decision_is_filled(decision):
        raise Refused(reasons)
    decision.full_clean()
    decision.save()
    return decision


def confirm_decision(*, decision: Decision, by: User) -> Action:
    """Confirm a pending decision and take the action where it leads.

    Raises `Refused`, notably when `by` proposed it, or evaluated the action.
    """
    return apply_transition(decision.action, decision.kind, by=by, decision=decision)


@transaction.atomic
def cancel_decision(*, decision: Decision, by: User) -> Decision:
    """Take back a decision that nobody confirmed yet; whoever could confirm it may do so.

    Raises `Refused` when it no longer waits, or `by` has no say in it.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("action")
        .get(pk=decision.pk)
    )
    rule = rule_for(decision.action, Transition(decision.kind))
    if not decision.is_pending or rule is None:
        raise Refused([NO_LONGER_WAITS])
    if not may_cancel(decision, by):
        raise Refused([f"« {decision.get_kind_display()} » revient à {rule.who}."])
    decision.cancel()
    return decision


@transaction.atomic
def keep_reply(*, action: Action, by: User, text: str, shown: Shown) -> TypedReply:
    """Keep what `by` types in answer to an announced refusal, for them alone; return the draft.

    Left as it is when the same page sent a later state meanwhile. Raises `StaleWindow` when another
    window kept something since the page was shown, `Refused` when no reply is awaited from `by`.
    """
    notice = _awaiting_notice(action, by)
    draft, _ = TypedReply.objects.get_or_create(notice=notice, saved_by=by)
    if draft.takes(shown):
        draft.note(shown)
        draft.text = text
        draft.save()
    return draft


@transaction.atomic
def reply_to_refusal(*, action: Action, by: User, text: str, shown: Shown | None = None) -> None:
    """Keep the carrier's reply to an announced refusal, and tell the agents.

    Raises `Refused` when no refusal is announced, the fifteen days are gone, a reply
    was already given, or `by` isn't a member of the carrier; `StaleWindow` when it was typed in a
    page (`shown`) older than the draft that another one kept.
    """
    notice = _awaiting_notice(action, by)
    if not text.strip():
        raise Refused(["Écrivez votre réponse."])
    draft = notice.typed_replies.filter(saved_by=by).first()
    if draft and shown:
        draft.takes(shown)
    notice.reply, notice.replied_at = text.strip(), timezone.now()
    notice.save(update_fields=["reply", "replied_at"])
    notice.typed_replies.all().delete()
    notifications.tell_agents_of_reply(notice.action)


def _awaiting_notice(action: Action, by: User) -> RefusalNotice:
    # The action is locked: nobody replies, nor settles the refusal, meanwhile.
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    notice = action.refusal_notices.first()
    reasons = []
    if not is_carrier_member(by, action):
        reasons.append("Répondre revient à un membre de la structure porteuse.")
    elif action.status != ActionStatus.REFUSAL_ANNOUNCED or notice is None:
        reasons.append("Aucun refus n’est annoncé pour cette action.")
    elif notice.has_reply:
        reasons.append("Vous avez déjà répondu.")
    elif notice.delay_is_gone():
        reasons.append(f"Le délai de réponse est passé depuis le {long_date(notice.reply_until)}.")
    if reasons or notice is None:
        raise Refused(reasons)
    return notice
