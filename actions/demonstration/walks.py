"""What may happen to one application of the demonstration, each step by whose turn it is."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from actions.amendments.services import confirm_amendment, propose_amendment
from actions.committee.services.decisions import (
    confirm_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.demonstration.contents import key_of, proposal_content, scores
from actions.enums import ActionStatus, DecisionKind, Step, Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import declare_no_interest, recuse, save_evaluation
from actions.models import Action, Evaluation
from actions.proposals.documents.application import application_pdf
from actions.proposals.queries.application import application_of
from actions.proposals.services.applications import (
    ProposalContent,
    record_submission,
    save_proposal,
)
from actions.proposals.services.attachments import attach
from actions.proposals.services.drafts import StepEntry, save_step
from actions.rules import can_amend
from actions.workflow import apply_transition
from actors.models import User
from ess_portal.base.windows import Shown

DAYS_TO_EVALUATE = 21
DAYS_BY_POST = 3
SENT_WHILE_OPEN = 2
EVALUATORS_EACH = 3


class Walk:
    """What may happen to one application, each step by the person whose turn it is.

    `texts` of the row gives a step its words, else `message` does. Dates of the file are counted
    from `today`, those that run from a step from the day of that step.
    """

    def __init__(
        self, row: Mapping[str, Any], carrier: User, people: Mapping[str, User], *, today: date
    ):
        self.row, self.carrier, self.people, self.today = row, carrier, people, today
        self.action: Action
        self.evaluations: list[Evaluation] = []

    def _text(self, step: str) -> str:
        texts = self.row.get("texts", {})
        return texts.get(step) or self.row.get("message") or "Décision prise pour la démonstration."

    def _apply(self, transition, by, **options):
        apply_transition(self.action, transition, by=by, **options)

    def _decide(self, kind, **options):
        decision = propose_decision(
            action=self.action, kind=kind, by=self.people["comite1"], **options
        )
        self._confirm(decision)

    def _confirm(self, decision):
        confirm_decision(decision=decision, by=self.people["comite2"])
        self.action.refresh_from_db()

    # --- The file -----------------------------------------------------------------------------

    def write(self):
        """Keep the whole file as a draft."""
        content = proposal_content(self.row, self.today)
        self.action, _ = save_proposal(key=key_of(self.row), by=self.carrier, content=content)
        if self.row.get("typed"):
            self._type_badly()

    def _type_badly(self):
        # What a carrier typed and the portal couldn't read yet: it waits in the draft.
        names = ("title", "summary", "description")
        typed = {name: self.row[name] for name in names} | self.row["typed"]
        entry = StepEntry(
            step=Step(typed.pop("step")),
            edition=0,
            window=self.action.uuid,
            content=ProposalContent(),
            typed={name: [value] for name, value in typed.items()},
        )
        save_step(key=self.action.uuid, by=self.carrier, entry=entry)

    def attach(self):
        """Attach the file as a PDF, under the name that the row gives."""
        document = application_pdf(application_of(self.action))
        attach(action=self.action, by=self.carrier, name=self.row["attachment"], data=document)

    def send(self):
        """Send the file for the first time."""
        self._apply(Transition.SUBMIT, self.carrier)

    def come_by_post(self):
        """Have an agent type a file that the carrier had signed on paper."""
        content = proposal_content(self.row, self.today)
        received_on = timezone.localdate() - timedelta(days=DAYS_BY_POST)
        self.action = record_submission(
            key=key_of(self.row),
            signatory=self.carrier,
            by=self.people["agent"],
            content=ProposalContent(
                columns={**content.columns, "received_on_paper": received_on},
                relations=content.relations,
                assessments=content.assessments,
                budget=content.budget,
            ),
        )

    def ask_correction(self):
        """Ask the carrier to complete the description and the budget."""
        due_on = timezone.localdate() + timedelta(days=DAYS_TO_EVALUATE)
        self._apply(
            Transition.REQUEST_CORRECTION,
            self.people["agent"],
            comment=self._text("ask_correction"),
            details={"fields": ["description", "total_cost"], "due_on": due_on},
        )

    def resubmit(self):
        """Send the file again, with what the row adds to its description."""
        description = f"{self.row['description']} {self._text('resubmit')}"
        self.action, _ = save_proposal(
            key=key_of(self.row),
            by=self.carrier,
            content=ProposalContent(columns={"description": description}),
            send=True,
        )

    def withdraw(self):
        """Take the application back."""
        self._apply(Transition.WITHDRAW, self.carrier, comment=self._text("withdraw"))

    # --- The evaluation -------------------------------------------------------------------------

    def admit(self):
        """Admit it to the evaluation."""
        self._apply(Transition.ADMIT, self.people["agent"])

    def return_to_screening(self):
        """Give it back to the screening."""
        self._apply(
            Transition.RETURN_TO_SCREENING,
            self.people["agent"],
            comment=self._text("return_to_screening"),
        )

    def assign(self):
        """Ask the evaluators of the row, the first three by default."""
        self._ask(self.row.get("evaluators", range(1, EVALUATORS_EACH + 1)))

    def ask_another(self):
        """Ask one more evaluator."""
        self._ask([self.row["another"]])

    def _ask(self, numbers):
        self.evaluations += assign_evaluators(
            action=self.action,
            evaluators=[self.people[f"evaluateur{number}"] for number in numbers],
            due_on=timezone.localdate() + timedelta(days=DAYS_TO_EVALUATE),
            by=self.people["agent"],
        )

    def declare(self, place: int):
        """Have the evaluator asked in that place declare no interest."""
        evaluation = self.evaluations[place]
        declare_no_interest(evaluation=evaluation, by=evaluation.evaluator)

    def recuse(self, place: int):
        """Have the evaluator asked in that place step back."""
        person = self.evaluations[place].evaluator
        recuse(action=self.action, user=person, by=person, reason=self._text("recuse"))

    def evaluate(self, place: int):
        """Have the evaluator asked in that place send what the row says."""
        evaluation = self.evaluations[place]
        save_evaluation(
            evaluation=evaluation,
            by=evaluation.evaluator,
            shown=Shown(),
            scores=scores(self.row["evaluations"][place], self.action.grid),
            send=True,
        )

    def evaluate_all(self):
        """Ask the evaluators and have them all declare and send."""
        self._evaluate()

    def evaluate_some(self):
        """Ask the evaluators; the first `declared` of the row declare, the first `sent` write."""
        self._evaluate(self.row.get("declared"), self.row.get("sent", SENT_WHILE_OPEN))

    def _evaluate(self, declared: int | None = None, sent: int | None = None):
        self.assign()
        # An action that lacks evaluators has more opinions in the file than people.
        places = range(len(self.evaluations))
        for place in places[:declared]:
            self.declare(place)
        for place in places[:sent]:
            self.evaluate(place)

    def close(self):
        """Close the evaluation."""
        self._apply(Transition.CLOSE_EVALUATION, self.people["agent"])

    def reopen(self):
        """Open the evaluation again: an agent proposes, a member of the committee confirms."""
        decision = propose_decision(
            action=self.action,
            kind=DecisionKind.REOPEN_EVALUATION,
            by=self.people["agent"],
            reason=self._text("reopen"),
        )
        self._confirm(decision)

    # --- Decisions outside any session --------------------------------------------------------

    def postpone(self):
        """Keep it for later."""
        self._decide(DecisionKind.POSTPONE, reason=self._text("postpone"))

    def prioritise(self):
        """Grant what it asks."""
        self._decide(DecisionKind.PRIORITISE, amount=self.action.funding_asked)

    def reconsider(self):
        """Have the committee look at it again."""
        self._apply(Transition.RECONSIDER, self.people["agent"], comment=self._text("reconsider"))

    def announce_refusal(self):
        """Announce a refusal."""
        self._decide(DecisionKind.ANNOUNCE_REFUSAL, reason=self._text("announce_refusal"))

    def find_inadmissible(self):
        """Announce a refusal before any evaluation, as an agent."""
        self._apply(
            Transition.ANNOUNCE_REFUSAL,
            self.people["agent"],
            comment=self._text("find_inadmissible"),
        )

    def reply(self):
        """Answer an announced refusal."""
        text = "Nous prenons acte de votre analyse et reviendrons avec un projet remanié."
        reply_to_refusal(
            action=self.action, by=self.carrier, text=self.row.get("texts", {}).get("reply", text)
        )

    def confirm_refusal(self):
        """Confirm the refusal, by whoever announced it."""
        by_an_agent = self.action.refused_from in ActionStatus.REFUSED_BY_AN_AGENT
        by = self.people["agent" if by_an_agent else "comite1"]
        self._apply(Transition.CONFIRM_REFUSAL, by, comment=self._text("confirm_refusal"))

    def withdraw_refusal(self):
        """Give the refusal up: the reply convinced."""
        self._apply(
            Transition.WITHDRAW_REFUSAL,
            self.people["comite1"],
            comment=self._text("withdraw_refusal"),
        )

    # --- Afterwards -----------------------------------------------------------------------------

    def start(self):
        """Note that it starts."""
        self._apply(Transition.START, self.people["agent"])

    def amend(self):
        """Change amount or calendar as the row says, by two people."""
        said = self.row["amendment"]
        # Who stepped aside from its point in session takes no part in this either.
        members = (self.people[name] for name in ("comite1", "comite2", "comite3"))
        first, second = [one for one in members if can_amend(one, self.action)][:2]
        amendment = propose_amendment(
            action=self.action,
            by=first,
            reason=said["reason"],
            amount=Decimal(said["amount"]) if "amount" in said else None,
            ends_on=self.action.ends_on + timedelta(days=said.get("days_more", 0)),
        )
        self.action = confirm_amendment(amendment=amendment, by=second)

    def complete(self):
        """Note that it is done, with its report."""
        self._apply(Transition.COMPLETE, self.people["agent"], comment=self._text("complete"))

    def abandon(self):
        """Note that it is given up."""
        text = self._text("abandon")
        self._apply(
            Transition.ABANDON,
            self.people["agent"],
            comment=text,
            details={"public_reason": text},
        )
