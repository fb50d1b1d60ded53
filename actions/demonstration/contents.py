"""What a row of the demonstration's files says, as the services want it."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from actions.enums import ExpenseCategory, FundingState
from actions.evaluation.services.evaluations import Score
from actions.proposals.services.applications import Assessment, ProposalContent
from actions.proposals.services.budget_lines import Budget, Funding
from actors.models import Commune, Organisation, Sector
from challenges.models import Grid, Measure

NAMESPACE = uuid.UUID("5d1f3d52-3c57-4a0e-9a67-8f6f2c1f9b10")


def key_of(row: Mapping[str, Any]) -> uuid.UUID:
    """Return the identifier of a row's action: always the same one."""
    return uuid.uuid5(NAMESPACE, row["key"])


def proposal_content(row: Mapping[str, Any], today: date) -> ProposalContent:
    """Return the whole file of a row; its dates are counted from `today`."""
    challenge, measure = row["measure"].split(".")
    starts_on = today + timedelta(days=row["starts_in_days"])
    amounts = ("funding_asked", "own_resources")
    return ProposalContent(
        columns={
            **{name: row[name] for name in ("title", "summary", "description")},
            **{name: Decimal(row[name]) for name in amounts},
            "jobs_created": Decimal(str(row["jobs_created"])),
            "jobs_kept": Decimal(str(row["jobs_kept"])),
            "carrier": Organisation.objects.get(slug=row["carrier"]),
            "measure": Measure.objects.of_current_programme().get(
                challenge__number=challenge, number=measure
            ),
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(days=row["lasts_days"]),
            "certifies_accuracy": True,
            "accepts_terms": True,
            "signs_contract": True,
        },
        relations={
            "communes": Commune.objects.filter(insee_code__in=row["communes"]),
            "sectors": Sector.objects.filter(slug__in=row["sectors"]),
            "partners": Organisation.objects.filter(slug__in=row["partners"]),
        },
        budget=_budget(Decimal(row["total_cost"]), Decimal(row["other_funding"])),
        assessments={
            code: Assessment(level=said["level"], reason=said["reason"])
            for code, said in row["self_assessment"].items()
        },
    )


def _budget(cost: Decimal, others: Decimal) -> Budget:
    # Round shares, whose rests make the totals whole.
    staff, purchases, region = cost * 3 // 5, cost // 5, others // 3
    expenses = {
        ExpenseCategory.PURCHASES: purchases,
        ExpenseCategory.STAFF: staff,
        ExpenseCategory.SERVICES: cost - staff - purchases,
    }
    funders = (
        Funding("Région (démonstration)", region, FundingState.ASKED),
        Funding("Fondation imaginaire", others - region, FundingState.GRANTED),
    )
    return Budget(expenses, [funder for funder in funders if funder.amount])


def scores(said: Mapping[str, Any], grid: Grid) -> dict[int, Score]:
    """Return what one evaluator says, criterion by criterion of the bound grid."""
    return {
        criterion.pk: Score(
            level=said[criterion.code]["level"],
            no_opinion=said[criterion.code]["level"] is None,
            reason=said[criterion.code]["reason"],
            **said[criterion.code].get("evidence", {}),
        )
        for criterion in grid.criteria.all()
    }
