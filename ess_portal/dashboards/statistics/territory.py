"""Where the actions are: figures by commune.

An action counts for one in each of its communes; the money and the jobs of those that are funded
are shared equally between them, so that they add up to the programme's. What the council has yet to
vote isn't among them.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Case, F, When

from actions.models import Action
from actions.querysets import FUNDED, VOTED, amount_voted
from actors.models import Commune
from challenges.models import Programme
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import COUNTED, list_url

CENT = Decimal("0.01")
INHABITANTS = 10_000

# A window over an aggregate can't be said by the ORM. The sums are kept apart by the number of
# communes of the actions, so that they are divided once, exactly, rather than rounded row by row.
QUERY = """
WITH counted (id, granted, jobs) AS ({counted}),
shared AS (
    SELECT action_id, commune_id, count(*) OVER (PARTITION BY action_id) AS communes
    FROM {through}
)
SELECT commune_id, communes, count(*), count(jobs), sum(granted), sum(jobs)
FROM shared JOIN counted ON counted.id = shared.action_id
GROUP BY commune_id, communes
"""


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


def communes(scope: Scope) -> list[CommuneFigures]:
    """Return the figures of each commune: two queries."""
    counted, parameters = (
        scope.counted.order_by()
        .annotate(
            granted=Case(When(FUNDED, then=amount_voted())),
            jobs=Case(When(VOTED, then=F("jobs_created") + F("jobs_kept"))),
        )
        .values_list("pk", "granted", "jobs")
        .query.sql_with_params()
    )
    query = QUERY.format(counted=counted, through=Action.communes.through._meta.db_table)
    actions: dict[int, int] = defaultdict(int)
    funded: dict[int, int] = defaultdict(int)
    granted: dict[int, Fraction] = defaultdict(Fraction)
    jobs: dict[int, Fraction] = defaultdict(Fraction)
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        for commune, shared_by, count, voted, euros, posts in cursor.fetchall():
            actions[commune] += count
            funded[commune] += voted
            granted[commune] += Fraction(euros or 0) / shared_by
            jobs[commune] += Fraction(posts or 0) / shared_by
    return [
        CommuneFigures(
            programme=scope.programme,
            commune=commune,
            actions=actions[commune.pk],
            funded=funded[commune.pk],
            granted=_rounded(granted[commune.pk]),
            jobs=_rounded(jobs[commune.pk]),
        )
        for commune in Commune.objects.all()
    ]


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(CENT, ROUND_HALF_UP)
