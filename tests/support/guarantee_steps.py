"""Raw steps that the tests of the guarantees share: what somebody with SQL in hand would write."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from actions.enums import STEPS, ActionStatus, DecisionKind
from actions.models import (
    Action,
    ActionEvent,
    Amendment,
    CorrectionRequest,
    Decision,
    Evaluation,
    GateResult,
    SentEvaluation,
)
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actions.proposals.services.recorded_actions import load_recorded_action
from actors.models import Membership
from challenges.models import Criterion, Grid
from tests.support.factories import Story, story_in
from tests.support.refusals import (
    by_sql,
    execute,
    holder_of,
)

RECORDED = {
    "reference": "ANT-0001",
    "title": "Une ressourcerie",
    "description": "Connue d’avant le portail.",
    "sources": ["Rapport d’activité 2015"],
}

# The figures of a closing, as columns of `GateResult`; the action's have a prefix.
FIGURES = tuple(
    column.removeprefix("gate_") for column in SNAPSHOT_COLUMNS if column != "gate_closed_at"
)


def action_in(status: str) -> Action:
    """An action that reached `status` through the portal."""
    if status == ActionStatus.RECORDED:
        return load_recorded_action(RECORDED)
    return story_in(status).action


def propose(story: Story, kind=DecisionKind.PRIORITISE, **columns) -> Decision:
    """Write a decision proposed by the first member of the committee, without any check."""
    columns.setdefault("amount", Decimal(5000) if kind == DecisionKind.PRIORITISE else None)
    columns.setdefault("proposed_by", story.members[0])
    columns.setdefault("reason", "Un motif.")
    columns.setdefault("action_id", story.action.pk)
    return Decision.objects.create(kind=kind, **columns)


def confirm(decision: Decision, member, change=by_sql) -> None:
    """Write that `member` confirms; the database dates it."""
    change(decision, confirmed_by_id=member.pk, confirmed_at="2026-01-01T00:00:00Z")


def amend(story: Story, **columns) -> Amendment:
    """Write an amendment, to 4,000 €, proposed by the first member, without any check."""
    action = Action.objects.get(pk=story.action.pk)
    columns = {
        "new_amount": Decimal(4000),
        "old_amount": action.amount_granted or Decimal(5000),
        "old_starts_on": action.starts_on,
        "old_ends_on": action.ends_on,
        "old_carrier_id": action.carrier_id,
        "proposed_by": story.members[0],
        "reason": "Un motif.",
    } | columns
    return Amendment.objects.create(action=action, **columns)


def tell(action: Action, status: str, by, confirmed_by=None, **columns) -> ActionEvent:
    """Write the event of a step to `status`, from the state that the action has."""
    before = Action.objects.values_list("status", flat=True).get(pk=action.pk)
    [transition] = [step for step, source, target in STEPS if (source, target) == (before, status)]
    columns = {"transition": transition, "from_status": before, "to_status": status} | columns
    return ActionEvent.objects.create(action=action, by=by, confirmed_by=confirmed_by, **columns)


def tell_by_two(story: Story, status: str) -> ActionEvent:
    """Write the event of a step to `status` that the two members took."""
    return tell(story.action, status, story.members[0], story.members[1])


def move(action: Action, status: str, by, change=by_sql, **columns) -> None:
    """Take the action to `status` by raw writes, its event first."""
    tell(action, status, by)
    change(action, status=status, **columns)


def hand_back(story: Story, by) -> None:
    """Give the filed action back to its carrier by raw writes, with what is to be corrected."""
    due_on = timezone.localdate() + timedelta(days=5)
    CorrectionRequest.objects.create(
        action=story.action, fields=["summary"], due_on=due_on, requested_by=by
    )
    move(story.action, "in_correction", by)


def granted_columns(story: Story, **others) -> dict:
    """What an action says once the two members granted it 5,000 €."""
    return {
        "status": "prioritised",
        "decided_by_id": story.members[0].pk,
        "confirmed_by_id": story.members[1].pk,
        "amount_granted": Decimal(5000),
    } | others


def grant(story: Story, change=by_sql, **others) -> None:
    """Propose, confirm and grant, by raw writes only."""
    confirm(propose(story), story.members[1])
    tell_by_two(story, "prioritised")
    change(story.action, **granted_columns(story, **others))


def true_figures(story: Story) -> dict:
    """The figures that the rows of the action give now."""
    [row] = execute(f"SELECT {', '.join(FIGURES)} FROM actions_gate(%s)", story.action.pk)
    return dict(zip(FIGURES, row, strict=True))


def append_result(story: Story, **forged) -> GateResult:
    """Append the result of a closing, with some figures replaced."""
    return GateResult.objects.create(
        action=story.action,
        closed_at="2026-01-01T00:00:00Z",
        **true_figures(story) | forged,
    )


def closing_columns(story: Story, **forged) -> dict:
    """What an action says once its evaluation is closed, with some columns replaced."""
    figures = {f"gate_{name}": value for name, value in true_figures(story).items()}
    [[now]] = execute("SELECT now()")
    return {"status": "evaluated", "gate_closed_at": now} | figures | forged


def close(story: Story, change=by_sql, **forged) -> None:
    """Append the true result and close, by raw writes only, with some columns replaced."""
    append_result(story)
    tell(story.action, "evaluated", story.agent)
    change(story.action, **closing_columns(story, **forged))


def reopen(story: Story, change=by_sql, **kept) -> None:
    """Reopen by raw writes, decided by two, clearing the snapshot but for `kept`."""
    decision = propose(story, DecisionKind.REOPEN_EVALUATION, proposed_by=story.agent)
    confirm(decision, story.members[1])
    tell(story.action, "in_evaluation", story.agent, story.members[1])
    cleared = dict.fromkeys(SNAPSHOT_COLUMNS, None)
    change(story.action, **{"status": "in_evaluation"} | cleared | kept)


def other_grid(story: Story, *, criteria: int = 4, is_current: bool = False) -> Grid:
    """Another version of the grid of the story's programme, instead of the current one or not."""
    programme = story.action.programme
    if is_current:
        programme.grids.update(is_current=False)
    version = programme.grids.count() + 1
    grid = Grid.objects.create(programme=programme, version=version, is_current=is_current)
    for position in range(1, criteria + 1):
        add_criterion(grid, position=position)
    return grid


