"""The table of rules.md, section 4: who takes an action from where to where, and when."""

from collections.abc import Callable
from dataclasses import dataclass

from actions import rules as may
from actions.enums import ActionStatus as S
from actions.enums import Transition as T  # noqa: N817 - the table reads like the rules
from actions.models import Action
from actions.workflow import effects, guards
from actions.workflow.guards import Attempt
from actors.models import User

MEMBER = "un membre de la structure porteuse"
MANAGER = "un responsable de la structure porteuse"
AGENT = "un agent"
COMMITTEE = "un membre de la commission"
TWO_MEMBERS = "deux membres de la commission, sans lien avec l’action et qui ne l’ont pas évaluée"
WHOEVER_ANNOUNCED = (
    "un agent (dossier irrecevable ou incomplet) ou un membre de la commission (dossier évalué)"
)
AGENT_THEN_MEMBER = "un agent, puis un membre de la commission, sans lien avec l’action"

DECIDABLE = tuple(S(status) for status in S.DECIDABLE)

Predicate = Callable[[User, Action], bool]


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    `target` is None when the action returns to where it was refused from. `may_confirm` is set
    when two people are needed: `may` then speaks of the one who proposes. `who` names them in
    French, for the refusals and the diagram.
    """

    transition: T
    sources: tuple[S, ...]
    target: S | None
    who: str
    may: Predicate
    may_confirm: Predicate | None = None
    conditions: tuple[Callable[[Action], list[str]], ...] = ()
    needs: tuple[Callable[[Attempt], list[str]], ...] = ()
    effect: Callable[[Attempt], None] | None = None

    @property
    def takes_two(self) -> bool:
        """Whether one person proposes and another confirms."""
        return self.may_confirm is not None

    @property
    def is_an_agents(self) -> bool:
        """Whether an agent may be the one who starts it."""
        return self.may is may.can_screen or self.may in (
            may.can_propose_reopening,
            _whoever_announced,
        )

    def targets(self, source: S) -> tuple[S, ...]:
        """Where the transition may lead from `source`."""
        if self.target is not None:
            return (self.target,)
        return tuple(S(origin) for origin in S.REFUSABLE)

    def blockers(self, action: Action) -> list[str]:
        """What the action itself lacks for this transition."""
        return [sentence for condition in self.conditions for sentence in condition(action)]


def _from_instruction(user: User, action: Action) -> bool:
    return action.refused_from in S.REFUSED_BY_AN_AGENT and bool(may.can_screen(user, action))


def _from_committee(user: User, action: Action) -> bool:
    return action.refused_from not in S.REFUSED_BY_AN_AGENT and bool(may.can_decide(user, action))


def _whoever_announced(user: User, action: Action) -> bool:
    return _from_instruction(user, action) or _from_committee(user, action)


RULES: tuple[Rule, ...] = (
    Rule(
        T.SUBMIT,
        (S.DRAFT,),
        S.SUBMITTED,
        MEMBER,
        may.can_submit,
        conditions=(guards.application_is_complete, guards.proposals_are_open),
        effect=effects.file_it,
    ),
    Rule(
        T.REQUEST_CORRECTION,
        (S.SUBMITTED,),
        S.IN_CORRECTION,
        AGENT,
        may.can_screen,
        needs=(guards.correction_is_precise,),
        effect=effects.ask_correction,
    ),
    Rule(
        T.RESUBMIT,
        (S.IN_CORRECTION,),
        S.SUBMITTED,
        MEMBER,
        may.can_submit,
        conditions=(guards.application_is_complete,),
        needs=(guards.other_changes_are_explained,),
        effect=effects.answer_correction,
    ),
    Rule(
        T.ADMIT,
        (S.SUBMITTED,),
        S.IN_EVALUATION,
        AGENT,
        may.can_screen,
        conditions=(guards.grid_is_ready,),
        effect=effects.bind_grid,
    ),
    Rule(
        T.RETURN_TO_SCREENING,
        (S.IN_EVALUATION,),
        S.SUBMITTED,
        AGENT,
        may.can_screen,
        conditions=(guards.nothing_was_sent,),
        needs=(guards.reason_is_given,),
    ),
    Rule(
        T.CLOSE_EVALUATION,
        (S.IN_EVALUATION,),
        S.EVALUATED,
        AGENT,
        may.can_screen,
        conditions=(guards.evaluations_are_in, guards.evaluators_are_independent),
        effect=effects.snapshot,
    ),
    Rule(
        T.REOPEN_EVALUATION,
        (S.EVALUATED,),
        S.IN_EVALUATION,
        AGENT_THEN_MEMBER,
        may.can_propose_reopening,
        may.can_decide,
        conditions=(guards.carrier_is_confirmed, guards.not_on_an_agenda),
        needs=(guards.decision_is_sound,),
        effect=effects.clear_snapshot,
    ),
    Rule(
        T.PRIORITISE,
        DECIDABLE,
        S.PRIORITISED,
        TWO_MEMBERS,
        may.can_decide,
        may.can_decide,
        conditions=(guards.carrier_is_confirmed, guards.gate_is_passed),
        needs=(guards.decision_is_sound, guards.opinions_are_independent),
        effect=effects.grant,
    ),
    Rule(
        T.POSTPONE,
        (S.EVALUATED,),
        S.POSTPONED,
        TWO_MEMBERS,
        may.can_decide,
        may.can_decide,
        conditions=(guards.carrier_is_confirmed,),
        needs=(guards.decision_is_sound,),
    ),
    Rule(
        T.RECONSIDER,
        (S.POSTPONED,),
        S.EVALUATED,
        AGENT,
        may.can_screen,
        needs=(guards.reason_is_given,),
    ),
    Rule(
        T.ANNOUNCE_REFUSAL,
        DECIDABLE,
        S.REFUSAL_ANNOUNCED,
        TWO_MEMBERS,
        may.can_decide,
        may.can_decide,
        conditions=(guards.carrier_is_confirmed,),
        needs=(guards.decision_is_sound,),
        effect=effects.announce_refusal,
    ),
    Rule(
        T.ANNOUNCE_REFUSAL,
        (S.SUBMITTED,),
        S.REFUSAL_ANNOUNCED,
        AGENT,
        may.can_screen,
        needs=(guards.reason_is_given,),
        effect=effects.announce_refusal,
    ),
    Rule(
        T.ANNOUNCE_REFUSAL,
        (S.IN_CORRECTION,),
        S.REFUSAL_ANNOUNCED,
        AGENT,
        may.can_screen,
        conditions=(guards.correction_is_overdue,),
        needs=(guards.reason_is_given,),
        effect=effects.announce_refusal,
    ),
    Rule(
        T.CONFIRM_REFUSAL,
        (S.REFUSAL_ANNOUNCED,),
        S.DECLINED,
        WHOEVER_ANNOUNCED,
        _whoever_announced,
        conditions=(guards.delay_or_reply,),
        needs=(guards.reply_is_answered,),
        effect=effects.settle_refusal,
    ),
    Rule(
        T.WITHDRAW_REFUSAL,
        (S.REFUSAL_ANNOUNCED,),
        None,
        WHOEVER_ANNOUNCED,
        _whoever_announced,
        conditions=(guards.carrier_replied,),
        needs=(guards.new_date_is_given,),
        effect=effects.withdraw_refusal,
    ),
    Rule(
        T.APPEAL_UPHELD,
        (S.DECLINED,),
        None,
        TWO_MEMBERS,
        may.can_decide,
        may.can_decide,
        conditions=(guards.carrier_is_confirmed,),
        needs=(guards.decision_is_sound,),
        effect=effects.uphold_appeal,
    ),
    Rule(
        T.START,
        (S.PRIORITISED,),
        S.IN_PROGRESS,
        AGENT,
        may.can_screen,
        conditions=(guards.council_has_voted,),
        effect=effects.start,
    ),
    Rule(
        T.COMPLETE,
        (S.IN_PROGRESS,),
        S.COMPLETED,
        AGENT,
        may.can_screen,
        needs=(guards.final_report_is_given,),
        effect=effects.save_final_report,
    ),
    Rule(
        T.ABANDON,
        (S.PRIORITISED, S.IN_PROGRESS),
        S.ABANDONED,
        AGENT,
        may.can_screen,
        needs=(guards.reason_is_given, guards.public_reason_is_given),
    ),
    Rule(
        T.WITHDRAW,
        (S.DRAFT, S.SUBMITTED, S.IN_CORRECTION, S.IN_EVALUATION, S.EVALUATED, S.POSTPONED),
        S.WITHDRAWN,
        MANAGER,
        may.can_withdraw,
    ),
)

TRANSITIONS: dict[tuple[T, S], Rule] = {
    (rule.transition, S(source)): rule for rule in RULES for source in rule.sources
}
