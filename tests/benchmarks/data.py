"""Thousands of actions with three evaluations each, in bulk, past every trigger.

No guarantee is switched off: rows are inserted as drafts, then walk through the statuses by bulk
UPDATE, as the web's role. What differs from the real life of an action is only that nobody typed.
"""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from actions.committee.services.agenda import put_on_agenda
from actions.committee.services.conduct import close_session, note_attendance, open_session
from actions.committee.services.item_decisions import ItemRecord, record_item
from actions.committee.services.publication import confirm_session
from actions.committee.services.sessions import SessionContent, create_session
from actions.enums import ActionStatus, Attendance, Outcome
from actions.models import Action, CommitteeSession
from actions.querysets.action import ActionQuerySet
from actors.enums import MembershipRole, Role
from actors.models import Commune, Membership, Organisation, Sector, User
from actors.services import grant_role
from challenges.models import Measure, Programme
from tests.benchmarks import walk
from tests.benchmarks.shares import OPENING, Fate, Numbered, fate_of
from tests.benchmarks.sizes import USUAL

EVALUATORS = 12
POINTS = 20
READ_MEASURE = (2, 1)
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


def load_people(organisations: int = USUAL["organisations"]) -> dict[str, User]:
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
            confirmed_at=timezone.now(),
        )
        for number in range(organisations)
    )
    Organisation.sectors.through.objects.bulk_create(
        Organisation.sectors.through(organisation=carrier, sector=sectors[i % len(sectors)])
        for i, carrier in enumerate(carriers)
    )
    readers["carrier"] = _person("carrier@bench.example")
    Membership.objects.create(
        user=readers["carrier"], organisation=carriers[0], role=MembershipRole.MANAGER
    )
    # Somebody sends the files of the others.
    filer = _person("filer@bench.example")
    Membership.objects.bulk_create(
        Membership(user=filer, organisation=carrier, role=MembershipRole.MANAGER)
        for carrier in carriers[1:]
    )
    return readers


def _person(email: str, role: Role | None = None) -> User:
    user = User.objects.create_user(email, full_name=email.partition("@")[0])
    if role:
        grant_role(user, role)
    return user


def load_actions(
    total: int,
    evaluations: int = USUAL["evaluations"],
    after_each: Callable[[int], None] = lambda number: None,
) -> None:
    """Add actions until there are `total`, and hold a session over the best that wait.

    `evaluations` of them are asked of the evaluator who reads the pages. After each batch,
    `after_each` is told how many there are.
    """
    start = Action.objects.count()
    while start < total:
        # The first ones by themselves: then there is something to plan the others by.
        numbers = range(
            start, min(start + walk.BATCH, OPENING if start < OPENING else total, total)
        )
        with transaction.atomic():
            found = _drafts(numbers)
            walk.evaluate_all(found, evaluations)
        walk.close_and_decide(found)
        start = numbers.stop
        after_each(start)
    convene()


def convene() -> None:
    """Hold a session over the best actions that wait, once some do."""
    waiting = list(_waiting().ranked()[:POINTS])
    if CommitteeSession.objects.exists() or not waiting:
        return
    chair = _chair()
    session = _prepared(timezone.localdate())
    put_on_agenda(session=session, actions=waiting, by=chair)
    open_session(session=session, by=chair)


def load_past_sessions(total: int) -> None:
    """Add sessions that are over, until there are `total`: each put its one point off.

    Services hold them, as members would have.
    """
    chair, other = _chair(), User.objects.get(email="committee2@bench.example")
    waiting = list(_waiting().order_by("pk")[:POINTS])
    for number in range(CommitteeSession.objects.count(), total):
        session = _prepared(timezone.localdate() - timedelta(days=7 * number))
        action = waiting[number % len(waiting)]
        [item] = put_on_agenda(session=session, actions=[action], by=chair)
        open_session(session=session, by=chair)
        present = dict.fromkeys(session.members.values_list("pk", flat=True), Attendance.PRESENT)
        note_attendance(session=session, by=chair, attendance=present)
        record = ItemRecord(outcome=Outcome.ADJOURN, reason="Le devis manque.")
        record_item(item=item, by=chair, version=item.version, record=record)
        close_session(session=session, by=chair)
        confirm_session(session=session, by=other)


def _waiting() -> ActionQuerySet:
    return Action.objects.filter(status=ActionStatus.EVALUATED).on_no_agenda()


def _chair() -> User:
    return User.objects.get(email="committee@bench.example")


def _prepared(held_on: date) -> CommitteeSession:
    chair = _chair()
    other = User.objects.get(email="committee2@bench.example")
    columns = {
        "held_on": held_on,
        "starts_at": time(14, 0),
        "place": "Salle des essais",
        "chair": chair,
        "envelope": Decimal(100_000),
    }
    content = SessionContent(columns=columns, voters=[chair, other])
    return create_session(by=chair, content=content)


def _drafts(numbers: range) -> list[Numbered]:
    programme = Programme.objects.current()
    measures = list(Measure.objects.of_current_programme())
    read = next(m for m in measures if (m.challenge.number, m.number) == READ_MEASURE)
    # The last measure stays without action, as in life.
    measures = measures[:-1]
    ours = Organisation.objects.filter(slug__startswith="cooperative-d-essai")
    carriers = list(ours.order_by("pk"))
    communes, sectors = list(Commune.objects.all()), list(Sector.objects.all())
    author = User.objects.get(email="carrier@bench.example")
    actions = Action.objects.bulk_create(
        Action(
            programme=programme,
            carrier=carriers[0 if fate_of(i) is Fate.SHARED else i % len(carriers)],
            created_by=author,
            title=f"Une {_subject(i)} dans le quartier {i}",
            summary=SUMMARY,
            description=DESCRIPTION,
            measure=read if fate_of(i) is Fate.COMPLETED else measures[i * 7 % len(measures)],
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
    return [Numbered(i, action.pk) for i, action in zip(numbers, actions, strict=True)]


def _subject(number: int) -> str:
    named = {Fate.COMPLETED: "recyclerie", Fate.SHARED: "ressourcerie"}
    return named.get(fate_of(number)) or SUBJECTS[number % len(SUBJECTS)]


def _link(through, name: str, actions: list[Action], others: list, *, each: int) -> None:
    through.objects.bulk_create(
        through(action=action, **{name: others[(action.pk * 3 + shift) % len(others)]})
        for action in actions
        for shift in range(each)
    )
