"""Keep and send a carrier's file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import ActionStatus, Transition
from actions.models import Action, SelfAssessment
from actions.proposals.queries.steps import unread_steps
from actions.proposals.services.budget_lines import Budget, save_budget_lines
from actions.rules import can_change_carrier, can_edit, is_carrier
from actions.workflow import apply_transition
from actors.enums import MembershipRole
from actors.models import Membership, Organisation, User
from actors.services.access import NewSignatory, open_access
from actors.services.addresses import temporary_slug
from actors.services.belonging import lock_organisations
from challenges.models import Programme
from ess_portal.base.mailboxes import mailbox_key
from ess_portal.base.refusals import Refused, refusals_in_words
from ess_portal.base.resemblance import resemble

ONCE_SENT = "Le dossier a été envoyé : sa structure porteuse ne change plus que par un avenant."
MANAGERS_ONLY = (
    "Confier ce brouillon à une autre structure revient à un responsable de celle qui le porte."
)
# Enough for whoever writes for several; too few to fill the agents' desk.
MOST_ORGANISATIONS_A_DAY = 5
# Names that resemble the one somebody describes.
MOST_ALIKE = 5
TOO_MANY_ORGANISATIONS = (
    "Vous avez déjà décrit cinq structures en une journée : continuez demain, ou écrivez-nous par "
    "la page « Contact »."
)
# Of one person, with the one that is begun.
MOST_DRAFTS = 30
TOO_MANY_DRAFTS = (
    "Vous avez déjà trente brouillons : envoyez-en un, ou supprimez-en un, puis enregistrez "
    "celui-ci. Ce que vous avez écrit est resté dans cette page."
)
KNOWN = "Cette structure est déjà sur le portail : demandez à en faire partie."
NOT_YOURS = "Choisissez une structure dont vous êtes membre."


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
    lock_organisations_of(content, key)
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

    Raises `ValidationError`, and `Refused` when `by` may not give it another carrier: the file was
    sent, they don't manage its present one, or don't belong to the new one (rules.md, section 4).
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
    columns = dict(content.columns)
    if "carrier" in columns or content.new_organisation is not None:
        columns["carrier"] = _carrier_given(action, content, by)
    for name, value in columns.items():
        setattr(action, name, value)
    if content.budget is not None:
        action.total_cost = content.budget.total_cost
        action.other_funding = content.budget.other_funding


def _carrier_given(action: Action, content: ProposalContent, by: User) -> Organisation | None:
    described = content.new_organisation
    carrier: Organisation | None = content.columns.get("carrier")
    if described is not None:
        # Described again by a second click: it's the one that the first click made.
        carrier = same_own_organisation(described, by) or described
    if carrier is not described and getattr(carrier, "pk", None) == action.carrier_id:
        return carrier
    if action.status != ActionStatus.DRAFT:
        raise Refused([ONCE_SENT])
    if not can_change_carrier(by, action):
        raise Refused([MANAGERS_ONLY])
    if carrier is None:
        return None
    if carrier is described:
        return create_organisation(organisation=carrier, manager=by)
    if carrier.pk not in by.organisation_ids:
        raise Refused([NOT_YOURS])
    return carrier


def lock_organisations_of(content: ProposalContent, key: UUID) -> None:
    """Lock the organisations that `content` names, and the carrier that the file has, before it."""
    known = [*content.relations.get("partners", ()), content.columns.get("carrier")]
    keys = [one.pk for one in known if isinstance(one, Organisation)]
    if not keys:
        return
    lock_organisations([*keys, *Action.objects.filter(uuid=key).values_list("carrier", flat=True)])


def locked_application(key: UUID, by: User) -> Action:
    """Lock the file identified by `key`, made now when it doesn't exist yet.

    Raises `Action.DoesNotExist` when it is somebody else's, and `Refused` when `by` has thirty
    drafts already.
    """
    # Eight clicks at once: one inserts, the others wait for it and find its row.
    _, is_new = Action.objects.get_or_create(
        uuid=key, defaults={"created_by": by, "programme": Programme.objects.current()}
    )
    if is_new:
        _refuse_too_many_drafts(by)
    action = Action.objects.select_for_update(of=("self",)).get(uuid=key)
    # The one before us may have made the organisation: what `by` remembers is older than it.
    by.forget_rights()
    if not can_edit(by, action):
        raise Action.DoesNotExist
    return action


def _refuse_too_many_drafts(by: User) -> None:
    # Two at one instant count as two.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    drafts = Action.objects.filter(created_by=by, status=ActionStatus.DRAFT)
    if drafts.count() > MOST_DRAFTS:
        raise Refused([TOO_MANY_DRAFTS])


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


def known_organisation(organisation: Organisation) -> Organisation | None:
    """Return the confirmed organisation that bears one of its numbers, if there is one."""
    numbers = {"siret": organisation.siret, "rna": organisation.rna}
    return Organisation.objects.confirmed().bearing(**numbers).order_by("pk").first()


def organisations_named_like(name: str) -> list[Organisation]:
    """Return the published organisations whose names resemble `name`, at most `MOST_ALIKE`.

    Of those that nobody else may read, nothing is told.
    """
    published = Organisation.objects.published().confirmed()
    named = published.order_by("name", "pk").values_list("pk", "name")
    alike = [pk for pk, other in named if resemble(name, other)][:MOST_ALIKE]
    return list(published.filter(pk__in=alike).select_related("commune").order_by("name", "pk"))


def create_organisation(*, organisation: Organisation, manager: User) -> Organisation:
    """Save a new organisation, managed by `manager`, until an agent confirms it; return it.

    Its address names nobody: that its name is known already, no address may tell. Raises
    `ValidationError` when its identifiers aren't valid or are a confirmed one's, and `Refused` when
    `manager` has made too many in a day.
    """
    # Two at one instant count as two.
    User.objects.select_for_update(no_key=True).get(pk=manager.pk)
    lately = timezone.now() - timedelta(days=1)
    made = Organisation.objects.filter(created_by=manager, created_at__gt=lately)
    if made.count() >= MOST_ORGANISATIONS_A_DAY:
        raise Refused([TOO_MANY_ORGANISATIONS])
    if known := known_organisation(organisation):
        column = "siret" if known.siret == organisation.siret else "rna"
        raise ValidationError({column: KNOWN})
    organisation.created_by = manager
    organisation.slug = temporary_slug()
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
def record_submission(
    *, key: UUID, signatory: User | NewSignatory, by: User, content: ProposalContent
) -> Action:
    """Keep and send a file received on paper: signed by a member of the carrier, typed by `by`.

    The signatory is the one who submits (rules.md, section 4); the event also names the agent. A
    `NewSignatory` becomes a manager of the carrier first (`open_access`). Typed twice, it makes one
    action, returned as it is. Raises `Refused`, and `Action.DoesNotExist` when `key` is that of a
    file which its carrier writes, or of somebody else's; nothing is written then.
    """
    known = Action.objects.filter(uuid=key)
    if known.exists():
        # An agent types what came on paper: nobody's own draft is overwritten, nor sent.
        if not known.filter(events__entered_by__isnull=False).exists():
            raise Action.DoesNotExist
        return locked_application(key, _known_account(signatory))
    if isinstance(signatory, NewSignatory):
        carrier = content.columns["carrier"]
        signatory = open_access(signatory=signatory, organisation=carrier, by=by)
    action, written = save_proposal(key=key, by=signatory, content=content)
    if written and action.status == ActionStatus.DRAFT:
        apply_transition(action, Transition.SUBMIT, by=signatory, entered_by=by)
    return action


def _known_account(signatory: User | NewSignatory) -> User:
    if isinstance(signatory, User):
        return signatory
    user = User.objects.filter(email=mailbox_key(signatory.email)).first()
    if user is None:
        raise Action.DoesNotExist
    return user
