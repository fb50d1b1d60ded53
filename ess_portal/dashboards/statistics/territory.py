"""Where the actions are: figures by commune.

An action counts for one in each of its communes; the money and the jobs of those that are funded
are shared equally between them, so that they add up to the programme's. What the council has yet to
vote isn't among them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, Sum

from actions.enums import ActionStatus
from actions.models import CommuneTotal
from actors.models import Commune
from challenges.models import Programme
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import COUNTED, list_url

CENT = Decimal("0.01")
INHABITANTS = 10_000


@dataclass(frozen=True)
class CommuneFigures:
    """Actions, those of them that are funded, euros granted and jobs of a commune."""

    programme: Programme
    commune: Commune
    actions: int
    funded: int
    granted: Decimal
    jobs: Decimal

    @property
    def url(self) -> str:
        """The list of the actions counted."""
        return list_url(COUNTED, self.programme, commune=self.commune.insee_code)

    @property
    def actions_rate(self) -> Decimal | None:
        """Actions for 10,000 inhabitants."""
        return self._rate(Decimal(self.actions) * INHABITANTS)

    @property
    def granted_rate(self) -> Decimal | None:
        """Euros granted for each inhabitant."""
        return self._rate(self.granted)

    @property
    def jobs_rate(self) -> Decimal | None:
        """Jobs for 10,000 inhabitants."""
        return self._rate(self.jobs * INHABITANTS)

    def _rate(self, value: Decimal) -> Decimal | None:
        if not self.commune.population:
            return None
        return (value / self.commune.population).quantize(CENT, ROUND_HALF_UP)


@dataclass
class _Tally:
    """What a commune's actions add up to, its shares exact until they are all there."""

    actions: int = 0
    funded: int = 0
    granted: Fraction = Fraction()
    jobs: Fraction = Fraction()

    def add(self, communes: int, actions: int, funded: int, euros: Decimal, jobs: Decimal) -> None:
        """Add actions alike: they take place in as many `communes`, which share euros and jobs."""
        self.actions += actions
        self.funded += funded
        self.granted += Fraction(euros) / communes
        self.jobs += Fraction(jobs) / communes


def communes(scope: Scope) -> list[CommuneFigures]:
    """Return the figures of each commune: two queries, three for a carrier."""
    tallies: dict[int, _Tally] = defaultdict(_Tally)
    for commune, *figures in _counted(scope):
        tallies[commune].add(*figures)
    return [
        CommuneFigures(
            programme=scope.programme,
            commune=commune,
            actions=tallies[commune.pk].actions,
            funded=tallies[commune.pk].funded,
            granted=_rounded(tallies[commune.pk].granted),
            jobs=_rounded(tallies[commune.pk].jobs),
        )
        for commune in Commune.objects.all()
    ]


def _counted(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """A commune, and what `_Tally.add` takes."""
    voted = Q(is_voted=True)
    rows = (
        scope.summed(CommuneTotal)
        .values_list("commune", "communes")
        .annotate(
            number=Sum("actions"),
            funded=Sum("actions", filter=voted, default=0),
            euros=Sum("voted", filter=Q(status__in=ActionStatus.FUNDED), default=0),
            posts=Sum("jobs", filter=voted, default=0),
        )
    )
    yield from rows
    for tally in scope.besides or ():
        euros = tally.voted if tally.status in ActionStatus.FUNDED else Decimal(0)
        jobs = tally.jobs if tally.is_voted else Decimal(0)
        for commune in tally.communes:
            yield commune, len(tally.communes), 1, int(tally.is_voted), euros, jobs


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)
