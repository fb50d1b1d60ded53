"""Start a new proposal from a former one."""

from uuid import UUID

from django.db import transaction

from actions.models import Action
from actions.proposals.services.applications import Assessment, ProposalContent, save_proposal
from actions.proposals.services.budget_lines import budget_lines_of
from actors.models import User
from challenges.models import Measure

# Dates and consents aren't taken over: they are those of the new proposal.
COPIED = (
    "carrier",
    "title",
    "summary",
    "description",
    "other_partners",
    "funding_asked",
    "own_resources",
    "jobs_created",
    "jobs_kept",
)


@transaction.atomic
def start_again(*, source: Action, key: UUID, by: User) -> Action:
    """Make the draft `key` with what `source` said, for one of its carrier's people.

    Asked twice with the same key, it makes one draft and leaves it as it is since. A measure of an
    archived programme isn't taken over. Raises `Action.DoesNotExist` when `by` may not write it.
    """
    existing = Action.objects.carried_by(by).filter(uuid=key).first()
    if existing is not None:
        return existing
    measure = (
        Measure.objects.of_current_programme()
        .filter(
            pk=source.measure_id  # type: ignore[misc]  # None finds none
        )
        .first()
    )
    content = ProposalContent(
        columns={name: getattr(source, name) for name in COPIED} | {"measure": measure},
        relations={
            name: list(getattr(source, name).all()) for name in ("communes", "sectors", "partners")
        },
        assessments={
            said.criterion_code: Assessment(said.level, said.reason)
            for said in source.self_assessments.all()
        },
        budget=budget_lines_of(source),
    )
    action, _ = save_proposal(key=key, by=by, content=content)
    return action
