"""Makes what tests need, through the portal's own services and workflow.

Nothing here sets a status or a snapshot by hand: the database would refuse it.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

import factory
from django.utils import timezone
from django.utils.functional import cached_property
from factory.django import DjangoModelFactory

from actions.committee.services.decisions import (
    confirm_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.enums import DecisionKind, ExpenseCategory, Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import Score, declare_no_interest, save_evaluation
from actions.proposals.services.applications import Assessment, ProposalContent, save_proposal
from actions.proposals.services.budget_lines import Budget, Funding
from actions.workflow import apply_transition
from actors.enums import MembershipRole, Role
from actors.models import Commune, Membership, Organisation, Sector, User
from actors.services import grant_role
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Criterion, Grid, Measure, Programme
from ess_portal.base.windows import Shown

REASON = "D’après les statuts et le budget joints au dossier."
LESS_THAN_ASKED = "L’enveloppe de l’année est partagée entre les actions."
PASSING, BELOW_FLOOR, BELOW_THRESHOLD = (2, 2, 2, 2), (0, 3, 3, 3), (1, 2, 2, 2)
CODES = ("shared_governance", "collective_interest", "employment", "territorial_anchoring")


class UserFactory(DjangoModelFactory):
    """A person without role, who signs in by code."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Personne {n}")
    password = "!"


def person(*roles: Role, **fields) -> User:
    """Return a new person holding `roles`."""
    user = UserFactory(**fields)
    for role in roles:
        grant_role(user, role)
    return fresh(user)


def fresh(user: User) -> User:
    """Return `user` as a new request would load them: nothing remembered."""
    return User.objects.get(pk=user.pk)


class ProgrammeFactory(DjangoModelFactory):
    """The current programme."""

    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "2022-2026"
    title = "5 engagements pour l’ESS"
    authority = "Clermont Communauté"
    starts_on = "2022-01-01"
    ends_on = "2026-12-31"
    state = ProgrammeState.CURRENT
    requires_deliberation = False  # a test of the council says otherwise
    vision = "Mettre l’Homme et le citoyen au cœur de la politique économique."


class ChallengeFactory(DjangoModelFactory):
    """A challenge of the current programme."""

    class Meta:
        model = Challenge
        django_get_or_create = ("programme", "number")

    programme = factory.SubFactory(ProgrammeFactory)
    number = 1
    title = factory.LazyAttribute(lambda challenge: f"Titre du défi {challenge.number}")


class MeasureFactory(DjangoModelFactory):
    """A measure of challenge 1."""

    class Meta:
        model = Measure
        django_get_or_create = ("challenge", "number")

    challenge = factory.SubFactory(ChallengeFactory)
    number = 1
    title = factory.LazyAttribute(lambda measure: f"Intitulé de la mesure {measure.number}")


