"""A whole application to draw."""

from datetime import UTC, date, datetime
from decimal import Decimal

from actions.proposals.documents.application import Application, BudgetLine, OwnLevel


def application() -> Application:
    """A filed application with everything that one may hold."""
    return Application(
        authority="Clermont Communauté",
        as_of=datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
        title="Une épicerie solidaire à Croix-Neyrat",
        programme="5 engagements pour l’ESS (2022-2026)",
        reference="ESS-2026-0001",
        state="Déposée",
        submitted_at=datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
        received_on_paper=None,
        carrier="Association Les Paniers du Puy",
        challenge="Défi 1",
        measure="1.2 – Soutenir l’alimentation durable",
        communes=["Clermont-Ferrand", "Gerzat"],
        sectors=["Alimentation"],
        partners=["Régie de quartier"],
        other_partners="Un collectif d’habitants",
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        jobs_created=Decimal("1.5"),
        jobs_kept=Decimal(2),
        summary="Une épicerie tenue par ses usagers.",
        description="Ouverte quatre jours par semaine.",
        expenses=[BudgetLine("Salaires", Decimal(30000))],
        total_cost=Decimal(30000),
        resources=[BudgetLine("Agglomération", Decimal(18000))],
        total_resources=Decimal(18000),
        criteria=[OwnLevel("Gouvernance partagée", "avéré", "Un conseil d’usagers.")],
        missing=["Il manque le budget."],
    )
