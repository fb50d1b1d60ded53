"""What the figures say, in sentences: pure functions, no query.

Each sentence counts something, and leads to the list of exactly what it counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ess_portal.base import french
from ess_portal.base.french import euros, number


class Tone(StrEnum):
    """What a sentence asks of its reader; the page shows it by a shape and a word."""

    ALERT = "alert"
    GOOD = "good"
    PLAIN = "plain"


@dataclass(frozen=True)
class Sentence:
    """One sentence; `url` is the list of what it counts, None when there is nothing to list."""

    text: str
    tone: Tone
    url: str | None = None


@dataclass(frozen=True)
class Late:
    """Actions that have waited for more than `limit` days at one stage, and their list."""

    stage: str
    count: int
    limit: int
    url: str


# After the number of actions, singular and plural: what they wait for.
WAITING_FOR = {
    "instruire": ("est en cours d’instruction", "sont en cours d’instruction"),
    "decider": ("attend une décision", "attendent une décision"),
    "refus-annonces": (
        "attend la suite d’un refus annoncé",
        "attendent la suite d’un refus annoncé",
    ),
}


def plural(count: int | Decimal, one: str, several: str) -> str:
    """Return `one` or `several`, as French wants of `count`."""
    return several if french.plural(count) else one


def about_gaps(gaps: int, measures: int, url: str) -> list[Sentence]:
    """Say how many of the measures have no action."""
    if not measures:
        return []
    if not gaps:
        return [Sentence("Chaque mesure a au moins une action.", Tone.GOOD)]
    if gaps == measures:
        text = plural(
            measures,
            "La seule mesure du programme n’a encore aucune action.",
            f"Aucune des {measures} mesures n’a encore d’action.",
        )
    else:
        words = plural(gaps, "mesure", "mesures")
        verb = plural(gaps, "n’a", "n’ont")
        text = f"{gaps} {words} sur {measures} {verb} encore aucune action."
    return [Sentence(text, Tone.ALERT, url)]


def about_late(late: Iterable[Late]) -> list[Sentence]:
    """Say how many actions have waited for too long, stage by stage; nothing when none has."""
    return [
        Sentence(
            f"{number(row.count)} {plural(row.count, 'action', 'actions')} "
            f"{plural(row.count, *WAITING_FOR[row.stage])} depuis plus de {row.limit} jours.",
            Tone.ALERT,
            row.url,
        )
        for row in late
        if row.count
    ]


def about_granted(count: int, amount: Decimal, url: str) -> list[Sentence]:
    """Say how many actions were granted money, and how much."""
    if not count:
        return [Sentence("Aucune action n’a encore été priorisée.", Tone.PLAIN)]
    verb = plural(count, "action a été priorisée", "actions ont été priorisées")
    return [Sentence(f"{number(count)} {verb}, pour {euros(amount)} accordés.", Tone.PLAIN, url)]


def about_communes(without: int, communes: int, url: str) -> list[Sentence]:
    """Say how many communes have no action."""
    if not communes:
        return []
    if not without:
        return [Sentence("Chaque commune a au moins une action.", Tone.GOOD)]
    if without == communes:
        return [Sentence("Aucune commune n’a encore d’action.", Tone.PLAIN, url)]
    words = plural(without, "commune", "communes")
    verb = plural(without, "n’a", "n’ont")
    text = f"{without} {words} sur {communes} {verb} encore aucune action."
    return [Sentence(text, Tone.PLAIN, url)]
