"""The dashboard's tables as they are downloaded: a header, and rows of plain values."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from actions.models import Deliberation
from actions.models.decision import OUTCOMES
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.steering import decisions, steering
from ess_portal.dashboards.statistics.territory import communes
from ess_portal.dashboards.statistics.waiting import waits

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
AMOUNTS = (
    "Montant demandé (€)",
    "Montant accordé, actions financées (€)",
    "Montant proposé au conseil (€)",
    "Emplois prévus, actions financées (ETP)",
)


def _challenges(scope: Scope) -> Table:
    figures = steering(scope)
    filed = [f"Dépôts {quarter.label}" for quarter in figures.quarters]
    header = ["Défi", "Titre", "Mesures", "Mesures engagées", "Actions", *AMOUNTS, *filed]
    return header, [
        [
            row.challenge.number,
            row.challenge.title,
            len(row.measures),
            row.engaged,
            row.figures.actions,
            row.figures.asked,
            row.figures.promised.granted,
            row.figures.promised.proposed,
            row.figures.promised.jobs,
            *row.trend,
        ]
        for row in figures.challenges
    ]


def _measures(scope: Scope) -> Table:
    return ["Mesure", "Intitulé", "État déclaré", "Actions", *AMOUNTS], [
        [
            row.measure.code,
            row.measure.title,
            row.measure.get_state_display(),
            row.figures.actions,
            row.figures.asked,
            row.figures.promised.granted,
            row.figures.promised.proposed,
            row.figures.promised.jobs,
        ]
        for row in steering(scope).measures
    ]


def _stages(scope: Scope) -> Table:
    challenges = steering(scope).challenges
    waited = waits(scope)
    header = [
        "Étape",
        "Actions",
        *(f"Défi {row.challenge.number}" for row in challenges),
        "Attente médiane (jours)",
        "Attente la plus longue (jours)",
    ]
    rows = []
    for stage in scope.stages:
        counts = [row.at(stage) for row in challenges]
        wait = waited.get(stage.code)
        delays = [wait.median, wait.oldest] if wait else [None, None]
        rows.append([stage.label, sum(counts), *counts, *delays])
    return header, rows


def _communes(scope: Scope) -> Table:
    header = [
        "Code INSEE",
        "Commune",
        "Population",
        "Année de la population",
        "Actions",
        "Actions pour 10 000 habitants",
        "Montant accordé (€)",
        "Montant accordé par habitant (€)",
        "Emplois prévus (ETP)",
        "Emplois prévus pour 10 000 habitants",
    ]
    return header, [
        [
            row.commune.insee_code,
            row.commune.name,
            row.commune.population,
            row.commune.population_year,
            row.actions,
            row.actions_rate,
            row.granted,
            row.granted_rate,
            row.jobs,
            row.jobs_rate,
        ]
        for row in communes(scope)
    ]


def _decisions(scope: Scope) -> Table:
    voted = Deliberation.objects.filter(action=OuterRef("action"), amendment=None)
    awaits = Q(action__amount_proposed__isnull=False) & ~Q(Exists(voted))
    rows = decisions(scope).annotate(is_proposed=awaits)
    rows = rows.values_list(
        "confirmed_at",
        "kind",
        "action__reference",
        "action__title",
        "action__carrier__name",
        "amount",
        "is_proposed",
    )
    header = ["Date", "Décision", "Référence", "Action", "Porteur"]
    return [*header, "Montant accordé (€)", "Montant proposé au conseil (€)"], (
        [
            timezone.localdate(at),
            OUTCOMES[kind],
            *named,
            None if is_proposed else amount,
            amount if is_proposed else None,
        ]
        for at, kind, *named, amount, is_proposed in rows.iterator()
    )


# By the name of the file.
TABLES: dict[str, Callable[[Scope], Table]] = {
    "defis": _challenges,
    "mesures": _measures,
    "etapes": _stages,
    "communes": _communes,
    "decisions": _decisions,
}
