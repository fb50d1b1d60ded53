"""What is counted in advance (decision 37), counted again in Python from the rows themselves."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from actions.enums import ActionStatus, Round
from actions.models import (
    Action,
    ActionCount,
    ActionTotal,
    CommuneTotal,
    Evaluation,
    FilingCount,
    InvolvedCount,
    QueuedEvaluation,
    Recusal,
    Summary,
    Tally,
    WaitingCount,
)

KEYS: dict[type[Summary], tuple[str, ...]] = {
    ActionTotal: ("measure", "challenge", "status", "is_closed", "is_proposed"),
    FilingCount: ("filed_in", "challenge", "status", "is_closed"),
    WaitingCount: ("status", "challenge", "is_closed", "waiting_on"),
    CommuneTotal: ("commune", "challenge", "status", "is_closed", "is_voted", "shared_by"),
    ActionCount: (
        "sector",
        "commune",
        "measure",
        "challenge",
        "status",
        "is_closed",
        "is_voted",
        "is_awaiting",
    ),
    InvolvedCount: ("challenge", "measure", "organisation"),
}
SUMS: dict[type[Summary], tuple[str, ...]] = {
    ActionTotal: ("asked", "voted", "proposed", "jobs"),
    CommuneTotal: ("voted", "jobs"),
}


def differences() -> list[str]:
    """What the tables say otherwise than the rows, in words; nothing when they are exact."""
    found = []
    for model, keys in KEYS.items():
        columns = ["communes" if key == "shared_by" else key for key in keys]
        said = {
            tuple(row[: len(keys)]): tuple(row[len(keys) :])
            for row in model.objects.values_list(*columns, "actions", *SUMS.get(model, ()))
        }
        true = _added_up(model)
        found += [
            f"{model.__name__} {key}: {said.get(key)}, not {true.get(key)}"
            for key in said.keys() | true.keys()
            if said.get(key) != true.get(key)
        ]
    return [*found, *_unshared(), *_queued()]


def _unshared() -> list[str]:
    """What is said otherwise of the actions that lack evaluators."""
    said = set(Tally.objects.unshared().values_list("action", "unshared_since"))
    open_ones = Action.objects.filter(status=ActionStatus.IN_EVALUATION).select_related("grid")
    true = set()
    for action in open_ones.prefetch_related("evaluations", "recusals"):
        recused = {recusal.user_id for recusal in action.recusals.all()}
        asked = {one.evaluator_id for one in action.evaluations.all() if one.round == Round.INITIAL}
        if len(asked - recused) < action.grid.quorum:
            true.add((action.pk, action.submitted_at))
    return [f"Tally {one}: {one in said}, not {one in true}" for one in sorted(said ^ true)]


def _queued() -> list[str]:
    """What is said otherwise of the places of evaluations in their queues."""
    said = set(
        QueuedEvaluation.objects.values_list(
            "evaluation", "action", "evaluator", "is_initial", "is_closed", "was_sent", "due_on"
        )
    )
    recused = set(Recusal.objects.values_list("action", "user"))
    true = {
        (
            one.pk,
            one.action_id,
            one.evaluator_id,
            one.round == Round.INITIAL,
            one.action.status != ActionStatus.IN_EVALUATION,
            one.sent_at is not None,
            one.due_on,
        )
        for one in Evaluation.objects.select_related("action")
        if (one.action_id, one.evaluator_id) not in recused
    }
    return [f"Queue {one}: {one in said}, not {one in true}" for one in sorted(said ^ true)]


def _added_up(model: type[Summary]) -> dict[tuple, tuple]:
    sums: dict[tuple, list] = defaultdict(lambda: [0, *[Decimal(0)] * len(SUMS.get(model, ()))])
    for facts in _facts(model):
        total = sums[tuple(facts[key] for key in KEYS[model])]
        total[0] += 1
        for place, name in enumerate(SUMS.get(model, ()), 1):
            total[place] += facts[name]
    return {key: tuple(total) for key, total in sums.items()}


def _facts(model: type[Summary]) -> list[dict[str, Any]]:
    """The facts of each action that is counted, once for each place where `model` counts it."""
    several = {
        CommuneTotal: lambda facts: [{"commune": one} for one in facts["communes"]],
        ActionCount: lambda facts: [
            {"commune": commune, "sector": sector}
            for commune in (0, *facts["communes"])
            for sector in (0, *facts["sectors"])
        ],
        InvolvedCount: lambda facts: [
            {"organisation": one}
            for one in facts["organisations"]
            if facts["status"] in ActionStatus.PUBLIC
        ],
        FilingCount: lambda facts: [{}] * (facts["filed_in"] is not None),
        WaitingCount: lambda facts: [{}] * (facts["waiting_on"] is not None),
    }.get(model, lambda facts: [{}])
    filed = (
        Action.objects.exclude(reference=None).select_related("measure").prefetch_related("events")
    )
    return [facts | one for facts in map(_of, filed) for one in several(facts)]


def _of(action: Action) -> dict[str, Any]:
    awaited, granted = action.amount_proposed or Decimal(0), action.amount_granted
    funded = action.status in ActionStatus.FUNDED
    wholly = awaited > 0 and granted is not None and awaited >= granted
    since = max((event.at for event in action.events.all()), default=action.submitted_at)
    carried = {action.carrier_id} - {None}
    return {
        "measure": action.measure_id or 0,
        "challenge": (action.measure.challenge_id if action.measure else action.challenge_id) or 0,
        "status": action.status,
        "is_closed": action.gate_closed_at is not None,
        "is_proposed": wholly,
        "is_voted": funded
        and (action.amount_proposed is None or (granted is not None and awaited < granted)),
        "is_awaiting": funded and awaited > 0,
        "filed_in": _quarter(action.submitted_at),
        "waiting_on": since and timezone.localtime(since).date(),
        "asked": action.funding_asked or Decimal(0),
        "voted": Decimal(0) if granted is None else granted - awaited,
        "proposed": awaited,
        "jobs": action.jobs_created + action.jobs_kept,
        "communes": _keys(action.communes),
        "sectors": _keys(action.sectors),
        "shared_by": action.communes.count(),
        "organisations": carried | set(_keys(action.partners)),
    }


def _quarter(instant) -> date | None:
    if instant is None:
        return None
    day = timezone.localtime(instant).date()
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _keys(related) -> list[int]:
    return list(related.order_by("pk").values_list("pk", flat=True))
