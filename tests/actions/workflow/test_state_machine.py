"""Any walk through the workflow, by anybody, in any order, leaves the actions in order.

Hypothesis plays people who try things; what is refused leaves no trace, and after each step the
invariants of rules.md hold on the rows.
"""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.enums import ALLOWED_TRANSITIONS, ActionStatus, DecisionKind, Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import (
    Score,
    declare_no_interest,
    recuse,
    save_evaluation,
    take_back_evaluation,
)
from actions.management.commands.recount import recounted
from actions.models import Action, Decision
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actions.proposals.services.applications import save_proposal
from actions.workflow import apply_transition, offers
from actions.workflow.effects import compute_gate
from actors.enums import Role
from ess_portal.base.refusals import Refused
from ess_portal.base.windows import Shown
from tests.plugins.database import as_owner
from tests.support.counted import differences
from tests.support.factories import (
    REASON,
    OrganisationFactory,
    Story,
    content,
    fresh,
    member,
    person,
)

pytestmark = pytest.mark.slow

PEOPLE = ("manager", "agent", "first evaluator", "second evaluator", "third", "first", "second")
# A decision carries what its kind needs, so that walks get far; guards have tests of their own.
MOTIVE = {"reason": "Un motif.", "amount": 5000}
levels = st.tuples(*[st.sampled_from((2, 3, 1, 2, None, 0))] * 4)
# Most walks are to reach the committee: unanimous good levels come often.
opinions = st.one_of(st.sampled_from(((2, 2, 2, 2), (3, 2, 3, 2), (1, 1, 1, 1))), levels)


# Where a walk sets out from: from a draft alone, it would seldom reach the committee.
PLACES = ("draft", "in_evaluation", "scored", "evaluated", "postponed", "prioritised", "declined")
places = st.sampled_from(PLACES)


class Cast(Story):
    """A story with the walk's own people."""

    def __init__(self, walk: "Walk"):
        self.carrier, self.manager = walk.carrier, walk.people["manager"]
        self.agent, self.evaluators = walk.people["agent"], walk.evaluators
        self.members, self.evaluations = [walk.people["first"], walk.people["second"]], []
        self.action, _ = save_proposal(key=uuid.uuid4(), by=fresh(self.manager), content=walk.file)