class CommuneFactory(DjangoModelFactory):
    """A commune with a tile of its own."""

    class Meta:
        model = Commune

    insee_code = factory.Sequence(lambda n: f"63{n % 1000:03d}")
    name = factory.Sequence(lambda n: f"Commune {n}")
    population = 1000
    population_year = 2023
    tile_column = factory.Sequence(lambda n: n % 100)
    tile_row = factory.Sequence(lambda n: n // 100)


class SectorFactory(DjangoModelFactory):
    """A sector."""

    class Meta:
        model = Sector

    slug = factory.Sequence(lambda n: f"filiere-{n}")
    name = factory.Sequence(lambda n: f"Filière {n}")


class OrganisationFactory(DjangoModelFactory):
    """A confirmed and published association."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Structure {n}")
    slug = factory.Sequence(lambda n: f"structure-{n}")
    family = "association"
    is_published = True
    confirmed_at = factory.LazyFunction(timezone.now)


def grid(programme=None, *, weights=(1, 1, 1, 1), floors=(1, 1, 1, 1), **fields) -> Grid:
    """Return the current grid of `programme` (default: the current one), made once."""
    programme = programme or ProgrammeFactory()
    existing = Grid.objects.current_for(programme)
    if existing is not None:
        return existing
    made = Grid.objects.create(programme=programme, version=1, is_current=True, **fields)
    for position, (code, weight, floor) in enumerate(zip(CODES, weights, floors, strict=True), 1):
        Criterion.objects.create(
            grid=made,
            code=code,
            position=position,
            title=f"Critère {position}",
            weight=weight,
            floor=floor,
            questions="Une question ?\nUne autre ?",
            level_0="Absent",
            level_1="Amorcé",
            level_2="Avéré",
            level_3="Exemplaire",
        )
    return made


def member(organisation: Organisation, role=MembershipRole.MANAGER, **fields) -> User:
    """Return a new member of `organisation`."""
    user = UserFactory(**fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return fresh(user)


def content(**columns) -> ProposalContent:
    """Return a complete file's content; `columns` replace its plain columns.

    `carrier` defaults to a new organisation; relations (`communes`, `sectors`, `partners`) may be
    given too.
    """
    grid()
    today = timezone.localdate()
    relations = {
        "communes": columns.pop("communes", None) or [CommuneFactory()],
        "sectors": columns.pop("sectors", []),
        "partners": columns.pop("partners", []),
    }
    assessments = columns.pop(
        "assessments", {code: Assessment(level=2, reason=REASON) for code in CODES}
    )
    other_funding = columns.pop("other_funding", Decimal(1000))
    budget = Budget(
        expenses={ExpenseCategory.OTHER: columns.pop("total_cost", Decimal(10000))},
        funders=[Funding("Autres financements", other_funding)] if other_funding else [],
    )
    defaults = {
        "title": "Une épicerie solidaire",
        "summary": "Une épicerie ouverte à tous, tenue par ses membres.",
        "description": "Des produits locaux à prix coûtant.",
        "measure": columns.pop("measure", None) or MeasureFactory(),
        "funding_asked": Decimal(6000),
        "own_resources": Decimal(3000),
        "jobs_created": Decimal("1.5"),
        "jobs_kept": Decimal(1),
        "starts_on": today + timedelta(days=30),
        "ends_on": today + timedelta(days=300),
        "certifies_accuracy": True,
        "accepts_terms": True,
        "signs_contract": True,
    }
    return ProposalContent(
        columns=defaults | columns, relations=relations, assessments=assessments, budget=budget
    )


class Story:
    """One action and the people around it, taken step by step through the real workflow.

    `Story().evaluated()` gives an evaluated action; `story.action`, `story.carrier`,
    `story.manager`, `story.agent`, `story.evaluators`, `story.members` (of the committee).
    """

    def __init__(self, **columns):
        self.carrier = columns.pop("carrier", None) or OrganisationFactory()
        self.manager = member(self.carrier)
        self.evaluations = []
        self.action, _ = save_proposal(
            key=uuid.uuid4(), by=self.manager, content=content(carrier=self.carrier, **columns)
        )

    # People come when they are first asked for, all of them when the application is sent.

    def everybody(self) -> list[User]:
        """Agent, evaluators and members of the committee, made now if nobody asked before."""
        return [self.agent, *self.evaluators, *self.members]

    @cached_property
    def agent(self) -> User:
        """An agent."""
        return person(Role.AGENT)

    @cached_property
    def evaluators(self) -> list[User]:
        """Three evaluators."""
        return [person(Role.EVALUATOR) for _ in range(3)]

    @cached_property
    def members(self) -> list[User]:
        """Two members of the committee."""
        return [person(Role.COMMITTEE) for _ in range(2)]

    def apply(self, transition: Transition, by: User, **options) -> "Story":
        """Apply one transition by one person."""
        apply_transition(self.action, transition, by=fresh(by), **options)
        return self

    def decide(self, kind: DecisionKind, **options) -> "Story":
        """Have the first member propose and the second confirm."""
        decision = propose_decision(
            action=self.action, kind=kind, by=fresh(self.members[0]), **options
        )
        confirm_decision(decision=decision, by=fresh(self.members[1]))
        self.action.refresh_from_db()
        return self

    # Each step goes through the ones before it.
    def submitted(self) -> "Story":
        """Sent by the carrier; from now on everybody is there."""
        self.everybody()
        typed = {"entered_by": self.agent} if self.action.received_on_paper else {}
        return self.apply(Transition.SUBMIT, self.manager, **typed)

    def in_correction(self, **details) -> "Story":
        """Sent back with a list of parts to correct."""
        due_on = timezone.localdate() + timedelta(days=10)
        return self.submitted().apply(
            Transition.REQUEST_CORRECTION,
            self.agent,
            comment="Précisez le budget.",
            details={"fields": ["total_cost"], "due_on": due_on} | details,
        )

    def corrected(self) -> "Story":
        """Sent back, corrected and sent again."""
        self.apply(
            Transition.REQUEST_CORRECTION,
            self.agent,
            details={
                "fields": ["summary"],
                "due_on": timezone.localdate() + timedelta(days=10),
            },
        )
        return self.apply(Transition.RESUBMIT, self.manager)

    def in_evaluation(self, *, assign: bool = True) -> "Story":
        """Admitted, and given to its evaluators."""
        self.submitted().apply(Transition.ADMIT, self.agent)
        return self.assign(*self.evaluators) if assign else self

    def assign(self, *evaluators: User) -> "Story":
        """Ask for evaluations, due in twenty days."""
        due_on = timezone.localdate() + timedelta(days=20)
        self.evaluations = assign_evaluators(
            action=self.action, evaluators=evaluators, due_on=due_on, by=self.agent
        )
        return self

    def scored(self, levels=PASSING) -> "Story":
        """Evaluated by everybody with the same `levels` (None: no opinion), not closed yet."""
        return self.in_evaluation().score_all(levels)

    def score_all(self, levels=PASSING) -> "Story":
        """Have everybody send the same `levels`."""
        for evaluation in self.evaluations:
            self.score(evaluation, levels)
        return self

    def declare(self, *evaluations) -> "Story":
        """Have evaluators (everybody by default) declare no interest: their files open."""
        for evaluation in evaluations or self.evaluations:
            declare_no_interest(evaluation=evaluation, by=fresh(evaluation.evaluator))
            evaluation.refresh_from_db()
        return self

    def score(self, evaluation, levels=PASSING, *, send: bool = True):
        """Have one evaluator declare, write, and send, `levels` in the order of the criteria."""
        criteria = list(self.action.grid.criteria.order_by("position"))
        self.declare(evaluation)
        return save_evaluation(
            evaluation=evaluation,
            by=fresh(evaluation.evaluator),
            shown=Shown(edition=evaluation.edition),
            scores={
                criterion.pk: Score(level=level, no_opinion=level is None, reason=REASON)
                for criterion, level in zip(criteria, levels, strict=True)
            },
            send=send,
        )

    def evaluated(self, levels=PASSING) -> "Story":
        """Its evaluation closed."""
        return self.scored(levels).apply(Transition.CLOSE_EVALUATION, self.agent)

    def postponed(self, levels=PASSING) -> "Story":
        """Put aside by the committee."""
        return self.evaluated(levels).decide(DecisionKind.POSTPONE, reason="À revoir en 2027.")

    def prioritised(self, amount=5000) -> "Story":
        """Granted by the committee."""
        granted = {"amount": Decimal(amount), "reason": LESS_THAN_ASKED}
        return self.evaluated().decide(DecisionKind.PRIORITISE, **granted)

    def in_progress(self) -> "Story":
        """Started."""
        return self.prioritised().apply(Transition.START, self.agent)

    def completed(self) -> "Story":
        """Done."""
        return self.in_progress().apply(
            Transition.COMPLETE, self.agent, comment="Trente familles servies chaque semaine."
        )

    def abandoned(self) -> "Story":
        """Given up after it was granted."""
        why = {"comment": "Local perdu.", "details": {"public_reason": "Il n’y a plus de local."}}
        return self.prioritised().apply(Transition.ABANDON, self.agent, **why)

    def refusal_announced(self, levels=BELOW_FLOOR) -> "Story":
        """Its refusal announced by the committee."""
        return self.evaluated(levels).decide(
            DecisionKind.ANNOUNCE_REFUSAL, reason="La gouvernance n’est pas partagée."
        )

    def inadmissible(self) -> "Story":
        """Its refusal announced by an agent."""
        return self.submitted().apply(
            Transition.ANNOUNCE_REFUSAL, self.agent, comment="Hors du programme."
        )

    def declined(self, levels=BELOW_FLOOR) -> "Story":
        """Refused for good, after a reply was answered."""
        self.refusal_announced(levels)
        reply_to_refusal(action=self.action, by=fresh(self.manager), text="Nous regrettons.")
        return self.apply(Transition.CONFIRM_REFUSAL, self.members[0], comment="Motif maintenu.")

    def declined_inadmissible(self) -> "Story":
        """Refused for good by an agent, without evaluation."""
        self.inadmissible()
        reply_to_refusal(action=self.action, by=fresh(self.manager), text="Nous regrettons.")
        return self.apply(Transition.CONFIRM_REFUSAL, self.agent, comment="Motif maintenu.")

    def withdrawn(self) -> "Story":
        """Withdrawn by its carrier once sent."""
        return self.submitted().apply(Transition.WITHDRAW, self.manager)

    def draft(self) -> "Story":
        """As it is."""
        return self


def story_in(status: str, **columns) -> Story:
    """Return a story whose action is in `status` (any but `recorded`)."""
    return getattr(Story(**columns), status)()
