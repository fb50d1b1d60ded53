"""Keep and send a carrier's file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.text import slugify

from actions.enums import ActionStatus, Transition
from actions.models import Action, SelfAssessment
from actions.proposals.queries.steps import unread_steps
from actions.proposals.services.budget_lines import Budget, save_budget_lines
from actions.rules import can_edit, is_carrier
from actions.workflow import apply_transition
from actors.enums import MembershipRole
from actors.models import Membership, Organisation, User
from challenges.models import Programme
from ess_portal.base.refusals import Refused, refusals_in_words

NOT_THE_CARRIER = "Seuls les membres de la structure porteuse peuvent la changer."


@dataclass(frozen=True)
class Assessment:
    """The carrier's own level (0–3) and explanation on one criterion."""

    level: int
    reason: str = ""


@dataclass(frozen=True)
class ProposalContent:
    """What a form gives, of the whole file or of a part: plain columns, related rows, the budget
    and the self-assessments (None: this form doesn't ask for them), and a new organisation.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    relations: Mapping[str, Any] = field(default_factory=dict)
    assessments: Mapping[str, Assessment] | None = None
    budget: Budget | None = None
    new_organisation: Organisation | None = None


@refusals_in_words()
def save_proposal(
    *, key: UUID, by: User, content: ProposalContent, send: bool = False, reason: str = ""
) -> tuple[Action, bool]:
    """Create or update the file identified by `key`, and send it if asked.

    Returns the action and whether anything was written: a file that was already sent is
    returned as it is, so that the same form sent twice makes one action and one receipt. `reason`
    tells why a corrected file changed where nothing was asked.

    Raises `Refused` when it can't be kept or sent, and `Action.DoesNotExist` when it is somebody
    else's; nothing is written then.
    """
    action = locked_application(key, by)
    if action.status not in ActionStatus.EDITABLE:
        return action, False
    write_content(action, content, by)
    if send:
        if unread := unread_steps(action):
            raise Refused(unread)
        was_draft = action.status == ActionStatus.DRAFT
        apply_transition(
            action, Transition.SUBMIT if was_draft else Transition.RESUBMIT, by=by, comment=reason
        )
    return action, True


def write_content(action: Action, content: ProposalContent, by: User) -> None:
    """Write what a form gave on the locked `action`.

    Raises `ValidationError`, and `Refused` when a co-carrier gives another carrier.
    """
    _write_columns(action, content, by)
    if action.programme_id is None:
        action.programme = Programme.objects.current()
    # Whoever goes on writing needs no reminder, and nothing is about to be deleted.
    action.draft_reminded_at = action.deletion_announced_at = None
    action.full_clean(exclude=["grid", "measure"])
    action.save()
    for name, rows in content.relations.items():
        getattr(action, name).set(rows)
    if content.assessments is not None:
        _save_assessments(action, content.assessments)
    if content.budget is not None:
        save_budget_lines(action, content.budget)


def _write_columns(action: Action, content: ProposalContent, by: User) -> None:
    was_carrier, carrier = is_carrier(by, action), action.carrier_id
    for name, value in content.columns.items():
        setattr(action, name, value)
    if content.budget is not None:
        action.total_cost = content.budget.total_cost
        action.other_funding = content.budget.other_funding
    if content.new_organisation is not None:
        # Described again by a second click: it's the one that the first click made.
        action.carrier = same_own_organisation(content.new_organisation, by) or create_organisation(
            organisation=content.new_organisation, manager=by
        )
    if action.carrier_id != carrier and not was_carrier:
        raise Refused([NOT_THE_CARRIER])


def locked_application(key: UUID, by: User) -> Action:
    """Lock the file identified by `key`, made now when it doesn't exist yet.

    Raises `Action.DoesNotExist` when it is somebody else's.
    """
    # Eight clicks at once: one inserts, the others wait for it and find its row.
    Action.objects.get_or_create(
        uuid=key, defaults={"created_by": by, "programme": Programme.objects.current()}
    )
    action = Action.objects.select_for_update(of=("self",)).get(uuid=key)
    # The one before us may have made the organisation: what `by` remembers is older than it.
    by.forget_rights()
    if not can_edit(by, action):
        raise Action.DoesNotExist
    return action


def _save_assessments(action: Action, assessments: Mapping[str, Assessment]) -> None:
    action.self_assessments.exclude(criterion_code__in=assessments).delete()
    SelfAssessment.objects.bulk_create(
        [
            SelfAssessment(
                action=action,
                criterion_code=code,
                level=assessment.level,
                reason=assessment.reason,
            )
            for code, assessment in assessments.items()
        ],
        update_conflicts=True,
        unique_fields=["action", "criterion_code"],
        update_fields=["level", "reason"],
    )


def same_own_organisation(organisation: Organisation, person: User) -> Organisation | None:
    """Return the organisation of `person` that bears the same name and SIRET, if there is one."""
    return Organisation.objects.filter(
        pk__in=person.organisation_ids, name=organisation.name, siret=organisation.siret
    ).first()


def create_organisation(*, organisation: Organisation, manager: User) -> Organisation:
    """Save a new organisation with a free slug, unpublished, managed by `manager`.

    Raises `ValidationError` when its identifiers aren't valid or are already known.
    """
    base = slugify(organisation.name)[:70] or "structure"
    slug, number = base, 2
    while Organisation.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    organisation.slug = slug
    organisation.full_clean()
    organisation.save()
    Membership.objects.create(user=manager, organisation=organisation, role=MembershipRole.MANAGER)
    manager.forget_rights()
    return organisation


@refusals_in_words()
def delete_draft(*, action: Action, by: User) -> None:
    """Delete a draft that was never sent. Raises `Refused` otherwise."""
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if action.status != ActionStatus.DRAFT or not is_carrier(by, action):
        raise Refused(["Seul un brouillon peut être supprimé."])
    action.delete()


@refusals_in_words()
def record_submission(*, key: UUID, signatory: User, by: User, content: ProposalContent) -> Action:
    """Keep and send a file received on paper: signed by a member of the carrier, typed by `by`.

    The signatory is the one who submits (rules.md, section 4); the event also names the agent.
    Typed twice, it makes one action. Raises `Refused`; nothing is written then.
    """
    action, written = save_proposal(key=key, by=signatory, content=content)
    if written and action.status == ActionStatus.DRAFT:
        apply_transition(action, Transition.SUBMIT, by=signatory, entered_by=by)
    return action