def add_criterion(grid: Grid, *, position: int, **columns) -> Criterion:
    """Add a criterion to a grid."""
    columns.setdefault("code", f"critere_{position}")
    columns.setdefault("title", f"Critère {position}")
    return Criterion.objects.create(grid=grid, position=position, **columns)


def assign(story: Story, evaluator, **columns) -> Evaluation:
    """Give an evaluation to somebody, without any check."""
    columns.setdefault("due_on", date(2030, 1, 1))
    return Evaluation.objects.create(action=story.action, evaluator=evaluator, **columns)


def scores_of(evaluation) -> list[dict]:
    """What a sending says of the scores."""
    return [
        {
            "criterion": score.criterion.code,
            "level": score.level,
            "no_opinion": score.no_opinion,
            "reason": score.reason,
            "evidence_document": score.evidence_document,
            "evidence_page": score.evidence_page,
            "evidence_quote": score.evidence_quote,
        }
        for score in evaluation.scores.select_related("criterion").order_by("criterion_id")
    ]


def send(evaluation: Evaluation) -> None:
    """Send an evaluation by raw writes, in its history first."""
    at = "2026-03-01T08:00:00Z"
    scores = scores_of(evaluation)
    SentEvaluation.objects.create(evaluation=evaluation, sent_at=at, scores=scores)
    by_sql(evaluation, declared_at=at, sent_at=at)


def joins_the_carrier(story, user):
    Membership.objects.create(user=user, organisation=story.carrier)


def joins_a_partner(story, user):
    Membership.objects.create(user=user, organisation=story.action.partners.get())


def behind_everything(joins):
    """The same step, in a database that lets people join behind what they decide and evaluate."""

    def step(story, user):
        holder_of("actions_belonging_behind_no_decision").drop()
        joins(story, user)

    return step


def a_transaction_later() -> None:
    """Have people join as in another transaction than the one in which they acted."""
    holder_of("actions_belonging_behind_no_act").drop()


def leaves_the_committee(story, user):
    user.groups.clear()


def is_deactivated(story, user):
    type(user).objects.filter(pk=user.pk).update(is_active=False)
