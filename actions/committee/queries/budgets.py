"""What a session may grant, overall and by challenge, and what its agenda takes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from actions.models import CommitteeSession, EnvelopeVote
from ess_portal.base.french import euros


class Taking(Protocol):
    """A point of an agenda, as far as it takes of an envelope."""

    @property
    def amount(self) -> Decimal | None:
        """What is granted, in euros."""

    @property
    def challenge_id(self) -> int:
        """The key of its action's challenge."""


@dataclass(frozen=True)
class Envelope:
    """One ceiling of a session, in euros. `challenge_id` is None for the whole session."""

    label: str
    challenge_id: int | None
    fixed: Decimal
    ceiling: Decimal
    granted: Decimal

    @property
    def is_raised(self) -> bool:
        """Whether a vote of the session changed it."""
        return self.ceiling != self.fixed

    @property
    def left(self) -> Decimal:
        """What may still be granted; negative when too much is."""
        return self.ceiling - self.granted

    @property
    def sentences(self) -> list[str]:
        """Why what is granted is too much; nothing while it holds."""
        if self.left >= 0:
            return []
        return [
            f"{self.label} : {euros(self.granted)} accordés dépassent l’enveloppe de "
            f"{euros(self.ceiling)}. Baissez un montant, ou faites voter une enveloppe plus haute."
        ]


def votes_of(session: CommitteeSession) -> list[EnvelopeVote]:
    """Return the votes of the session on its envelopes, in their order."""
    return list(session.envelope_votes.select_related("challenge"))


def budgets_of(
    session: CommitteeSession,
    items: Iterable[Taking],
    votes: Iterable[EnvelopeVote] | None = None,
) -> list[Envelope]:
    """Return the session's envelopes, the overall one first.

    `items` are its items with their action's measure loaded, or as much of them as is read here.
    Asks two queries, one when the session's `votes` are given.
    """
    items = [item for item in items if item.amount is not None]
    if votes is None:
        votes = session.envelope_votes.all()
    voted = {vote.challenge_id: vote.amount for vote in votes if vote.is_adopted}
    fixed = {None: ("Séance", session.envelope)} | {
        challenge: (f"Défi {number}", amount)
        for challenge, number, amount in session.challenge_envelopes.values_list(
            "challenge_id", "challenge__number", "amount"
        )
    }
    return [
        Envelope(
            label=label,
            challenge_id=challenge,
            fixed=amount,
            ceiling=voted.get(challenge, amount),
            granted=sum(
                (
                    item.amount or Decimal(0)
                    for item in items
                    if challenge in (None, item.challenge_id)
                ),
                Decimal(0),
            ),
        )
        for challenge, (label, amount) in fixed.items()
    ]


def overspending(session: CommitteeSession, items: Iterable[Taking]) -> list[str]:
    """Say where the amounts of `items` are above an envelope; nothing when they hold."""
    return [sentence for envelope in budgets_of(session, items) for sentence in envelope.sentences]
