"""What the committee reads before a session: the agenda, the ranking, a page for each action."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate

from actions.committee.documents.gate_result import gate_words
from actions.gate import MAX_LEVEL, GateOutcome
from ess_portal.base import french
from ess_portal.base.document_format import day, document, facts, jobs, moment
from ess_portal.base.pdf import render_pdf

# Of an increase: the session itself says how much is added.
TO_DECIDE = "à décider"


@dataclass(frozen=True)
class Opinion:
    """What one evaluation says of a criterion, without its author; None is "no opinion"."""

    level: int | None
    reason: str


@dataclass(frozen=True)
class CriterionPage:
    """One criterion of an action: what was said, and what the carrier says of itself."""

    opinions: Sequence[Opinion]
    self_level: int | None = None
    self_reason: str = ""


@dataclass(frozen=True)
class PackAction:
    """An action of the agenda. `criteria` come in the order of `result.criteria`."""

    reference: str
    title: str
    carrier: str
    family: str
    measure: str
    challenge: str
    communes: Sequence[str]
    partners: Sequence[str]
    summary: str
    total_cost: Decimal
    asked: Decimal
    own_resources: Decimal
    other_funding: Decimal
    jobs_created: Decimal
    jobs_kept: Decimal
    starts_on: date | None
    ends_on: date | None
    result: GateOutcome
    criteria: Sequence[CriterionPage]
    opinions_differ: bool = False
    siret: str = ""
    granted_before: Decimal | None = None  # of an action under way, that the session may grant more

    @property
    def wanted(self) -> Decimal:
        """What it asks of this session: an action under way asked of another."""
        return self.asked if self.granted_before is None else Decimal(0)


@dataclass(frozen=True)
class PackPoint:
    """One point of the agenda, and what it takes of the envelope: asked, or granted once noted.

    `amount` is None of an increase of which nothing is noted yet.
    """

    reference: str
    title: str
    amount: Decimal | None


@dataclass(frozen=True)
class Coverage:
    """How many actions of the agenda, for how much, concern each of some things."""

    label: str
    actions: int
    asked: Decimal


@dataclass(frozen=True)
class Pack:
    """A session to prepare; `actions` in the committee's order, `agenda` as it will be read.

    `withheld` are the references of actions whose evaluations the reader may not read.
    """

    authority: str
    programme: str
    reference: str
    starts_at: datetime
    place: str
    chair: str
    as_of: datetime
    agenda: Sequence[PackPoint]
    envelope: Decimal | None
    actions: Sequence[PackAction]
    challenges: Sequence[Coverage] = ()
    communes: Sequence[Coverage] = ()
    families: Sequence[Coverage] = ()
    withheld: Collection[str] = ()
    budget_line: str = ""

    def opinions_differ(self, action: PackAction) -> bool:
        """Whether to say that opinions differ."""
        return action.opinions_differ and action.reference not in self.withheld

    def running_totals(self) -> list[Decimal]:
        """What the actions ask for, added up in order.

        Only those of community interest count: the others can't be granted anything.
        """
        return list(
            accumulate(
                action.wanted if action.result.community_interest else Decimal(0)
                for action in self.actions
            )
        )


def title_of(title: str, *, is_increase: bool) -> str:
    """Say in a table that more money is asked for an action under way, not a first grant."""
    return f"{title} (augmentation)" if is_increase else title


def pack_pdf(pack: Pack) -> bytes:
    """Return the session's preparation pack as an accessible PDF."""
    return render_pdf("pack", pack_data(pack))


def pack_data(pack: Pack) -> dict:
    """Return what `templates/pdf/pack.typ` draws: plain values, in French."""
    points = {point.reference: number for number, point in enumerate(pack.agenda, 1)}
    return {
        "document": document(
            title=f"Dossier de préparation de la commission du {day(pack.starts_at)}",
            authority=pack.authority,
            programme=pack.programme,
            as_of=pack.as_of,
        ),
        "session": facts(
            ("Séance", pack.reference),
            ("Date", moment(pack.starts_at)),
            ("Lieu", pack.place),
            ("Présidence", pack.chair),
            ("Enveloppe", "non fixée" if pack.envelope is None else french.euros(pack.envelope)),
            ("Ligne budgétaire", pack.budget_line),
            ("Actions à examiner", str(len(pack.actions))),
            ("Montant demandé", french.euros(sum((a.wanted for a in pack.actions), Decimal(0)))),
            ("Sans leur page", _withheld(pack)),
        ),
        "agenda": _agenda(pack),
        "ranking": [
            _rank(rank, action, running, pack)
            for rank, (action, running) in enumerate(
                zip(pack.actions, pack.running_totals(), strict=True), 1
            )
        ],
        "coverage": [
            {"title": title, "rows": [_coverage(line) for line in lines]}
            for title, lines in (
                ("Défis", pack.challenges),
                ("Communes", pack.communes),
                ("Familles de l’ESS", pack.families),
            )
        ],
        "actions": [
            _action(rank, action, points.get(action.reference))
            for rank, action in enumerate(pack.actions, 1)
            if action.reference not in pack.withheld
        ],
    }


