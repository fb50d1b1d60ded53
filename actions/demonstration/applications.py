"""Demonstration data: fictitious organisations, taken through the real workflow."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from actions.committee.services.decisions import (
    confirm_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.enums import (
    ActionStatus,
    DecisionKind,
    ExpenseCategory,
    FundingState,
    Step,
    Transition,
)
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import Score, declare_no_interest, save_evaluation
from actions.models import Action
from actions.proposals.services.applications import Assessment, ProposalContent, save_proposal
from actions.proposals.services.budget_lines import Budget, Funding
from actions.proposals.services.drafts import StepEntry, save_step
from actions.workflow import apply_transition
from actors.enums import EvaluatorKind, MembershipRole, Role
from actors.models import Commune, Membership, Organisation, Sector, User
from actors.services import grant_role, load_organisation
from challenges.models import Measure

NAMESPACE = uuid.UUID("5d1f3d52-3c57-4a0e-9a67-8f6f2c1f9b10")
DAYS_TO_EVALUATE = 21
SENT_WHILE_OPEN = 2
EVALUATORS_EACH = 3

# Account → name shown, role. Carriers have no role: they belong to an organisation.
ACCOUNTS = {
    "porteur": ("Camille Porteur", None),
    "porteur2": ("Dominique Porteur", None),
    "agent": ("Alix Agent", Role.AGENT),
    "evaluateur1": ("Ève Évaluatrice", Role.EVALUATOR),
    "evaluateur2": ("Evan Évaluateur", Role.EVALUATOR),
    "evaluateur3": ("Élie Évaluateur", Role.EVALUATOR),
    "evaluateur4": ("Emma Évaluatrice", Role.EVALUATOR),
    "elu": ("Lou Élue", Role.ELECTED),
    "comite1": ("Noa Commission", Role.COMMITTEE),
    "comite2": ("Sacha Commission", Role.COMMITTEE),
    "comite3": ("Charlie Commission", Role.COMMITTEE),
    "admin": ("Andrea Admin", Role.ADMINISTRATOR),
}

# Whom the evaluators speak for.
KINDS = {
    "evaluateur1": EvaluatorKind.AGENT,
    "evaluateur2": EvaluatorKind.ESS_PARTNER,
    "evaluateur3": EvaluatorKind.INHABITANT,
    "evaluateur4": EvaluatorKind.ELECTED,
}

S = ActionStatus
# How far each status of the file asks to go; each step leads to the next.
PATHS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (),
    S.SUBMITTED: ("send",),
    S.IN_CORRECTION: ("send", "ask_correction"),
    S.WITHDRAWN: ("send", "withdraw"),
    S.IN_EVALUATION: ("send", "admit", "evaluate_partly"),
    S.EVALUATED: ("send", "admit", "evaluate", "close"),
    S.POSTPONED: ("send", "admit", "evaluate", "close", "postpone"),
    S.PRIORITISED: ("send", "admit", "evaluate", "close", "prioritise"),
    S.IN_PROGRESS: ("send", "admit", "evaluate", "close", "prioritise", "start"),
    S.COMPLETED: ("send", "admit", "evaluate", "close", "prioritise", "start", "complete"),
    S.ABANDONED: ("send", "admit", "evaluate", "close", "prioritise", "abandon"),
    S.REFUSAL_ANNOUNCED: ("send", "admit", "evaluate", "close", "announce_refusal"),
    S.DECLINED: (
        "send",
        "admit",
        "evaluate",
        "close",
        "announce_refusal",
        "reply",
        "confirm_refusal",
    ),
}


def load_accounts(password: str) -> dict[str, User]:
    """Create the demonstration's accounts, or give them `password` again."""
    people = {
        name: _account(f"{name}@demo.example", full_name)
        for name, (full_name, _) in ACCOUNTS.items()
    }
    # One hash for all, kept while the password is the same: hashing is slow on purpose, and a
    # new hash would sign everybody out.
    if not people["porteur"].check_password(password):
        User.objects.filter(pk__in=[person.pk for person in people.values()]).update(
            password=make_password(password)
        )
    for name, (_, role) in ACCOUNTS.items():
        if role is not None:
            grant_role(people[name], role)
    for name, kind in KINDS.items():
        people[name].evaluator_kind = kind
        people[name].save(update_fields=["evaluator_kind"])
    return people


