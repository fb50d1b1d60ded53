"""Drafts walk through the statuses, thousands at a time, by bulk UPDATE and past every trigger."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from actions.enums import DecisionKind
from actions.models import Action, Decision, Deliberation, Evaluation
from actors.enums import EvaluatorKind, Role
from actors.models import User
from challenges.models import Grid, Programme
from tests.benchmarks.shares import (
    Numbered,
    evaluated_by_the_reader,
    evaluations_of,
    is_below_the_floor,
    is_left_open,
    shared_out,
)

BATCH = 1000
FILED_AT = "date_trunc('day', now()) - id %% 1000 * interval '1 day'"


def evaluate_all(actions: Sequence[Numbered], evaluations: int) -> None:
    """Take drafts to their evaluations, sent but for those left open.

    `evaluations` in all are those of the evaluator who reads the pages.
    """
    keys = [action.key for action in actions]
    _submit(keys)
    _admit(keys)
    _evaluate(actions, evaluations)


def close_and_decide(actions: Sequence[Numbered]) -> None:
    """Close the evaluations that are complete, and decide; each in a transaction of its own.

    A closing and a confirmation take the time of their transaction.
    """
    complete = [action for action in actions if not is_left_open(action.number)]
    with transaction.atomic():
        _close([action.key for action in complete])
    _decide(complete)


def _submit(keys: list[int]) -> None:
    _note(keys, "submit", "draft", "submitted")
    _run(
        "UPDATE actions_action SET status = 'submitted',"
        f" submitted_at = {FILED_AT} WHERE id = ANY(%s)",
        keys,
    )


def _admit(keys: list[int]) -> None:
    grid = Grid.objects.current_for(Programme.objects.current().pk)
    _note(keys, "admit", "submitted", "in_evaluation")
    Action.objects.filter(pk__in=keys).update(status="in_evaluation", grid=grid)


def _evaluate(actions: Sequence[Numbered], in_all: int) -> None:
    evaluations = Evaluation.objects.bulk_create(_asked_for(actions, in_all))
    low = [action.key for action in actions if is_below_the_floor(action.number)]
    _run(
        "INSERT INTO actions_criterionscore (evaluation_id, criterion_id, level, no_opinion,"
        "  reason, evidence_document, evidence_page, evidence_quote)"
        " SELECT e.id, c.id, CASE WHEN c.position = 1 AND e.action_id = ANY(%s) THEN 0"
        "   ELSE 2 + (e.action_id + c.position) %% 2 END,"
        "  false, 'D’après les statuts et le budget joints au dossier.', '', '', ''"
        " FROM actions_evaluation e JOIN actions_action a ON a.id = e.action_id"
        "  JOIN challenges_criterion c ON c.grid_id = a.grid_id"
        " WHERE a.id = ANY(%s) ORDER BY e.id, c.position",
        low,
        [action.key for action in actions],
    )
    # Of those not closed, one evaluation is still to be written: the first.
    unwritten = {action.key for action in actions if is_left_open(action.number)}
    sent = []
    for evaluation in evaluations:
        if evaluation.action_id in unwritten:
            unwritten.remove(evaluation.action_id)
        else:
            sent.append(evaluation.pk)
    _send(sent)


def _asked_for(actions: Sequence[Numbered], in_all: int) -> Iterator[Evaluation]:
    people = User.objects.filter(groups__name=Role.EVALUATOR)
    reader = people.get(email="evaluator@bench.example")
    others = list(people.exclude(pk=reader.pk).order_by("pk"))
    for number, key in ((action.number, action.key) for action in actions):
        asked = [others[(number + shift) % len(others)] for shift in range(evaluations_of(number))]
        if evaluated_by_the_reader(number, in_all):
            asked[0] = reader
        for shift, person in enumerate(asked):
            yield Evaluation(
                action_id=key,
                evaluator=person,
                evaluator_kind=EvaluatorKind.values[(key + shift) % len(EvaluatorKind.values)],
                declared_at=timezone.now(),
                due_on=timezone.localdate() + timedelta(days=key % 30),
            )


def _send(keys: list[int]) -> None:
    """Send evaluations, each with what is written in it."""
    _run(
        "INSERT INTO actions_sentevaluation (evaluation_id, sent_at, scores)"
        " SELECT s.evaluation_id, now(), jsonb_agg(jsonb_build_object("
        "   'criterion', c.code, 'level', s.level, 'no_opinion', s.no_opinion,"
        "   'reason', s.reason, 'evidence_document', s.evidence_document,"
        "   'evidence_page', s.evidence_page, 'evidence_quote', s.evidence_quote"
        "  ) ORDER BY c.id)"
        " FROM actions_criterionscore s JOIN challenges_criterion c ON c.id = s.criterion_id"
        " WHERE s.evaluation_id = ANY(%s) GROUP BY s.evaluation_id ORDER BY s.evaluation_id",
        keys,
    )
    _run("UPDATE actions_evaluation SET sent_at = now() WHERE id = ANY(%s)", keys)


def _close(keys: list[int]) -> None:
    figures = (
        "quorum_reached, quorum_required, points, max_points, threshold, floor_margin,"
        " community_interest, medians"
    )
    _run(
        f"INSERT INTO actions_gateresult (action_id, closed_at, {figures})"
        f" SELECT a.id, now(), {', '.join('g.' + name.strip() for name in figures.split(','))}"
        " FROM actions_action a, LATERAL actions_gate(a.id) g WHERE a.id = ANY(%s)",
        keys,
    )
    _note(keys, "close_evaluation", "in_evaluation", "evaluated")
    columns = ", ".join(f"gate_{n.strip()} = r.{n.strip()}" for n in figures.split(","))
    _run(
        f"UPDATE actions_action a SET status = 'evaluated', gate_closed_at = now(), {columns}"
        " FROM actions_gateresult r WHERE r.action_id = a.id AND a.id = ANY(%s)",
        keys,
    )


def _decide(actions: Sequence[Numbered]) -> None:
    of_interest = Action.objects.filter(status="evaluated", gate_community_interest=True)
    keys = [action.key for action in actions]
    good = set(of_interest.filter(pk__in=keys).values_list("pk", flat=True))
    by_status = shared_out([action for action in actions if action.key in good])
    with transaction.atomic():
        _confirm(by_status["postponed"], DecisionKind.POSTPONE)
        _note(by_status["postponed"], "postpone", "evaluated", "postponed")
        Action.objects.filter(pk__in=by_status["postponed"]).update(status="postponed")
    granted = [key for s in ("prioritised", "in_progress", "completed") for key in by_status[s]]
    with transaction.atomic():
        _confirm(granted, DecisionKind.PRIORITISE, amount=Decimal(8000))
        _note(granted, "prioritise", "evaluated", "prioritised")
        _run(
            "UPDATE actions_action a SET status = 'prioritised', amount_granted = d.amount,"
            " decided_by_id = d.proposed_by_id, confirmed_by_id = d.confirmed_by_id"
            " FROM actions_decision d"
            " WHERE d.action_id = a.id AND d.kind = 'prioritise' AND a.id = ANY(%s)",
            granted,
        )
        started = by_status["in_progress"] + by_status["completed"]
        _vote(started)
        _note(started, "start", "prioritised", "in_progress")
        Action.objects.filter(pk__in=started).update(status="in_progress")
        _note(by_status["completed"], "complete", "in_progress", "completed")
        Action.objects.filter(pk__in=by_status["completed"]).update(
            status="completed", final_report="Trente familles servies chaque semaine."
        )


def _vote(keys: list[int]) -> None:
    """The council votes the grants of those that start; it has yet to vote the others."""
    agent = User.objects.get(email="agent@bench.example")
    Deliberation.objects.bulk_create(
        Deliberation(action_id=key, number="DEL-1", held_on=timezone.localdate(), recorded_by=agent)
        for key in keys
    )


def _confirm(keys: list[int], kind: DecisionKind, **columns) -> None:
    first = User.objects.get(email="committee@bench.example")
    second = User.objects.get(email="committee2@bench.example")
    decisions = Decision.objects.bulk_create(
        Decision(action_id=key, kind=kind, reason="Un motif.", proposed_by=first, **columns)
        for key in keys
    )
    Decision.objects.filter(pk__in=[d.pk for d in decisions]).update(
        confirmed_by=second, confirmed_at=timezone.now()
    )


def _note(keys: list[int], transition: str, source: str, target: str) -> None:
    """Write the events that the next change of state asks for, each a while after the submission,
    as they would have come.
    """
    author, second = "agent@bench.example", None
    if transition in DecisionKind.values:
        author, second = "committee@bench.example", "committee2@bench.example"
    person = "(SELECT id FROM actors_user WHERE email = '{}')"
    by = person.format(author)
    if transition == "submit":
        by = "(SELECT min(user_id) FROM actors_membership m WHERE m.organisation_id = a.carrier_id)"
    _run(
        "INSERT INTO actions_actionevent"
        " (action_id, transition, from_status, to_status, by_id, confirmed_by_id, at)"
        f" SELECT id, '{transition}', '{source}', '{target}', {by},"
        f"  {person.format(second) if second else 'NULL'},"
        f"  least(now(), {FILED_AT} + (SELECT count(*) FROM actions_actionevent e"
        "   WHERE e.action_id = a.id) * interval '20 days')"
        " FROM actions_action a WHERE id = ANY(%s)",
        keys,
    )


def _run(statement: str, *keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
