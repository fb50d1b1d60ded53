"""A session to draw: a grant by vote, one by consent, a postponement, a refusal, two left open."""

from datetime import UTC, date, datetime
from decimal import Decimal

from actions.committee.documents.minutes import (
    ChallengeEnvelope,
    Envelope,
    EnvelopeVote,
    Item,
    Minutes,
    RecusalLine,
    Seat,
    Votes,
)
from actions.committee.documents.pack import (
    Coverage,
    CriterionPage,
    Opinion,
    Pack,
    PackAction,
    PackPoint,
)
from actions.enums import Attendance, Outcome
from actions.gate import CriterionRule, GateOutcome, compute

TITLES = (
    "Gouvernance partagée",
    "Intérêt collectif",
    "Emploi et conditions de travail",
    "Ancrage territorial",
)
RULES = [CriterionRule(code=f"c{n}", title=title) for n, title in enumerate(TITLES, 1)]


def outcome(*levels: int | None, quorum: int = 3) -> GateOutcome:
    """The gate's answer when three people gave these same levels."""
    opinions = {rule.code: level for rule, level in zip(RULES, levels, strict=True)}
    return compute(criteria=RULES, evaluations=[opinions] * 3, quorum=quorum, threshold=60)


def item(number: int = 1, **fields) -> Item:
    """An item granted by vote; `fields` replace what it says."""
    defaults = {
        "reference": f"ESS-2026-{number:04d}",
        "title": "Une épicerie solidaire à Croix-Neyrat",
        "carrier": "Association Les Paniers du Puy",
        "siret": "73282932000074",
        "measure": "1.2 – Soutenir l’alimentation durable",
        "communes": ["Clermont-Ferrand", "Gerzat"],
        "asked": Decimal(18000),
        "result": outcome(2, 3, 2, 2),
        "outcome": Outcome.PRIORITISE,
        "decision": "Priorisée",
        "granted": Decimal(15000),
        "reason": "La commission retient l’ouverture aux habitants du quartier.",
        "votes": Votes(5, 1, 1),
        "proposed_by": "Claire Aubert",
        "confirmed_by": "Paul Mercier",
    }
    return Item(**defaults | fields)


POSTPONED = item(
    3,
    title="Réemploi de matériaux de construction",
    outcome=Outcome.POSTPONE,
    decision="Mise en vivier",
    granted=None,
    votes=None,
    reason="L’enveloppe de l’année est épuisée.\n\nLa commission y reviendra en mars.",
)
REFUSED = item(
    4,
    title="Plateforme de livraison",
    result=outcome(0, 2, None, 2),
    outcome=Outcome.ANNOUNCE_REFUSAL,
    decision="Refus annoncé",
    granted=None,
    votes=Votes(6, 0, 1),
    reason="La gouvernance n’associe ni salariés ni usagers.",
)
INCREASE = item(
    7,
    title="Livrer à vélo",
    outcome=Outcome.INCREASE,
    decision="Montant augmenté",
    asked=Decimal(0),
    granted=Decimal(4500),
    granted_before=Decimal(34000),
    is_proposed=True,
)
ITEMS = (
    item(1, stepped_aside=["Nadia Benali"], presided_by="Paul Mercier"),
    item(2, title="Atelier vélo participatif", granted=Decimal("24500.50"), votes=None, reason=""),
    POSTPONED,
    REFUSED,
    item(
        5,
        title="Tiers-lieu nourricier",
        outcome="",
        decision="",
        granted=None,
        votes=None,
        reason="",
        proposed_by="",
        confirmed_by="",
        result=None,
    ),
    item(
        6,
        title="Jardin d’insertion",
        outcome=Outcome.MOOT,
        decision="Point sans objet",
        granted=None,
        votes=None,
        reason="Retirée par le porteur avant la séance.",
        proposed_by="",
        confirmed_by="",
    ),
)