def _account(email: str, full_name: str) -> User:
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, full_name=full_name)


def load_organisations(rows, people: Mapping[str, User]) -> dict[str, User]:
    """Create the organisations; return the person who manages each, by slug."""
    managers = [people["porteur"], people["porteur2"]]
    by_slug = {}
    for number, row in enumerate(rows):
        organisation = load_organisation(row)
        manager = (
            managers[number]
            if number < len(managers)
            else _account(f"responsable-{row['slug']}@demo.example", "Responsable fictif")
        )
        Membership.objects.get_or_create(
            user=manager, organisation=organisation, defaults={"role": MembershipRole.MANAGER}
        )
        by_slug[row["slug"]] = User.objects.get(pk=manager.pk)
    return by_slug


@transaction.atomic
def load_proposal(row: Mapping[str, Any], carrier: User, people: Mapping[str, User]) -> bool:
    """Take one proposal of the file to its status; return False when it's already there."""
    key = uuid.uuid5(NAMESPACE, row["key"])
    if Action.objects.filter(uuid=key).exists():
        return False
    action, _ = save_proposal(key=key, by=carrier, content=_content(row))
    if row.get("typed"):
        _type_badly(row, action, carrier)
    walk = _Walk(row, action, carrier, people)
    for step in PATHS[row["status"]]:
        getattr(walk, step)()
    return True


def _content(row: Mapping[str, Any]) -> ProposalContent:
    challenge, measure = row["measure"].split(".")
    starts_on = timezone.localdate() + timedelta(days=row["starts_in_days"])
    amounts = ("funding_asked", "own_resources")
    return ProposalContent(
        columns={
            **{name: row[name] for name in ("title", "summary", "description")},
            **{name: Decimal(row[name]) for name in amounts},
            "jobs_created": Decimal(str(row["jobs_created"])),
            "jobs_kept": Decimal(str(row["jobs_kept"])),
            "carrier": Organisation.objects.get(slug=row["carrier"]),
            "measure": Measure.objects.of_current_programme().get(
                challenge__number=challenge, number=measure
            ),
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=row["lasts_days"]),
            "certifies_accuracy": True,
            "accepts_terms": True,
            "signs_contract": True,
        },
        relations={
            "communes": Commune.objects.filter(insee_code__in=row["communes"]),
            "sectors": Sector.objects.filter(slug__in=row["sectors"]),
            "partners": Organisation.objects.filter(slug__in=row["partners"]),
        },
        budget=_budget(Decimal(row["total_cost"]), Decimal(row["other_funding"])),
        assessments={
            code: Assessment(level=said["level"], reason=said["reason"])
            for code, said in row["self_assessment"].items()
        },
    )


def _budget(cost: Decimal, others: Decimal) -> Budget:
    # Round shares, whose rests make the totals whole.
    staff, purchases, region = cost * 3 // 5, cost // 5, others // 3
    expenses = {
        ExpenseCategory.PURCHASES: purchases,
        ExpenseCategory.STAFF: staff,
        ExpenseCategory.SERVICES: cost - staff - purchases,
    }
    funders = (
        Funding("Région (démonstration)", region, FundingState.ASKED),
        Funding("Fondation imaginaire", others - region, FundingState.GRANTED),
    )
    return Budget(expenses, [funder for funder in funders if funder.amount])


def _type_badly(row: Mapping[str, Any], action: Action, carrier: User) -> None:
    # What a carrier typed and the portal couldn't read yet: it waits in the draft.
    typed = {name: row[name] for name in ("title", "summary", "description")} | row["typed"]
    step = Step(typed.pop("step"))
    entry = StepEntry(
        step=step,
        edition=0,
        window=action.uuid,
        content=ProposalContent(),
        typed={name: [value] for name, value in typed.items()},
    )
    save_step(key=action.uuid, by=carrier, entry=entry)


