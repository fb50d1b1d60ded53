"""What must not be done to an action, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from actions.models import (
    Action,
    ActionEvent,
    CriterionScore,
    Evaluation,
    GateResult,
    Recusal,
    SelfAssessment,
    SentEvaluation,
)
from actors.models import Membership
from tests.support.factories import BELOW_FLOOR, REASON, Story
from tests.support.guarantee_steps import (
    amend,
    append_result,
    assign,
    closing_columns,
    confirm,
    grant,
    granted_columns,
    move,
    other_grid,
    propose,
    scores_of,
)
from tests.support.refusals import by_sql, delete

A_DAY = "2026-03-01T08:00:00Z"


@dataclass(frozen=True)
class Attempt:
    """Something that must not be done to an action which reached `status`."""

    status: str
    act: Callable[[Story], object]
    levels: tuple = ()
    behind: tuple[str, ...] = ()

    def story(self) -> Story:
        steps = getattr(Story(), self.status)
        return steps(self.levels) if self.levels else steps()


def change(**columns) -> Callable[[Story], None]:
    """Change columns of the action."""
    return lambda story: by_sql(story.action, **columns)


def evaluation_of(story: Story) -> Evaluation:
    return story.evaluations[0]


def score_of(story: Story) -> CriterionScore:
    return evaluation_of(story).scores.order_by("criterion__position").first()


def first_criterion(story: Story):
    return story.action.grid.criteria.order_by("position").first()


def write_score(story: Story, **columns) -> CriterionScore:
    """Write a score, in the first evaluation unless another is given."""
    columns.setdefault("evaluation", evaluation_of(story))
    columns = {"level": 2, "reason": REASON, "criterion": first_criterion(story)} | columns
    return CriterionScore.objects.create(**columns)


def join_the_carrier(story: Story, user) -> None:
    Membership.objects.create(user=user, organisation=story.carrier)


def recuse(story: Story, user, by=None) -> Recusal:
    return Recusal.objects.create(
        action=story.action, user=user, declared_by=by or story.agent, reason="Un lien."
    )


def twice(step: Callable[[Story], object]) -> Callable[[Story], None]:
    """The same step, two times."""

    def act(story: Story) -> None:
        step(story)
        step(story)

    return act


# --- Steps too long for a line of the table -----------------------------------------------------


def admit_with_another_grid(story: Story) -> None:
    by_sql(story.action, status="in_evaluation", grid_id=other_grid(story).pk)


def admit_with_three_criteria(story: Story) -> None:
    grid = other_grid(story, criteria=3, is_current=True)
    by_sql(story.action, status="in_evaluation", grid_id=grid.pk)


def close_with_a_linked_evaluator(story: Story) -> None:
    join_the_carrier(story, story.evaluators[0])
    append_result(story)
    by_sql(story.action, **closing_columns(story))


def confirm_ones_own_proposal(story: Story) -> None:
    confirm(propose(story), story.members[0])


def propose_as_a_member_of_the_carrier(story: Story) -> None:
    join_the_carrier(story, story.members[0])
    propose(story)


def evaluate_for_ones_own_organisation(story: Story) -> None:
    join_the_carrier(story, story.members[0])
    assign(story, story.members[0])


def evaluate_after_recusing_oneself(story: Story) -> None:
    recuse(story, story.members[0])
    assign(story, story.members[0])


def evaluate_twice(story: Story) -> None:
    assign(story, story.evaluators[0])


def write_too_late(story: Story) -> None:
    move(story.action, "withdrawn", story.manager)
    write_score(story)


def send_without_writing_it_in_the_history(story: Story) -> None:
    for criterion in story.action.grid.criteria.all():
        write_score(story, criterion=criterion)
    by_sql(evaluation_of(story), sent_at=A_DAY)


def send_without_declaring_anything(story: Story) -> None:
    for criterion in story.action.grid.criteria.all():
        write_score(story, criterion=criterion)
    scores = scores_of(evaluation_of(story))
    SentEvaluation.objects.create(evaluation=evaluation_of(story), sent_at=A_DAY, scores=scores)
    by_sql(evaluation_of(story), sent_at=A_DAY)


def copy_the_last_result(story: Story) -> None:
    result = GateResult.objects.get(action=story.action)
    result.pk = None
    result.save()


def confirm_ones_own_amendment(story: Story) -> None:
    confirm(amend(story), story.members[0])


def amend_as_a_member_of_the_carrier(story: Story) -> None:
    join_the_carrier(story, story.members[0])
    amend(story)


ATTEMPTS: dict[str, Attempt] = {
    # --- Action: constraints
    "actions_action_known_status": Attempt(
        "submitted",
        change(status="lost"),
        behind=("actions_action_status_pair_is_in_the_table",),
    ),
    "actions_action_reference_fits_status": Attempt(
        "draft", lambda story: Action.objects.create(title="Titre", reference="ESS-2026-0001")
    ),
    "actions_action_filed_has_title": Attempt("submitted", change(title="")),
    "actions_action_filed_has_carrier_and_measure": Attempt(
        "submitted",
        change(carrier_id=None),
        behind=("actions_action_carrier_is_kept",),
    ),
    "actions_action_snapshot_is_whole": Attempt(
        "withdrawn", change(gate_points=5), behind=("actions_action_snapshot_is_kept",)
    ),
    "actions_action_evaluated_has_snapshot": Attempt(
        "scored", change(status="evaluated"), behind=("actions_action_snapshot_is_true",)
    ),
    "actions_action_not_evaluated_has_no_snapshot": Attempt(
        "evaluated",
        change(status="in_evaluation"),
        behind=("actions_action_reopening_clears_snapshot",),
    ),
    "actions_action_admitted_has_grid": Attempt("submitted", change(status="in_evaluation")),
    "actions_action_granted_is_of_community_interest": Attempt(
        "evaluated", grant, levels=BELOW_FLOOR
    ),
    "actions_action_refusal_keeps_origin": Attempt("refusal_announced", change(status="evaluated")),
    "actions_action_dates_in_order": Attempt(
        "draft", change(starts_on="2026-02-01", ends_on="2026-01-31")
    ),
    "actions_action_amounts_not_negative": Attempt("draft", change(total_cost=-1)),
    # --- Action: triggers
    "actions_action_inserted_as_draft_or_recorded": Attempt(
        "draft", lambda story: Action.objects.create(title="Titre", status="withdrawn")
    ),
    "actions_action_inserted_without_result": Attempt(
        "draft", lambda story: Action.objects.create(title="Titre", amount_granted=Decimal(5000))
    ),
    "actions_action_status_pair_is_in_the_table": Attempt("withdrawn", change(status="declined")),
    "actions_action_refusal_returns_to_origin": Attempt(
        "refusal_announced", change(status="postponed", refused_from="")
    ),
    "actions_action_reference_is_kept": Attempt("submitted", change(reference="ESS-2026-0099")),
    "actions_action_grid_is_bound_once": Attempt(
        "in_evaluation", lambda story: by_sql(story.action, grid_id=other_grid(story).pk)
    ),
    "actions_action_grid_is_the_current_one": Attempt("submitted", admit_with_another_grid),
    "actions_action_grid_has_four_criteria": Attempt("submitted", admit_with_three_criteria),
    "actions_action_no_linked_evaluator": Attempt(
        "scored",
        close_with_a_linked_evaluator,
        behind=("actions_belonging_behind_no_evaluation",),
    ),
    "actions_action_snapshot_is_true": Attempt("scored", change(status="evaluated")),
    "actions_action_reopening_clears_snapshot": Attempt(
        "evaluated", change(status="in_evaluation")
    ),
    "actions_action_snapshot_is_kept": Attempt("evaluated", change(gate_points=12)),
    "actions_action_granting_is_decided_by_two": Attempt(
        "evaluated", lambda story: by_sql(story.action, **granted_columns(story))
    ),
    "actions_action_granting_is_kept": Attempt("prioritised", change(amount_granted=9000)),
    "actions_action_start_is_kept": Attempt("in_progress", change(started_at=A_DAY)),
    "actions_action_key_is_kept": Attempt("draft", change(id=-1)),
    "actions_action_only_drafts_are_deleted": Attempt(
        "withdrawn", lambda story: delete(story.action)
    ),
    # --- Self-assessment
    "actions_selfassessment_once_per_criterion": Attempt(
        "draft",
        lambda story: SelfAssessment.objects.create(
            action=story.action, criterion_code="employment", level=1
        ),
    ),
    "actions_selfassessment_level_in_range": Attempt(
        "draft", lambda story: by_sql(story.action.self_assessments.first(), level=4)
    ),
    # --- Evaluation
    "actions_evaluation_once_per_round": Attempt("in_evaluation", evaluate_twice),
    "actions_evaluation_known_round": Attempt(
        "in_evaluation",
        lambda story: assign(story, story.members[0], round="third"),
        behind=("actions_evaluation_written_while_open",),
    ),
    "actions_evaluation_known_evaluator_kind": Attempt(
        "in_evaluation", lambda story: by_sql(evaluation_of(story), evaluator_kind="lobbyist")
    ),
    "actions_evaluation_written_while_open": Attempt(
        "submitted", lambda story: assign(story, story.evaluators[0])
    ),
    "actions_evaluation_sent_is_kept": Attempt(
        "scored", lambda story: delete(evaluation_of(story))
    ),
    "actions_evaluation_keeps_its_author": Attempt(
        "in_evaluation",
        lambda story: by_sql(evaluation_of(story), evaluator_id=story.members[0].pk),
    ),
    "actions_evaluation_by_somebody_independent": Attempt(
        "in_evaluation", evaluate_for_ones_own_organisation
    ),
    "actions_evaluation_not_after_recusal": Attempt(
        "in_evaluation", evaluate_after_recusing_oneself
    ),
    "actions_evaluation_sent_keeps_its_date": Attempt(
        "scored", lambda story: by_sql(evaluation_of(story), sent_at=A_DAY)
    ),
    "actions_evaluation_sent_whole": Attempt(
        "in_evaluation", lambda story: by_sql(evaluation_of(story), sent_at=A_DAY)
    ),
    "actions_evaluation_sent_is_in_history": Attempt(
        "in_evaluation", send_without_writing_it_in_the_history
    ),
    "actions_evaluation_sent_after_declaration": Attempt(
        "in_evaluation", send_without_declaring_anything
    ),
    "actions_evaluation_declaration_is_kept": Attempt(
        "scored", lambda story: by_sql(evaluation_of(story), declared_at=A_DAY)
    ),
    # --- Scores
    "actions_criterionscore_once_per_criterion": Attempt("in_evaluation", twice(write_score)),
    "actions_criterionscore_level_in_range": Attempt(
        "in_evaluation", lambda story: write_score(story, level=4)
    ),
    "actions_criterionscore_keeps_its_place": Attempt(
        "scored",
        lambda story: by_sql(score_of(story), evaluation_id=story.evaluations[1].pk),
    ),
    "actions_criterionscore_sent_is_kept": Attempt(
        "scored", lambda story: by_sql(score_of(story), level=3)
    ),
    "actions_criterionscore_written_while_open": Attempt("in_evaluation", write_too_late),
    "actions_criterionscore_of_the_bound_grid": Attempt(
        "in_evaluation",
        lambda story: write_score(story, criterion=other_grid(story).criteria.first()),
    ),
    # --- History
    "actions_sentevaluation_append_only": Attempt(
        "scored", lambda story: delete(SentEvaluation.objects.first())
    ),
    "actions_actionevent_append_only": Attempt(
        "submitted", lambda story: delete(story.action.events.get())
    ),
    "actions_actionevent_known_transition": Attempt(
        "draft",
        lambda story: ActionEvent.objects.create(
            action=story.action,
            by=story.manager,
            transition="leap",
            from_status="draft",
            to_status="submitted",
        ),
        behind=("actions_actionevent_tells_a_step",),
    ),
    # --- Recusals
    "actions_recusal_once_per_action": Attempt(
        "in_evaluation", twice(lambda story: recuse(story, story.evaluators[0]))
    ),
    "actions_recusal_is_kept": Attempt(
        "in_evaluation", lambda story: delete(recuse(story, story.evaluators[0]))
    ),
    "actions_recusal_declared_while_open": Attempt(
        "evaluated", lambda story: recuse(story, story.evaluators[0])
    ),
    # --- Results
    "actions_gateresult_append_only": Attempt(
        "evaluated", lambda story: delete(story.action.gate_results.get())
    ),
    "actions_gateresult_true_to_the_rows": Attempt(
        "scored", lambda story: append_result(story, points=12)
    ),
    "actions_gateresult_written_by_a_closing": Attempt("evaluated", copy_the_last_result),
    # --- Decisions
    "actions_decision_one_pending": Attempt("evaluated", twice(propose)),
    "actions_decision_known_kind": Attempt(
        "evaluated",
        lambda story: propose(story, "donate"),
        behind=("actions_decision_from_the_right_state",),
    ),
    "actions_decision_confirmed_by_another": Attempt("evaluated", confirm_ones_own_proposal),
    "actions_decision_granting_has_amount": Attempt(
        "evaluated", lambda story: propose(story, amount=None)
    ),
    "actions_decision_is_kept": Attempt("evaluated", lambda story: delete(propose(story))),
    "actions_decision_starts_pending": Attempt(
        "evaluated",
        lambda story: propose(story, confirmed_by=story.members[1], confirmed_at=A_DAY),
    ),
    "actions_decision_by_the_right_role": Attempt(
        "evaluated", lambda story: propose(story, proposed_by=story.agent)
    ),
    "actions_decision_by_somebody_independent": Attempt(
        "evaluated", propose_as_a_member_of_the_carrier
    ),
    # --- Amendments
    "actions_action_terms_are_kept": Attempt("prioritised", change(ends_on="2050-01-01")),
    "actions_amendment_one_pending": Attempt("prioritised", twice(amend)),
    "actions_amendment_confirmed_by_another": Attempt("prioritised", confirm_ones_own_amendment),
    "actions_amendment_changes_something": Attempt(
        "prioritised", lambda story: amend(story, new_amount=None)
    ),
    "actions_amendment_grants_something": Attempt(
        "prioritised", lambda story: amend(story, new_amount=0)
    ),
    "actions_amendment_dates_in_order": Attempt(
        "prioritised", lambda story: amend(story, new_ends_on="2020-01-01")
    ),
    "actions_amendment_is_kept": Attempt("prioritised", lambda story: delete(amend(story))),
    "actions_amendment_starts_pending": Attempt(
        "prioritised", lambda story: amend(story, confirmed_by=story.members[1], confirmed_at=A_DAY)
    ),
    "actions_amendment_has_reason": Attempt("prioritised", lambda story: amend(story, reason=" ")),
    "actions_amendment_while_under_way": Attempt("completed", amend),
    "actions_amendment_starts_from_the_present": Attempt(
        "prioritised", lambda story: amend(story, old_amount=Decimal(9000))
    ),
    "actions_amendment_by_the_right_role": Attempt(
        "prioritised", lambda story: amend(story, proposed_by=story.agent)
    ),
    "actions_amendment_by_somebody_independent": Attempt(
        "prioritised",
        amend_as_a_member_of_the_carrier,
        behind=("actions_belonging_behind_no_decision",),
    ),
}
