"""The minutes of a committee's session: who sat, who left, what was decided, for how much.

The dataclasses are filled by whoever knows the models; `minutes_pdf` draws them. Amounts are in
euros, times aware.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from actions.committee.documents.gate_result import gate_words
from actions.enums import Attendance, Outcome
from actions.gate import GateOutcome
from ess_portal.base import french
from ess_portal.base.document_format import day, document, facts, moment
from ess_portal.base.pdf import render_pdf

UNDECIDED = "Sans décision"
SUBJECT_TO_THE_COUNCIL = "ous réserve de la délibération du conseil"


@dataclass(frozen=True)
class Seat:
    """A member at the session; `role` as shown ("présidente"), empty for most."""

    name: str
    attendance: Attendance
    votes: bool = True
    role: str = ""


@dataclass(frozen=True)
class RecusalLine:
    """Somebody who took no part in an action, as member or as evaluator.

    `action` as shown ("ESS-2026-0001 – Une épicerie"); `reason` is empty once retention emptied it.
    """

    person: str
    action: str
    reason: str = ""


@dataclass(frozen=True)
class Votes:
    """A vote's count."""

    in_favour: int
    against: int
    abstentions: int

    def __str__(self):
        return (
            f"{self.in_favour} pour, {self.against} contre, "
            f"{self.abstentions} abstention{french.plural(self.abstentions)}"
        )


@dataclass(frozen=True)
class ChallengeEnvelope:
    """What the session could grant within one challenge, and what it granted."""

    challenge: str
    amount: Decimal | None
    granted: Decimal


@dataclass(frozen=True)
class EnvelopeVote:
    """A vote that changed the envelope, or a challenge's share of it (`about`)."""

    about: str
    before: Decimal
    after: Decimal
    votes: Votes
    reason: str
    proposed_by: str
    confirmed_by: str


@dataclass(frozen=True)
class Envelope:
    """The session's envelope; None when none was set."""

    total: Decimal | None
    challenges: Sequence[ChallengeEnvelope] = ()
    votes: Sequence[EnvelopeVote] = ()


@dataclass(frozen=True)
class Item:
    """One item of the agenda. `outcome` is an `Outcome`, or empty while nothing is noted.

    `votes` is None when decided by consent, or not decided.
    """

    reference: str
    title: str
    carrier: str
    measure: str
    communes: Sequence[str]
    asked: Decimal
    result: GateOutcome | None
    outcome: str
    decision: str = ""
    granted: Decimal | None = None
    granted_before: Decimal | None = None  # of an action under way, to which more is granted
    reason: str = ""
    votes: Votes | None = None
    presided_by: str = ""
    proposed_by: str = ""
    confirmed_by: str = ""
    stepped_aside: Sequence[str] = ()
    is_proposed: bool = False  # the council has yet to vote what is granted
    siret: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether the session took a decision on it."""
        return self.outcome in Outcome.DECISIONS


@dataclass(frozen=True)
class Minutes:
    """All that the minutes and the draft deliberation say. `as_of` is when the data were read.

    `starts_at` is when the session was to start, `opened_at` when it did.
    """

    authority: str
    programme: str
    reference: str
    starts_at: datetime
    ends_at: datetime | None
    place: str
    chair: str
    as_of: datetime
    seats: Sequence[Seat]
    envelope: Envelope
    items: Sequence[Item]
    session_recusals: Sequence[RecusalLine] = ()
    evaluation_recusals: Sequence[RecusalLine] = ()
    quorum: int | None = None
    deliberations: Sequence[str] = ()
    agreements: Sequence[str] = ()
    opened_at: datetime | None = None
    budget_line: str = ""

    @property
    def granted(self) -> Decimal:
        """What the session granted in all, proposed to the council or not."""
        return sum((item.granted or Decimal(0) for item in self.items), Decimal(0))

    @property
    def proposed(self) -> Decimal:
        """What of it the council has yet to vote."""
        waiting = (item.granted or Decimal(0) for item in self.items if item.is_proposed)
        return sum(waiting, Decimal(0))

    @property
    def deliberation(self) -> str:
        """What the council voted, and whether it has something to vote still."""
        voted = " ; ".join(self.deliberations)
        if not self.proposed:
            return voted
        return f"{voted}{' ; le reste s' if voted else 'S'}{SUBJECT_TO_THE_COUNCIL}"

    @property
    def asked(self) -> Decimal:
        """What the items of the agenda asked for in all."""
        return sum((item.asked for item in self.items), Decimal(0))

    @property
    def left(self) -> Decimal | None:
        """What remains of the envelope; None without envelope, negative when it is exceeded."""
        return None if self.envelope.total is None else self.envelope.total - self.granted

    @property
    def grants(self) -> list[Item]:
        """The items that take money of the envelope, in the agenda's order."""
        return [item for item in self.items if item.outcome in Outcome.GRANTING]

    def with_outcome(self, outcome: Outcome) -> list[Item]:
        """The items that ended so, in the agenda's order."""
        return [item for item in self.items if item.outcome == outcome]