class _Walk:
    """The steps of one proposal, each by the person whose turn it is."""

    def __init__(self, row, action, carrier, people):
        self.row, self.action, self.carrier, self.people = row, action, carrier, people
        self.message = row.get("message") or "Décision prise pour la démonstration."

    def _apply(self, transition, by, **options):
        apply_transition(self.action, transition, by=by, **options)

    def _decide(self, kind, **options):
        if self.row.get("in_session"):
            return  # services/demonstration_sessions.py
        decision = propose_decision(
            action=self.action, kind=kind, by=self.people["comite1"], **options
        )
        confirm_decision(decision=decision, by=self.people["comite2"])
        self.action.refresh_from_db()

    def send(self):
        self._apply(Transition.SUBMIT, self.carrier)

    def ask_correction(self):
        due_on = timezone.localdate() + timedelta(days=DAYS_TO_EVALUATE)
        self._apply(
            Transition.REQUEST_CORRECTION,
            self.people["agent"],
            comment=self.message,
            details={"fields": ["description", "total_cost"], "due_on": due_on},
        )

    def withdraw(self):
        self._apply(Transition.WITHDRAW, self.carrier, comment=self.message)

    def admit(self):
        self._apply(Transition.ADMIT, self.people["agent"])

    def evaluate(self, declared: int | None = None, sent: int | None = None):
        """Ask the evaluators of the file; the first `declared` open theirs, the first `sent` write.

        All of them by default.
        """
        numbers = self.row.get("evaluators", range(1, EVALUATORS_EACH + 1))
        evaluations = assign_evaluators(
            action=self.action,
            evaluators=[self.people[f"evaluateur{number}"] for number in numbers],
            due_on=timezone.localdate() + timedelta(days=DAYS_TO_EVALUATE),
            by=self.people["agent"],
        )
        for evaluation in evaluations[:declared]:
            declare_no_interest(evaluation=evaluation, by=evaluation.evaluator)
        # strict=False: an action that lacks evaluators has more opinions in the file than people.
        for evaluation, said in list(zip(evaluations, self.row["evaluations"], strict=False))[
            :sent
        ]:
            self._write(evaluation, said)

    def _write(self, evaluation, said):
        save_evaluation(
            evaluation=evaluation,
            by=evaluation.evaluator,
            version=0,
            scores={
                criterion.pk: Score(
                    level=said[criterion.code]["level"],
                    no_opinion=said[criterion.code]["level"] is None,
                    reason=said[criterion.code]["reason"],
                    **said[criterion.code].get("evidence", {}),
                )
                for criterion in self.action.grid.criteria.all()
            },
            send=True,
        )

    def evaluate_partly(self):
        self.evaluate(declared=self.row.get("declared"), sent=self.row.get("sent", SENT_WHILE_OPEN))

    def close(self):
        self._apply(Transition.CLOSE_EVALUATION, self.people["agent"])

    def postpone(self):
        self._decide(DecisionKind.POSTPONE, reason=self.message)

    def prioritise(self):
        self._decide(DecisionKind.PRIORITISE, amount=self.action.funding_asked)

    def start(self):
        self._apply(Transition.START, self.people["agent"])

    def complete(self):
        self._apply(Transition.COMPLETE, self.people["agent"], comment=self.message)

    def abandon(self):
        self._apply(Transition.ABANDON, self.people["agent"], comment=self.message)

    def announce_refusal(self):
        self._decide(DecisionKind.ANNOUNCE_REFUSAL, reason=self.message)

    def reply(self):
        reply_to_refusal(
            action=self.action,
            by=self.carrier,
            text="Nous prenons acte de votre analyse et reviendrons avec un projet remanié.",
        )

    def confirm_refusal(self):
        self._apply(Transition.CONFIRM_REFUSAL, self.people["comite1"], comment=self.message)
