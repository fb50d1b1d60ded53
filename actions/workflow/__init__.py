"""The only writer of `Action.status` (rules.md, section 4).

`TRANSITIONS` is the table; `apply_transition` the one function that views, admin actions,
services, imports and commands go through. It locks the action, asks every guard, writes the
status with one `ActionEvent`, and writes the mails to the outbox in the same transaction. The
database holds the same pairs by itself: a test compares both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from actions import notifications
from actions.enums import ActionStatus, Transition
from actions.models import Action, ActionEvent, Amendment, Decision, TransitionNote
from actions.rules import LEFT_TO_ANOTHER_AGENT, must_leave_to_another_agent
from actions.workflow.consequences import CONSEQUENCES
from actions.workflow.effects import origin_of
from actions.workflow.guards import Attempt
from actions.workflow.table import RULES, TRANSITIONS, Rule
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.presence import present
from ess_portal.base.refusals import Refused, refusals_in_words

__all__ = [
    "RULES",
    "TRANSITIONS",
    "Attempt",
    "Offer",
    "Rule",
    "apply_transition",
    "may_cancel",
    "may_confirm",
    "offers",
    "refusals",
    "rule_for",
    "wrong_state",
]


@dataclass(frozen=True)
class Offer:
    """A transition that somebody may try now, and what the action still lacks for it."""

    transition: Transition
    rule: Rule
    blockers: list[str]

    @property
    def consequence(self) -> str:
        """What it leads to, in words; nothing for what the carrier alone does."""
        return CONSEQUENCES.get(self.transition, "")


def rule_for(action: Action, transition: Transition | str) -> Rule | None:
    """Return the row of the table for `transition` from the action's status, or None."""
    return TRANSITIONS.get((Transition(transition), ActionStatus(action.status)))


def wrong_state(action: Action, transition: Transition) -> str:
    """Say that nothing leads from the action's state through `transition`."""
    return (
        f"L’action est à l’état « {action.get_status_display()} » : "
        f"« {transition.label} » n’est pas possible."
    )


def offers(action: Action, user: User) -> list[Offer]:
    """List the transitions that `user` may start from here, with what blocks each one."""
    return [
        Offer(transition=transition, rule=rule, blockers=rule.blockers(action))
        for (transition, source), rule in TRANSITIONS.items()
        if source == action.status and rule.may(user, action)
    ]


def may_confirm(decision: Decision, user: User) -> bool:
    """Whether `user` may be the second person of a decision that waits."""
    rule = rule_for(decision.action, decision.kind)
    return (
        rule is not None
        and decision.proposed_by_id != user.pk
        and rule.may_confirm is not None
        and rule.may_confirm(user, decision.action)
    )


def may_cancel(decision: Decision, user: User) -> bool:
    """Whether `user` may take it back: whoever could propose or confirm it."""
    rule = rule_for(decision.action, decision.kind)
    return rule is not None and any(
        predicate(user, decision.action)
        for predicate in (rule.may, rule.may_confirm)
        if predicate is not None
    )


def apply_transition(
    action: Action,
    transition: Transition | str,
    *,
    by: User,
    comment: str = "",
    details: Mapping[str, Any] | None = None,
    decision: Decision | None = None,
    entered_by: User | None = None,
) -> Action:
    """Take `action` through `transition`, or refuse with sentences.

    `by` is who does it (the second person, when the rule takes two: the first one proposed
    `decision`). `comment` is the reason, message or final report. `details` holds what
    `request_correction` needs: `fields` and `due_on`, and `abandon`: `public_reason`, which is
    published. `entered_by` is the agent who types a file
    that the carrier signed on paper.

    Raises `Refused`. On return, `action` is up to date.
    """
    attempt = Attempt(
        action=action,
        by=by,
        comment=comment,
        details=details or {},
        decision=decision,
        entered_by=entered_by,
    )
    with refusals_in_words():
        _apply(Transition(transition), attempt)
    action.refresh_from_db()
    return action


def refusals(transition: Transition, attempt: Attempt) -> list[str]:
    """Every sentence that speaks against `attempt`: state, person, conditions, needs."""
    action = attempt.action
    rule = rule_for(action, transition)
    if rule is None:
        return [wrong_state(action, transition)]
    if not _is_allowed(rule, attempt):
        if rule.is_an_agents and must_leave_to_another_agent(attempt.by, action):
            return [LEFT_TO_ANOTHER_AGENT]
        return [f"« {transition.label} » revient à {rule.who}."]
    if attempt.decision is not None and attempt.decision.kind != transition:
        return ["La décision proposée n’est pas celle-là."]
    return rule.blockers(action) + [sentence for need in rule.needs for sentence in need(attempt)]


def _is_allowed(rule: Rule, attempt: Attempt) -> bool:
    if attempt.entered_by is not None and not _may_enter(attempt):
        return False
    if attempt.decision is None:
        return rule.may(attempt.by, attempt.action)
    return (
        rule.may_confirm is not None
        and rule.may(attempt.decision.proposed_by, attempt.action)
        and rule.may_confirm(attempt.by, attempt.action)
    )


def _may_enter(attempt: Attempt) -> bool:
    return is_agent(attempt.entered_by) and attempt.action.received_on_paper is not None


def _apply(transition: Transition, attempt: Attempt) -> None:
    # The row lock makes every decision on one action wait for the one before it.
    action = Action.objects.select_for_update(of=("self",)).get(pk=attempt.action.pk)
    decision = attempt.decision and Decision.objects.select_for_update(of=("self",)).get(
        pk=attempt.decision.pk
    )
    comment = attempt.comment if decision is None else decision.reason
    attempt = replace(attempt, action=action, decision=decision, comment=comment)
    if reasons := refusals(transition, attempt):
        raise Refused(reasons)
    rule, source = present(rule_for(action, transition)), action.status
    target = rule.target or origin_of(action)
    if decision is not None:
        decision.confirm(attempt.by)
    if rule.effect is not None:
        rule.effect(attempt)
    # The event comes first: the database lets no state change without one.
    event = ActionEvent.objects.create(
        action=action,
        transition=transition,
        from_status=source,
        to_status=target,
        by=decision.proposed_by if decision else attempt.by,
        confirmed_by=attempt.by if decision else None,
        entered_by=attempt.entered_by,
    )
    action.status = target
    action.save()
    _drop_what_waited(action)
    published = transition in Transition.WITH_PUBLIC_REASON
    text, public_text = attempt.comment.strip(), attempt.public_reason if published else ""
    if text or public_text:
        TransitionNote.objects.create(event=event, text=text, public_text=public_text)
    action.refresh_from_db()
    notifications.notify(action, transition, comment=attempt.comment)


def _drop_what_waited(action: Action) -> None:
    # A decision proposed on another state of the action can't be confirmed any more, nor the
    # amendment of an action that is over.
    waiting: list[Decision | Amendment] = list(action.decisions.pending())
    if action.status not in ActionStatus.AMENDABLE:
        waiting += action.amendments.pending()
    for pending in waiting:
        pending.cancel()