def minutes_pdf(minutes: Minutes) -> bytes:
    """Return the minutes as an accessible PDF."""
    return render_pdf("minutes", minutes_data(minutes))


def minutes_data(minutes: Minutes) -> dict:
    """Return what `templates/pdf/minutes.typ` draws: plain values, in French."""
    return {
        "document": document(
            title=f"Compte rendu de la commission du {day(minutes.starts_at)}",
            authority=minutes.authority,
            programme=minutes.programme,
            as_of=minutes.as_of,
        ),
        "session": facts(
            ("Séance", minutes.reference),
            ("Prévue le", moment(minutes.starts_at)),
            ("Ouverte le", moment(minutes.opened_at)),
            ("Close le", moment(minutes.ends_at)),
            ("Lieu", minutes.place),
            ("Présidence", minutes.chair),
            ("Votants présents", voters_present(minutes)),
            ("Ligne budgétaire", minutes.budget_line),
            ("Délibération", minutes.deliberation),
        ),
        "seats": [
            [
                seat.name + (f", {seat.role}" if seat.role else ""),
                "oui" if seat.votes else "non",
                attendance_word(seat.attendance),
            ]
            for seat in minutes.seats
        ],
        "session_recusals": [_recusal(line) for line in minutes.session_recusals],
        "evaluation_recusals": [_recusal(line) for line in minutes.evaluation_recusals],
        "envelope": {
            "total": _euros(minutes.envelope.total, "Aucune enveloppe n’a été fixée."),
            "challenges": [
                [line.challenge, _euros(line.amount, "non fixée"), french.euros(line.granted)]
                for line in minutes.envelope.challenges
            ],
            "votes": [_envelope_vote(vote) for vote in minutes.envelope.votes],
        },
        "items": [_item(number, item) for number, item in enumerate(minutes.items, 1)],
        "totals": facts(
            ("Actions à l’ordre du jour", str(len(minutes.items))),
            ("Montant demandé", french.euros(minutes.asked)),
            *_sums(minutes),
            ("Enveloppe", _euros(minutes.envelope.total, "non fixée")),
            *_remainder(minutes.left),
        ),
        "granted": [
            [item.reference, title_of(item), beneficiary(item), french.euros(item.granted)]
            for item in minutes.grants
            if item.granted is not None
        ],
        "granted_heading": "Proposé" if minutes.proposed else "Accordé",
        "granted_total": french.euros(minutes.granted),
        "chair": minutes.chair,
    }


def beneficiary(item: Item) -> str:
    """Name who is granted money, with its SIRET where it is known."""
    return f"{item.carrier}\nSIRET {french.siret(item.siret)}" if item.siret else item.carrier


def attendance_word(attendance: Attendance) -> str:
    """Say whether a member came: who is still expected when the session is over was absent."""
    came = Attendance.ABSENT if attendance == Attendance.EXPECTED else attendance
    return Attendance(came).label.lower()