def minutes(**fields) -> Minutes:
    """The minutes of that session; `fields` replace what they say."""
    defaults = {
        "authority": "Clermont Communauté",
        "programme": "5 engagements pour l’ESS (2022-2026)",
        "reference": "COM-2026-03",
        "starts_at": datetime(2026, 11, 3, 13, 0, tzinfo=UTC),
        "opened_at": datetime(2026, 11, 3, 13, 12, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 3, 16, 20, tzinfo=UTC),
        "place": "Salle du conseil, 64 avenue de l’Union soviétique",
        "chair": "Claire Aubert",
        "as_of": datetime(2026, 11, 4, 8, 30, tzinfo=UTC),
        "quorum": 4,
        "seats": (
            Seat("Claire Aubert", Attendance.PRESENT, role="présidente"),
            Seat("Paul Mercier", Attendance.PRESENT),
            Seat("Nadia Benali", Attendance.PRESENT),
            Seat("Jean Roux", Attendance.EXCUSED),
            Seat("Marc Faure", Attendance.PRESENT, votes=False),
        ),
        "session_recusals": (
            RecusalLine(
                "Nadia Benali",
                "ESS-2026-0001 – Une épicerie solidaire à Croix-Neyrat",
                "Membre du conseil d’administration du porteur.",
            ),
        ),
        "evaluation_recusals": (
            RecusalLine("Luc Petit", "ESS-2026-0004 – Plateforme de livraison"),
        ),
        "envelope": Envelope(
            total=Decimal(45000),
            challenges=(
                ChallengeEnvelope("Défi 1 – Alimentation", Decimal(25000), Decimal(15000)),
                ChallengeEnvelope("Défi 2 – Mobilités", None, Decimal("24500.50")),
            ),
            votes=(
                EnvelopeVote(
                    about="Enveloppe de la séance",
                    before=Decimal(40000),
                    after=Decimal(45000),
                    votes=Votes(6, 0, 1),
                    reason="Reliquat de l’exercice précédent.",
                    proposed_by="Claire Aubert",
                    confirmed_by="Paul Mercier",
                ),
            ),
        ),
        "items": ITEMS,
        "deliberations": ["2026-11-042 du 17/11/2026"],
        "budget_line": "chapitre 65, article 65748",
        "agreements": ["Les Paniers du Puy (ESS-2026-0001) : 25 000 € pour 2026"],
    }
    return Minutes(**defaults | fields)


def pack_action(number: int = 1, **fields) -> PackAction:
    """An action to examine; `fields` replace what it says."""
    defaults = {
        "reference": f"ESS-2026-{number:04d}",
        "title": "Une épicerie solidaire à Croix-Neyrat",
        "carrier": "Association Les Paniers du Puy",
        "siret": "73282932000074",
        "family": "Association",
        "measure": "1.2 – Soutenir l’alimentation durable",
        "challenge": "Défi 1 – Alimentation",
        "communes": ["Clermont-Ferrand", "Gerzat"],
        "partners": ["Coopérative du Bédat"],
        "summary": "Une épicerie ouverte à tous, tenue par ses membres.",
        "total_cost": Decimal(30000),
        "asked": Decimal(18000),
        "own_resources": Decimal(8000),
        "other_funding": Decimal(4000),
        "jobs_created": Decimal("1.50"),
        "jobs_kept": Decimal(0),
        "starts_on": date(2027, 3, 1),
        "ends_on": date(2028, 2, 29),
        "result": outcome(2, 3, 2, 2),
        "criteria": [
            CriterionPage(
                opinions=[
                    Opinion(3, "Un collège d’usagers siège au conseil."),
                    Opinion(2, "Les statuts prévoient une voix par personne."),
                    Opinion(None, "Le dossier ne permet pas d’en juger."),
                ],
                self_level=3,
                self_reason="Toutes nos décisions sont prises en assemblée.",
            )
        ]
        * 4,
    }
    return PackAction(**defaults | fields)


def pack(**fields) -> Pack:
    """The pack of a session of three actions, the envelope reached at the second."""
    defaults = {
        "authority": "Clermont Communauté",
        "programme": "5 engagements pour l’ESS (2022-2026)",
        "reference": "COM-2026-03",
        "starts_at": datetime(2026, 11, 3, 13, 0, tzinfo=UTC),
        "place": "Salle du conseil",
        "chair": "Claire Aubert",
        "as_of": datetime(2026, 10, 27, 8, 30, tzinfo=UTC),
        "agenda": (
            PackPoint("ESS-2026-0001", "Une épicerie solidaire à Croix-Neyrat", Decimal(18000)),
            PackPoint("ESS-2026-0002", "Atelier vélo participatif", Decimal(18000)),
            PackPoint("ESS-2026-0003", "Plateforme de livraison", Decimal(18000)),
        ),
        "envelope": Decimal(30000),
        "actions": (
            pack_action(1),
            pack_action(2, title="Atelier vélo participatif", opinions_differ=True),
            pack_action(3, title="Plateforme de livraison", result=outcome(0, 2, None, 2)),
        ),
        "challenges": (Coverage("Défi 1 – Alimentation", 3, Decimal(54000)),),
        "communes": (
            Coverage("Clermont-Ferrand", 3, Decimal(54000)),
            Coverage("Gerzat", 3, Decimal(54000)),
        ),
        "families": (Coverage("Association", 3, Decimal(54000)),),
    }
    return Pack(**defaults | fields)
