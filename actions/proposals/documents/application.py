"""The carrier's file as a document: what was typed, as it stands."""

from datetime import datetime

from actions.models import Action
from ess_portal.base import french
from ess_portal.base.document_format import document, facts, jobs, moment
from ess_portal.base.pdf import render_pdf


def application_pdf(action: Action, *, authority: str, as_of: datetime) -> bytes:
    """Return the file of `action`, whole or not, as an accessible PDF."""
    return render_pdf("application", application_data(action, authority=authority, as_of=as_of))


def application_data(action: Action, *, authority: str, as_of: datetime) -> dict:
    """Return what `templates/pdf/application.typ` draws: plain values, in French."""
    return {
        "document": document(
            title=action.shown_title,
            authority=authority,
            programme=str(action.programme or ""),
            as_of=as_of,
        ),
        "reference": action.reference or "Brouillon",
        "facts": facts(
            ("État", action.get_status_display()),
            ("Déposée le", moment(action.submitted_at)),
            ("Structure porteuse", action.carrier_label),
            ("Défi", str(action.shown_challenge or "")),
            ("Mesure", str(action.measure or "")),
            ("Communes", french.listed([str(one) for one in action.communes.all()])),
            ("Filières", french.listed([str(one) for one in action.sectors.all()])),
            ("Partenaires", french.listed([str(one) for one in action.partners.all()])),
            ("Autres partenaires", action.other_partners),
            ("Début prévu", french.long_date(action.starts_on)),
            ("Fin prévue", french.long_date(action.ends_on)),
            ("Emplois créés", jobs(action.jobs_created)),
            ("Emplois maintenus", jobs(action.jobs_kept)),
        ),
        "summary": action.summary,
        "description": action.description,
        "expenses": [
            [line.get_category_display(), french.euros(line.amount)]
            for line in action.expenses.all()
        ],
        "total_cost": french.euros(action.total_cost),
        "resources": _resources(action),
        "total_resources": french.euros(action.total_resources),
        "criteria": _criteria(action),
        "missing": [] if action.submitted_at else action.missing_pieces(),
    }


def _resources(action: Action) -> list[list[str]]:
    funders = [
        [f"{line.name} ({line.get_state_display().lower()})", french.euros(line.amount)]
        for line in action.funders.all()
    ]
    return [
        ["Financement demandé à la collectivité", french.euros(action.funding_asked)],
        ["Ressources propres", french.euros(action.own_resources)],
        *funders,
    ]


def _criteria(action: Action) -> list[dict]:
    grid = action.grid or (action.programme.grids.filter(is_current=True).first())
    said = {one.criterion_code: one for one in action.self_assessments.all()}
    if grid is None:
        return []
    return [
        {
            "title": f"{criterion.position}. {criterion.title}",
            "level": _level(said.get(criterion.code), criterion),
            "reason": said[criterion.code].reason if criterion.code in said else "",
        }
        for criterion in grid.criteria.order_by("position")
    ]


def _level(assessment, criterion) -> str:
    if assessment is None:
        return "non renseignée"
    return f"niveau {assessment.level} – {getattr(criterion, f'level_{assessment.level}')}"
