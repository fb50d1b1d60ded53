"""An application, read from the rows for its document."""

from django.conf import settings

from actions.models import Action, SelfAssessment
from actions.models.completeness import missing_sentences
from actions.proposals.documents.application import Application, BudgetLine, OwnLevel
from challenges.models import Criterion


def application_of(action: Action) -> Application:
    """Return what the document of `action` says, dated of its last change: the same application
    gives the same bytes.
    """
    return Application(
        authority=settings.AUTHORITY["name"],
        as_of=action.updated_at,
        title=action.shown_title,
        programme=str(action.programme or ""),
        reference=action.reference or "",
        state=action.state_label,
        submitted_at=action.submitted_at,
        received_on_paper=action.received_on_paper,
        carrier=action.carrier_label,
        challenge=str(action.shown_challenge or ""),
        measure=str(action.measure or ""),
        communes=[str(commune) for commune in action.communes.all()],
        sectors=[str(sector) for sector in action.sectors.all()],
        partners=[str(partner) for partner in action.other_organisations],
        other_partners=action.other_partners,
        starts_on=action.starts_on,
        ends_on=action.ends_on,
        jobs_created=action.jobs_created,
        jobs_kept=action.jobs_kept,
        summary=action.summary,
        description=action.description,
        expenses=[
            BudgetLine(line.get_category_display(), line.amount) for line in action.expenses.all()
        ],
        total_cost=action.total_cost,
        resources=_resources(action),
        total_resources=action.total_resources,
        criteria=own_levels(action),
        missing=[] if action.submitted_at else missing_sentences(action),
    )


def _resources(action: Action) -> list[BudgetLine]:
    return [
        BudgetLine("Financement demandé à la collectivité", action.funding_asked),
        BudgetLine("Ressources propres", action.own_resources),
        *(
            BudgetLine(f"{line.name} ({line.get_state_display().lower()})", line.amount)
            for line in action.funders.all()
        ),
    ]


def own_levels(action: Action) -> list[OwnLevel]:
    """Return what the carrier says of itself on each criterion of the grid, in its order."""
    grid = action.grid
    if grid is None and action.programme is not None:
        grid = action.programme.current_grid
    if grid is None:
        return []
    said = {one.criterion_code: one for one in action.self_assessments.all()}
    return [
        OwnLevel(
            title=f"{criterion.position}. {criterion.title}",
            level=_level(said.get(criterion.code), criterion),
            reason=said[criterion.code].reason if criterion.code in said else "",
        )
        for criterion in grid.criteria.all()
    ]


def _level(assessment: SelfAssessment | None, criterion: Criterion) -> str:
    if assessment is None:
        return "non renseignée"
    return f"niveau {assessment.level} – {getattr(criterion, f'level_{assessment.level}')}"
