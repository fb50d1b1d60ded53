"""Thousands of actions with three evaluations each, in bulk, past every trigger.

No guarantee is switched off: rows are inserted as drafts, then walk through the statuses by bulk
UPDATE, as the web's role. What differs from the real life of an action is only that nobody typed.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import open_session
from actions.committee.services.sessions import SessionContent, create_session
from actions.enums import DecisionKind
from actions.models import (
    Action,
    CommitteeSession,
    CriterionScore,
    Decision,
    Evaluation,
    SentEvaluation,
)
from actors.enums import EvaluatorKind, MembershipRole, Role
from actors.models import Commune, Membership, Organisation, Sector, User
from actors.services import grant_role
from challenges.models import Grid, Measure, Programme

BATCH = 1000
CARRIERS = 200
EVALUATORS = 12
EVALUATIONS_EACH = 3
POINTS = 20
SUBJECTS = (
    "épicerie solidaire", "recyclerie", "jardin partagé", "atelier de réparation", "tiers-lieu",
    "crèche coopérative", "garage solidaire", "café associatif", "ferme", "ressourcerie",
)  # fmt: skip
SUMMARY = (
    "Une action portée par des habitants et des structures du territoire, pour créer des emplois "
    "durables et répondre à un besoin mal couvert."
)
DESCRIPTION = (
    "Les membres décident ensemble, une personne valant une voix. Les recettes couvrent la moitié "
    "des charges dès la deuxième année ; le reste vient de partenaires publics et privés. "
) * 6
# Of a hundred admitted actions that are of community interest, how many go how far.
SHARES = (("prioritised", 30), ("in_progress", 20), ("completed", 15), ("postponed", 15))


def load_people() -> dict[str, User]:
    """Create the people who read the pages, and the carriers; return the readers by role."""
    readers = {}
    for role in (Role.AGENT, Role.ELECTED, Role.COMMITTEE, Role.EVALUATOR):
        readers[role.value] = _person(f"{role.value}@bench.example", role)
    _person("committee2@bench.example", Role.COMMITTEE)
    for number in range(1, EVALUATORS):
        _person(f"evaluator{number}@bench.example", Role.EVALUATOR)
    communes, sectors = list(Commune.objects.all()), list(Sector.objects.all())
    carriers = Organisation.objects.bulk_create(
        Organisation(
            name=f"Coopérative d’essai {number:03d}",
            slug=f"cooperative-d-essai-{number:03d}",
            family="cooperative",
            description=SUMMARY,
            commune=communes[number % len(communes)],
            is_published=True,
        )
        for number in range(CARRIERS)
    )
    Organisation.sectors.through.objects.bulk_create(
        Organisation.sectors.through(organisation=carrier, sector=sectors[i % len(sectors)])
        for i, carrier in enumerate(carriers)
    )
    readers["carrier"] = _person("carrier@bench.example")
    Membership.objects.create(
        user=readers["carrier"], organisation=carriers[0], role=MembershipRole.MANAGER
    )
    return readers


def _person(email: str, role: Role | None = None) -> User:
    user = User.objects.create_user(email, full_name=email.partition("@")[0])
    if role:
        grant_role(user, role)
    return user


def load_actions(total: int) -> None:
    """Add actions until there are `total`."""
    existing = Action.objects.count()
    for start in range(existing, total, BATCH):
        numbers = range(start, min(start + BATCH, total))
        with transaction.atomic():
            keys = _drafts(numbers)
            _submit(keys)
            _admit(keys)
            _evaluate(keys)
        # A closing and a confirmation take the time of their transaction: each its own.
        with transaction.atomic():
            still_open = _left_open(keys)
            _close([key for key in keys if key not in still_open])
        _decide(keys)
    convene()


def convene() -> None:
    """Hold a session over the best actions that wait, once some do."""
    waiting = list(Action.objects.decidable().on_no_agenda().ranked()[:POINTS])
    if CommitteeSession.objects.exists() or not waiting:
        return
    chair, other = (
        User.objects.get(email=f"{name}@bench.example") for name in ("committee", "committee2")
    )
    session = create_session(
        by=chair,
        content=SessionContent(
            columns={
                "held_on": timezone.localdate(),
                "starts_at": time(14, 0),
                "place": "Salle des essais",
                "chair": chair,
                "envelope": Decimal(100_000),
            },
            voters=[chair, other],
        ),
    )
    put_on_agenda(session=session, actions=waiting, by=chair)
    open_session(session=session, by=chair)


def _drafts(numbers: range) -> list[int]:
    programme = Programme.objects.current()
    measures = list(Measure.objects.of_current_programme())
    # The last measure stays without action, as in life.
    measures = measures[:-1]
    carriers = list(Organisation.objects.filter(slug__startswith="cooperative-d-essai"))
    communes, sectors = list(Commune.objects.all()), list(Sector.objects.all())
    author = User.objects.get(email="carrier@bench.example")
    actions = Action.objects.bulk_create(
        Action(
            programme=programme,
            carrier=carriers[i % len(carriers)],
            created_by=author,
            title=f"Une {SUBJECTS[i % len(SUBJECTS)]} dans le quartier {i}",
            summary=SUMMARY,
            description=DESCRIPTION,
            measure=measures[i * 7 % len(measures)],
            total_cost=Decimal(30_000 + i % 900),
            funding_asked=Decimal(10_000 + i % 900),
            own_resources=Decimal(20_000),
            jobs_created=Decimal(i % 5) / 2,
            jobs_kept=Decimal(i % 3),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            certifies_accuracy=True,
            accepts_terms=True,
            signs_contract=True,
        )
        for i in numbers
    )
    _link(Action.communes.through, "commune", actions, communes, each=2)
    _link(Action.sectors.through, "sector", actions, sectors, each=1)
    return [action.pk for action in actions]


def _link(through, name: str, actions: list[Action], others: list, *, each: int) -> None:
    through.objects.bulk_create(
        through(action=action, **{name: others[(action.pk * 3 + shift) % len(others)]})
        for action in actions
        for shift in range(each)
    )


def _submit(keys: list[int]) -> None:
    _run(
        "UPDATE actions_action SET status = 'submitted',"
        " submitted_at = now() - id %% 1000 * interval '1 day' WHERE id = ANY(%s)",
        keys,
    )
    _note(keys, "submit", "draft", "submitted")


def _admit(keys: list[int]) -> None:
    grid = Grid.objects.current_for(Programme.objects.current().pk)
    Action.objects.filter(pk__in=keys).update(status="in_evaluation", grid=grid)
    _note(keys, "admit", "submitted", "in_evaluation")


def _evaluate(keys: list[int]) -> None:
    evaluators = list(User.objects.filter(groups__name=Role.EVALUATOR).order_by("pk"))
    criteria = list(Grid.objects.current_for(Programme.objects.current().pk).criteria.all())
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
    CriterionScore.objects.bulk_create(
        (
            CriterionScore(
                evaluation=evaluation,
                criterion=criterion,
                level=_level(evaluation.action_id, criterion.position),
                reason="D’après les statuts et le budget joints au dossier.",
            )
            for evaluation in evaluations
            for criterion in criteria
        ),
        batch_size=BATCH,
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
        SentEvaluation(evaluation=e, sent_at=sent_at, scores=[]) for e in sent
    )
    Evaluation.objects.filter(pk__in=[e.pk for e in sent]).update(sent_at=sent_at)


def _left_open(keys: list[int]) -> frozenset[int]:
    """One in ten, whose evaluation isn't closed."""
    return frozenset(keys[::10])


