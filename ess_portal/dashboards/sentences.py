"""What the figures say, in sentences: pure functions, no query.

Each sentence counts something, and leads to the list of exactly what it counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ess_portal.base import french
from ess_portal.base.french import euros, number
from ess_portal.dashboards.statistics.promised import Promised


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
    """Say how many of the measures have no funded action."""
    if not measures:
        return []
    if not gaps:
        return [Sentence("Chaque mesure a au moins une action financée.", Tone.GOOD)]
    if gaps == measures:
        text = plural(
            measures,
            "La seule mesure du programme n’a encore aucune action financée.",
            f"Aucune des {measures} mesures n’a encore d’action financée.",
        )
    else:
        words = plural(gaps, "mesure", "mesures")
        verb = plural(gaps, "n’a", "n’ont")
        text = f"{gaps} {words} sur {measures} {verb} encore aucune action financée."
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


def about_funded(
    promised: Promised, url: str, proposed_url: str, abandoned_url: str
) -> list[Sentence]:
    """Say how many actions are funded, and how much; apart, what is proposed to the council, and
    what was granted to abandoned ones.
    """
    if not promised.funded:
        said = [Sentence("Aucune action n’est encore financée.", Tone.PLAIN)]
    else:
        verb = plural(promised.funded, "action est financée", "actions sont financées")
        text = f"{number(promised.funded)} {verb}, pour {euros(promised.granted)} accordés."
        said = [Sentence(text, Tone.PLAIN, url)]
    if promised.proposed:
        text = f"{euros(promised.proposed)} sont proposés au conseil, qui n’a pas encore délibéré."
        said.append(Sentence(text, Tone.PLAIN, proposed_url))
    if promised.abandoned:
        words = plural(
            promised.abandoned,
            "action abandonnée ne compte plus",
            "actions abandonnées ne comptent plus",
        )
        amount = euros(promised.given_up)
        text = f"{number(promised.abandoned)} {words} : {amount} étaient accordés."
        said.append(Sentence(text, Tone.PLAIN, abandoned_url))
    return said


def about_communes(without: int, communes: int, url: str) -> list[Sentence]:
    """Say how many communes have no funded action."""
    if not communes:
        return []
    if not without:
        return [Sentence("Chaque commune a au moins une action financée.", Tone.GOOD)]
    if without == communes:
        return [Sentence("Aucune commune n’a encore d’action financée.", Tone.PLAIN, url)]
    words = plural(without, "commune", "communes")
    verb = plural(without, "n’a", "n’ont")
    text = f"{without} {words} sur {communes} {verb} encore aucune action financée."
    return [Sentence(text, Tone.PLAIN, url)]