def _agenda(pack: Pack) -> list[dict]:
    """The points in their order, with the line before the one that would pass the envelope."""
    rows, before = [], Decimal(0)
    for number, point in enumerate(pack.agenda, 1):
        total = before + (point.amount or Decimal(0))
        passes = pack.envelope is not None and before <= pack.envelope < total
        rows.append(
            {
                "line": f"L’enveloppe de {french.euros(pack.envelope)} s’arrête ici : le point "
                f"{number} la dépasserait."
                if passes and pack.envelope is not None
                else "",
                "cells": [
                    str(number),
                    f"{point.reference} – {point.title}",
                    TO_DECIDE if point.amount is None else french.euros(point.amount),
                    french.euros(total),
                ],
            }
        )
        before = total
    return rows


def _withheld(pack: Pack) -> str:
    if not pack.withheld:
        return ""
    return f"{french.listed(sorted(pack.withheld))} (évaluations que vous ne pouvez pas lire)"


def _rank(rank: int, action: PackAction, running: Decimal, pack: Pack) -> dict:
    return {
        "rank": str(rank),
        "reference": action.reference,
        "title": title_of(action.title, is_increase=action.granted_before is not None),
        "carrier": action.carrier,
        "total": _score(action.result),
        "asked": french.euros(action.wanted) if action.granted_before is None else TO_DECIDE,
        "running": french.euros(running) if action.result.community_interest else "–",
        "within": _within(action, running, pack.envelope),
        "opinions_differ": pack.opinions_differ(action),
    }


def _within(action: PackAction, running: Decimal, envelope: Decimal | None) -> str:
    if not action.result.community_interest:
        return "sans objet"
    if envelope is None or action.granted_before is not None:
        return "–"
    return "oui" if running <= envelope else "non"


def _score(result: GateOutcome) -> str:
    return f"{result.points} sur {result.max_points}"


def _coverage(line: Coverage) -> list[str]:
    return [line.label, str(line.actions), french.euros(line.asked)]


def _granted_before(action: PackAction) -> str:
    return "" if action.granted_before is None else french.euros(action.granted_before)


def _action(rank: int, action: PackAction, point: int | None) -> dict:
    return {
        "heading": f"{rank}. {action.title}",
        "reference": action.reference,
        # Pages come in the ranking, the session goes by its agenda.
        "point": "" if point is None else f"point {point} de l’ordre du jour",
        "opinions_differ": action.opinions_differ,
        "facts": facts(
            ("Porteur", action.carrier),
            ("SIRET", french.siret(action.siret)),
            ("Famille de l’ESS", action.family),
            ("Partenaires", french.listed(action.partners)),
            ("Défi", action.challenge),
            ("Mesure", action.measure),
            (f"Commune{french.plural(action.communes)}", french.listed(action.communes)),
            ("Calendrier", _calendar(action)),
            ("Déjà accordé", _granted_before(action)),
            ("Emplois créés", jobs(action.jobs_created)),
            ("Emplois maintenus", jobs(action.jobs_kept)),
        ),
        "summary": action.summary,
        "budget": [
            ["Financement demandé", french.euros(action.asked)],
            ["Ressources propres", french.euros(action.own_resources)],
            ["Autres financements", french.euros(action.other_funding)],
        ],
        "total_cost": french.euros(action.total_cost),
        "result": gate_words(action.result),
        "criteria": [
            _criterion(position, criterion.rule.title, page)
            for position, (criterion, page) in enumerate(
                zip(action.result.criteria, action.criteria, strict=True), 1
            )
        ],
    }


def _calendar(action: PackAction) -> str:
    if action.starts_on is None or action.ends_on is None:
        return ""
    return f"du {french.long_date(action.starts_on)} au {french.long_date(action.ends_on)}"


def _criterion(position: int, title: str, page: CriterionPage) -> dict:
    return {
        "title": f"{position}. {title}",
        "spread": spread(page.opinions),
        "self": "non renseignée" if page.self_level is None else f"niveau {page.self_level}",
        "self_reason": page.self_reason,
        "opinions": [[_level(opinion.level), opinion.reason] for opinion in page.opinions],
    }


def _level(level: int | None) -> str:
    return "Ne se prononce pas" if level is None else f"Niveau {level}"


def spread(opinions: Sequence[Opinion]) -> str:
    """Say how opinions are spread: "niveau 3 : 1, niveau 2 : 2, sans avis : 1"."""
    levels = [opinion.level for opinion in opinions]
    counts = [(f"niveau {level}", levels.count(level)) for level in range(MAX_LEVEL, -1, -1)]
    counts.append(("sans avis", levels.count(None)))
    return ", ".join(f"{label} : {count}" for label, count in counts if count) or "aucun avis"