def _level(key: int, position: int) -> int:
    """One action in six is below the first floor."""
    return 0 if position == 1 and key % 6 == 0 else 2 + (key + position) % 2


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
    columns = ", ".join(f"gate_{n.strip()} = r.{n.strip()}" for n in figures.split(","))
    _run(
        f"UPDATE actions_action a SET status = 'evaluated', gate_closed_at = now(), {columns}"
        " FROM actions_gateresult r WHERE r.action_id = a.id AND a.id = ANY(%s)",
        keys,
    )
    _note(keys, "close_evaluation", "in_evaluation", "evaluated")


def _decide(keys: list[int]) -> None:
    good = list(
        Action.objects.filter(
            pk__in=keys, status="evaluated", gate_community_interest=True
        ).values_list("pk", flat=True)
    )
    by_status = dict(_shared_out(good))
    with transaction.atomic():
        _confirm(by_status["postponed"], DecisionKind.POSTPONE)
        Action.objects.filter(pk__in=by_status["postponed"]).update(status="postponed")
        _note(by_status["postponed"], "postpone", "evaluated", "postponed")
    granted = [key for s in ("prioritised", "in_progress", "completed") for key in by_status[s]]
    with transaction.atomic():
        _confirm(granted, DecisionKind.PRIORITISE, amount=Decimal(8000))
        _run(
            "UPDATE actions_action a SET status = 'prioritised', amount_granted = d.amount,"
            " decided_by_id = d.proposed_by_id, confirmed_by_id = d.confirmed_by_id"
            " FROM actions_decision d"
            " WHERE d.action_id = a.id AND d.kind = 'prioritise' AND a.id = ANY(%s)",
            granted,
        )
        _note(granted, "prioritise", "evaluated", "prioritised")
        started = by_status["in_progress"] + by_status["completed"]
        Action.objects.filter(pk__in=started).update(status="in_progress")
        _note(started, "start", "prioritised", "in_progress")
        Action.objects.filter(pk__in=by_status["completed"]).update(
            status="completed", final_report="Trente familles servies chaque semaine."
        )
        _note(by_status["completed"], "complete", "in_progress", "completed")


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
        Decision(action_id=key, kind=kind, reason="", proposed_by=first, **columns) for key in keys
    )
    Decision.objects.filter(pk__in=[d.pk for d in decisions]).update(
        confirmed_by=second, confirmed_at=timezone.now()
    )


def _note(keys: list[int], transition: str, source: str, target: str) -> None:
    """Write the events, each a while after the submission, as they would have come."""
    author = User.objects.get(email="agent@bench.example").pk
    _run(
        "INSERT INTO actions_actionevent (action_id, transition, from_status, to_status, by_id, at)"
        f" SELECT id, '{transition}', '{source}', '{target}', {author},"
        "  least(now(), submitted_at + (SELECT count(*) FROM actions_actionevent e"
        "   WHERE e.action_id = a.id) * interval '20 days')"
        " FROM actions_action a WHERE id = ANY(%s)",
        keys,
    )


def _run(statement: str, keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [keys])
