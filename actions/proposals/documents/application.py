"""A carrier's application as a document: what was typed, as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ess_portal.base import french
from ess_portal.base.document_format import document, facts, jobs, moment
from ess_portal.base.pdf import render_pdf


@dataclass(frozen=True)
class BudgetLine:
    """A label, and euros."""

    label: str
    amount: Decimal


@dataclass(frozen=True)
class OwnLevel:
    """What the carrier says of itself on one criterion: a level in words, and why."""

    title: str
    level: str
    reason: str


@dataclass(frozen=True)
class Application:
    """An application, whole or not. Amounts are in euros, jobs in full-time equivalents.

    `missing` are sentences; an application that was sent lacks nothing.
    """

    authority: str
    as_of: datetime
    title: str
    programme: str
    reference: str
    state: str
    submitted_at: datetime | None
    received_on_paper: date | None
    carrier: str
    challenge: str
    measure: str
    communes: Sequence[str]
    sectors: Sequence[str]
    partners: Sequence[str]
    other_partners: str
    starts_on: date | None
    ends_on: date | None
    jobs_created: Decimal
    jobs_kept: Decimal
    summary: str
    description: str
    expenses: Sequence[BudgetLine]
    total_cost: Decimal
    resources: Sequence[BudgetLine]
    total_resources: Decimal
    criteria: Sequence[OwnLevel]
    missing: Sequence[str]


def application_pdf(application: Application) -> bytes:
    """Return `application` as an accessible PDF."""
    return render_pdf("application", application_data(application))


def application_data(application: Application) -> dict:
    """Return what `templates/pdf/application.typ` draws: plain values, in French."""
    return {
        "document": document(
            title=application.title,
            authority=application.authority,
            programme=application.programme,
            as_of=application.as_of,
        ),
        "reference": application.reference or "Brouillon",
        "facts": facts(
            ("État", application.state),
            ("Reçue sur papier le", french.long_date(application.received_on_paper)),
            (_filed(application), moment(application.submitted_at)),
            ("Structure porteuse", application.carrier),
            ("Défi", application.challenge),
            ("Mesure", application.measure),
            ("Communes", french.listed(list(application.communes))),
            ("Filières", french.listed(list(application.sectors))),
            ("Partenaires", french.listed(list(application.partners))),
            ("Autres partenaires", application.other_partners),
            ("Début prévu", french.long_date(application.starts_on)),
            ("Fin prévue", french.long_date(application.ends_on)),
            ("Emplois créés", jobs(application.jobs_created)),
            ("Emplois maintenus", jobs(application.jobs_kept)),
        ),
        "summary": application.summary,
        "description": application.description,
        "expenses": _lines(application.expenses),
        "total_cost": french.euros(application.total_cost),
        "resources": _lines(application.resources),
        "total_resources": french.euros(application.total_resources),
        "criteria": [
            {"title": own.title, "level": own.level, "reason": own.reason}
            for own in application.criteria
        ],
        "missing": list(application.missing),
    }


def _filed(application: Application) -> str:
    return "Saisie le" if application.received_on_paper else "Déposée le"


def _lines(lines: Sequence[BudgetLine]) -> list[list[str]]:
    return [[line.label, french.euros(line.amount)] for line in lines]
