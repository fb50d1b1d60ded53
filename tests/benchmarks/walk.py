"""Drafts walk through the statuses, thousands at a time, by bulk UPDATE and past every trigger."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from actions.enums import DecisionKind
from actions.models import Action, Decision, Deliberation, Evaluation, SentEvaluation
from actors.enums import EvaluatorKind, Role
from actors.models import User
from challenges.models import Grid, Programme

BATCH = 1000
FILED_AT = "date_trunc('day', now()) - id %% 1000 * interval '1 day'"
EVALUATIONS_EACH = 3
# Of a hundred admitted actions that are of community interest, how many go how far.
SHARES = (("prioritised", 30), ("in_progress", 20), ("completed", 15), ("postponed", 15))


def evaluate_all(keys: list[int]) -> None:
    """Take drafts to their evaluations, sent but for those left open."""
    _submit(keys)
    _admit(keys)
    _evaluate(keys)


def close_and_decide(keys: list[int]) -> None:
    """Close the evaluations that are complete, and decide; each in a transaction of its own.

    A closing and a confirmation take the time of their transaction.
    """
    with transaction.atomic():
        still_open = _left_open(keys)
        _close([key for key in keys if key not in still_open])
    _decide(keys)


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


def _evaluate(keys: list[int]) -> None:
    evaluators = list(User.objects.filter(groups__name=Role.EVALUATOR).order_by("pk"))
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(
            action_id=key,
            evaluator=evaluators[(key + shift) % len(evaluators)],
            evaluator_kind=EvaluatorKind.values[(key + shift) % len(EvaluatorKind.values)],
            declared_at=timezone.now(),
            due_on=timezone.localdate() + timedelta(days=key % 30),
        )
        for key in keys
        for shift in range(EVALUATIONS_EACH)
    )
    # One action in six is below the first floor.
    _run(
        "INSERT INTO actions_criterionscore (evaluation_id, criterion_id, level, no_opinion,"
        "  reason, evidence_document, evidence_page, evidence_quote)"
        " SELECT e.id, c.id, CASE WHEN c.position = 1 AND e.action_id %% 6 = 0 THEN 0"
        "   ELSE 2 + (e.action_id + c.position) %% 2 END,"
        "  false, 'D’après les statuts et le budget joints au dossier.', '', '', ''"
        " FROM actions_evaluation e JOIN actions_action a ON a.id = e.action_id"
        "  JOIN challenges_criterion c ON c.grid_id = a.grid_id"
        " WHERE a.id = ANY(%s) ORDER BY e.id, c.position",
        keys,
    )
    # Of those not closed, one evaluation is still to be written.
    sent_at = timezone.now()
    still_open = _left_open(keys)
    sent = [
        evaluation
        for number, evaluation in enumerate(evaluations)
        if evaluation.action_id not in still_open or number % EVALUATIONS_EACH
    ]
    SentEvaluation.objects.bulk_create(
        SentEvaluation(evaluation=e, sent_at=sent_at, scores=_scores_of(e)) for e in sent
    )
    Evaluation.objects.filter(pk__in=[e.pk for e in sent]).update(sent_at=sent_at)


def _scores_of(evaluation: Evaluation) -> list[dict]:
    """What a sending says of the scores."""
    names = ("level", "no_opinion", "reason", "evidence_document", "evidence_page")
    return [
        {"criterion": score.criterion.code, "evidence_quote": score.evidence_quote}
        | {name: getattr(score, name) for name in names}
        for score in evaluation.scores.select_related("criterion").order_by("criterion_id")
    ]


def _left_open(keys: list[int]) -> frozenset[int]:
    """One in ten, whose evaluation isn't closed."""
    return frozenset(keys[::10])


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


def _decide(keys: list[int]) -> None:
    good = list(
        Action.objects.filter(
            pk__in=keys, status="evaluated", gate_community_interest=True
        ).values_list("pk", flat=True)
    )
    by_status = dict(_shared_out(good))
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


def _shared_out(keys: list[int]) -> Iterator[tuple[str, list[int]]]:
    start = 0
    for status, share in SHARES:
        end = start + len(keys) * share // 100
        yield status, keys[start:end]
        start = end


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


def _run(statement: str, keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [keys])
