"""What a session may grant, overall and by challenge, and what its agenda takes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from actions.models import AgendaItem, CommitteeSession
from ess_portal.base.french import euros
from ess_portal.base.presence import present


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


def budgets_of(session: CommitteeSession, items: Iterable[AgendaItem]) -> list[Envelope]:
    """Return the session's envelopes, the overall one first.

    `items` are its items with their action's measure loaded. Asks two queries.
    """
    items = [item for item in items if item.amount is not None]
    voted = {
        vote.challenge_id: vote.amount for vote in session.envelope_votes.all() if vote.is_adopted
    }
    fixed = {None: ("Séance", session.envelope)} | {
        part.challenge_id: (f"Défi {part.challenge.number}", part.amount)
        for part in session.challenge_envelopes.select_related("challenge")
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
                    if challenge in (None, present(item.action.measure).challenge_id)
                ),
                Decimal(0),
            ),
        )
        for challenge, (label, amount) in fixed.items()
    ]


def overspending(session: CommitteeSession, items: Iterable[AgendaItem]) -> list[str]:
    """Say where the amounts of `items` are above an envelope; nothing when they hold."""
    return [sentence for envelope in budgets_of(session, items) for sentence in envelope.sentences]