class Walk(RuleBasedStateMachine):
    """A few actions of one carrier, and the people around them."""

    @initialize(place=places)
    def begin(self, place):
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.carrier = OrganisationFactory()
        self.people = {
            "manager": member(self.carrier),
            "agent": person(Role.AGENT),
            # One who both evaluates and sits in the committee: never on the same action.
            "first evaluator": person(Role.EVALUATOR, Role.COMMITTEE),
            "second evaluator": person(Role.EVALUATOR),
            "third": person(Role.EVALUATOR),
            "first": person(Role.COMMITTEE),
            "second": person(Role.COMMITTEE),
        }
        self.evaluators = [self.people[name] for name in PEOPLE[2:5]]
        self.file = content(carrier=self.carrier)
        self.actions = []
        self.propose(place)

    def teardown(self):
        if hasattr(self, "savepoint"):
            self.what_is_counted_in_advance_is_exact()
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def what_is_counted_in_advance_is_exact(self) -> None:
        assert differences() == []
        with as_owner():
            assert recounted() == []

    def attempt(self, step) -> None:
        """Try something; when it's refused, nothing of it stays."""
        before = self.rows()
        try:
            step()
        except Refused:
            assert self.rows() == before

    def rows(self) -> tuple:
        return (
            list(Action.objects.order_by("pk").values_list("pk", "status", "reference")),
            list(Decision.objects.order_by("pk").values_list("confirmed_at", "cancelled_at")),
        )

    def pick(self, data) -> Action:
        return Action.objects.get(pk=data.draw(st.sampled_from(self.actions), label="action"))

    def user(self, data):
        return fresh(self.people[data.draw(st.sampled_from(PEOPLE), label="who")])

    # --- What people try

    @precondition(lambda self: len(self.actions) < 3)
    @rule(place=places)
    def propose(self, place):
        self.actions.append(getattr(Cast(self), place)().action.pk)

    @rule(data=st.data(), transition=st.sampled_from(Transition))
    def try_any_transition(self, data, transition):
        action, user = self.pick(data), self.user(data)
        self.attempt(lambda: apply_transition(action, transition, by=user, comment="Un motif."))

    @rule(data=st.data())
    def take_what_is_offered(self, data):
        action = self.pick(data)
        offered = [
            (user, offer.transition)
            for user in map(fresh, self.people.values())
            for offer in offers(action, user)
            if not offer.rule.takes_two and offer.transition != Transition.WITHDRAW
        ]
        if offered:
            user, transition = data.draw(st.sampled_from(offered), label="offer")
            details = {"fields": ["title"], "due_on": timezone.localdate() + timedelta(days=1)}
            self.attempt(
                lambda: apply_transition(
                    action, transition, by=user, comment="Un motif.", details=details
                )
            )

    @rule(data=st.data(), number=st.integers(1, 3))
    def assign(self, data, number):
        action = self.pick(data)
        self.attempt(
            lambda: assign_evaluators(
                action=action,
                evaluators=self.evaluators[-number:],
                due_on=timezone.localdate(),
                by=fresh(self.people["agent"]),
            )
        )

    @rule(data=st.data(), answers=opinions, send=st.booleans())
    def evaluate(self, data, answers, send):
        action = self.pick(data)
        if evaluations := list(action.evaluations.order_by("pk")):
            self.write(data.draw(st.sampled_from(evaluations)), answers, send=send)

    @rule(data=st.data(), answers=opinions)
    def evaluate_whole(self, data, answers):
        """Everybody assigned says the same: the quick way to a result."""
        action = self.pick(data)
        for evaluation in action.evaluations.order_by("pk"):
            self.write(evaluation, answers, send=True)

    def write(self, evaluation, answers, *, send):
        self.attempt(
            lambda: declare_no_interest(evaluation=evaluation, by=fresh(evaluation.evaluator))
        )
        criteria = evaluation.action.grid.criteria.order_by("position")
        scores = {
            criterion.pk: Score(level=level, no_opinion=level is None, reason=REASON)
            for criterion, level in zip(criteria, answers, strict=True)
        }
        self.attempt(
            lambda: save_evaluation(
                evaluation=evaluation,
                by=fresh(evaluation.evaluator),
                shown=Shown(edition=evaluation.edition),
                scores=scores,
                send=send,
            )
        )

    @rule(data=st.data())
    def take_back(self, data):
        action = self.pick(data)
        if evaluation := action.evaluations.filter(sent_at__isnull=False).first():
            self.attempt(
                lambda: take_back_evaluation(evaluation=evaluation, by=fresh(evaluation.evaluator))
            )

    @rule(data=st.data())
    def step_back(self, data):
        action, user = self.pick(data), self.user(data)
        self.attempt(lambda: recuse(action=action, user=user, by=user, reason="Un lien."))

    @rule(data=st.data(), kind=st.sampled_from(DecisionKind))
    def propose_any_decision(self, data, kind):
        action, user = self.pick(data), self.user(data)
        self.attempt(
            lambda: propose_decision(
                action=action, kind=kind, by=user, appeal_on=timezone.localdate(), **MOTIVE
            )
        )

    @rule(data=st.data())
    def decide(self, data):
        """The two members decide something that is possible, if anything is."""
        action, first, second = self.pick(data), self.people["first"], self.people["second"]
        kinds = [
            offer.transition.value
            for offer in offers(action, fresh(first))
            if offer.rule.takes_two and not offer.blockers
        ]
        if kinds and not action.decisions.pending().exists():
            kind = data.draw(st.sampled_from(kinds), label="kind")
            decision = propose_decision(
                action=action,
                kind=kind,
                by=fresh(first),
                appeal_on=timezone.localdate(),
                **MOTIVE,
            )
            # The second one may have stepped aside since.
            self.attempt(lambda: confirm_decision(decision=decision, by=fresh(second)))

    @rule(data=st.data())
    def confirm_or_cancel(self, data):
        if decision := Decision.objects.pending().first():
            user = self.user(data)
            settle = data.draw(st.sampled_from((confirm_decision, cancel_decision)))
            self.attempt(lambda: settle(decision=decision, by=user))

    @rule(data=st.data())
    def reply(self, data):
        action, user = self.pick(data), self.user(data)
        self.attempt(lambda: reply_to_refusal(action=action, by=user, text="Nous répondons."))

    # --- What holds after each step

    @invariant()
    def events_are_a_chain_of_allowed_pairs(self):
        for action in Action.objects.all():
            pairs = list(action.events.order_by("pk").values_list("from_status", "to_status"))
            chain = ["draft", *[target for _, target in pairs]]
            assert [source for source, _ in pairs] == chain[:-1]
            assert chain[-1] == action.status
            assert set(pairs) <= ALLOWED_TRANSITIONS

    @invariant()
    def a_snapshot_is_there_when_it_should_be_and_true(self):
        for action in Action.objects.all():
            last = action.events.order_by("pk").last()
            origin = {
                ActionStatus.REFUSAL_ANNOUNCED: action.refused_from,
                ActionStatus.DECLINED: action.refused_from,
                ActionStatus.WITHDRAWN: last and last.from_status,
            }.get(action.status, action.status)
            present = {getattr(action, column) is not None for column in SNAPSHOT_COLUMNS}
            assert present == {origin in ActionStatus.GATED}
            if action.gate_closed_at is not None:
                assert action.gate_outcome == compute_gate(action)
                assert action.gate_community_interest is action.gate_outcome.community_interest
                assert (action.blockers() == []) is action.gate_community_interest

    @invariant()
    def what_is_granted_is_of_community_interest(self):
        for action in Action.objects.filter(status__in=ActionStatus.GRANTED):
            assert compute_gate(action).community_interest is True
            deciders = {action.decided_by_id, action.confirmed_by_id}
            assert len(deciders - {None}) == 2
            assert deciders.isdisjoint(action.evaluations.values_list("evaluator", flat=True))
            assert action.amount_granted == 5000

    @invariant()
    def references_follow_each_other(self):
        numbers = Action.objects.filter(reference__isnull=False).order_by("reference")
        assert [action.reference[-4:] for action in numbers] == [
            f"{number:04d}" for number in range(1, len(numbers) + 1)
        ]

    @invariant()
    def one_decision_waits_at_most_and_only_where_it_can_be_taken(self):
        for decision in Decision.objects.pending().select_related("action"):
            assert decision.action.status in (*ActionStatus.DECIDABLE, ActionStatus.DECLINED)
            assert decision.action.decisions.pending().count() == 1


def walk(*, examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=[Phase.generate],  # shrinking a walk takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_any_walk():
    walk(examples=6, steps=25)


@pytest.mark.django_db
def test_many_walks():
    walk(examples=60, steps=40)