def voters_present(minutes: Minutes) -> str:
    """Say how many of those who vote were there: "5 sur 7 (quorum : 4)"."""
    voters = [seat for seat in minutes.seats if seat.votes]
    present = sum(seat.attendance == Attendance.PRESENT for seat in voters)
    quorum = "" if minutes.quorum is None else f" (quorum : {minutes.quorum})"
    return f"{present} sur {len(voters)}{quorum}"


def _euros(amount: Decimal | None, absent: str = "") -> str:
    return absent if amount is None else french.euros(amount)


def _remainder(left: Decimal | None) -> list[tuple[str, str]]:
    if left is None:
        return []
    return [("Dépassement", french.euros(-left)) if left < 0 else ("Reste", french.euros(left))]


def _sums(minutes: Minutes) -> list[tuple[str, str]]:
    voted = minutes.granted - minutes.proposed
    granted = [("Montant accordé", french.euros(voted))] if voted or not minutes.proposed else []
    if not minutes.proposed:
        return granted
    return [*granted, ("Montant proposé au conseil", french.euros(minutes.proposed))]


def _recusal(line: RecusalLine) -> list[str]:
    return [line.person, line.action, line.reason or "–"]


def _envelope_vote(vote: EnvelopeVote) -> dict:
    return {
        "title": f"{vote.about} : de {french.euros(vote.before)} à {french.euros(vote.after)}",
        "facts": facts(
            ("Vote", str(vote.votes)),
            ("Proposé par", vote.proposed_by),
            ("Confirmé par", vote.confirmed_by),
        ),
        "reason": vote.reason,
    }


def _item(number: int, item: Item) -> dict:
    return {
        "heading": f"{number}. {item.title}",
        "reference": item.reference,
        "facts": facts(
            ("Porteur", item.carrier),
            ("SIRET", french.siret(item.siret)),
            ("Mesure", item.measure),
            (f"Commune{french.plural(item.communes)}", french.listed(item.communes)),
            asked_or_granted(item),
        ),
        "result": gate_words(item.result),
        "decision": decision_of(item),
        "granted": amount_of(item),
        "decided": item.is_decided,
        "decision_facts": _decision_facts(item),
        "reason": item.reason,
    }


def decision_of(item: Item) -> str:
    """Say what was decided of an item, and whether the council has to vote it."""
    decided = item.decision or UNDECIDED
    return f"{decided}, s{SUBJECT_TO_THE_COUNCIL}" if item.is_proposed else decided


def amount_of(item: Item) -> str:
    """Say what an item is granted, and what an increase makes of the whole; nothing when none."""
    if item.granted is None or item.granted_before is None:
        return _euros(item.granted)
    total = item.granted_before + item.granted
    return f"{french.euros(item.granted)} de plus, soit {french.euros(total)} en tout"


def title_of(item: Item) -> str:
    """Say what is granted in a table: an increase isn't a grant of its own."""
    return f"{item.title} (augmentation)" if item.outcome == Outcome.INCREASE else item.title


def asked_or_granted(item: Item) -> tuple[str, str]:
    """Say what an action asks for, or what it has already, in euros."""
    if item.granted_before is not None:
        return "Montant déjà accordé", french.euros(item.granted_before)
    return "Montant demandé", french.euros(item.asked)


def mode_of(item: Item) -> str:
    """Say how an item was decided; nothing when it wasn't."""
    if item.votes:
        return f"vote : {item.votes}"
    return "consentement, sans vote" if item.is_decided else ""


def _decision_facts(item: Item) -> list[list[str]]:
    return facts(
        ("Présidence pour ce point", item.presided_by),
        ("Mode de décision", mode_of(item)),
        ("Proposée par", item.proposed_by),
        ("Confirmée par", item.confirmed_by),
        (
            "A quitté la salle" if len(item.stepped_aside) == 1 else "Ont quitté la salle",
            french.listed(item.stepped_aside),
        ),
    )
