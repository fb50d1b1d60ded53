"""What the actions ticked for an agenda ask for, beside what the agenda does already."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from actions.models import Action
from ess_portal.base.french import NO_BREAK, euros, plural


@dataclass(frozen=True)
class Ticked:
    """How many actions are ticked, what they ask for, what is `taken` already, up to a `ceiling`.

    In euros. `static/js/agenda_sum.js` says the same while one ticks.
    """

    number: int
    asked: Decimal
    taken: Decimal
    ceiling: Decimal

    @property
    def left(self) -> Decimal:
        """What the envelope would still hold; negative when it is passed."""
        return self.ceiling - self.taken - self.asked

    @property
    def sentence(self) -> str:
        """The sum in words."""
        s = plural(self.number)
        ticked = (
            f"{self.number} action{s} cochée{s}{NO_BREAK}: {euros(self.asked)}."
            if self.number
            else "Rien n’est coché."
        )
        rest = (
            f"l’enveloppe est dépassée de {euros(-self.left)}"
            if self.left < 0
            else f"il reste {euros(self.left)}"
        )
        return (
            f"{ticked} L’ordre du jour demanderait {euros(self.taken + self.asked)} sur une "
            f"enveloppe de {euros(self.ceiling)}{NO_BREAK}: {rest}."
        )


def ticked_of(actions: Iterable[Action], *, taken: Decimal, ceiling: Decimal) -> Ticked:
    """Return the sum of `actions`; one query at most."""
    asked = [action.funding_asked for action in actions]
    return Ticked(len(asked), sum(asked, Decimal(0)), taken, ceiling)
