"""The demonstration's invitations, claim, attached file and newcomer, so that pages show them."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action
from actions.proposals.services.applications import create_organisation
from actions.proposals.services.attachments import attach
from actions.proposals.services.co_editors import invite_co_editor
from actors.enums import EvaluatorKind, MembershipRole, OrganisationFamily
from actors.models import Invitation, Organisation, User
from actors.services.claims import claim_membership
from actors.services.evaluators import invite_evaluator
from actors.services.invitations import invite

ATTACHED = "presentation-du-projet.pdf"
# Somebody unknown described it: it awaits an agent.
NEWCOMER = "nouvelle-structure@demo.example"
# Somebody else says that they belong to the first carrier.
CLAIMANT = "administratrice@demo.example"
# An agent invited somebody to evaluate, who hasn't answered.
EVALUATING = "habitante@demo.example"
DESCRIBED = "Ludothèque imaginaire du Vallon (fictive)"


@transaction.atomic
def load_belonging(people: Mapping[str, User], *, document: bytes) -> bool:
    """Have the first carrier invite the second, somebody claim to belong to the first, an agent
    invite evaluators, and somebody else describe an organisation.

    `document`, a PDF, is attached to the first carrier's draft. Returns False when it's already
    there.
    """
    manager, guest = people["porteur"], people["porteur2"]
    organisation = Organisation.objects.get(memberships__user=manager)
    if Invitation.objects.filter(organisation=organisation).exists():
        return False
    invite(
        organisation=organisation, email=guest.email, role=MembershipRole.CONTRIBUTOR, by=manager
    )
    claim_membership(
        organisation=organisation,
        user=_stranger(CLAIMANT, "Administratrice fictive"),
        message="Je siège au conseil d’administration depuis le printemps.",
        proof="Mon nom est dans la liste des administrateurs, sur notre site.",
    )
    invite_evaluator(email=EVALUATING, evaluator_kind=EvaluatorKind.INHABITANT, by=people["agent"])
    invite_evaluator(email=guest.email, by=people["agent"])
    drafts = Action.objects.filter(carrier=organisation, status=ActionStatus.DRAFT)
    draft = drafts.order_by("pk").first()
    invite_co_editor(action=draft, email=guest.email, by=manager)
    attach(action=draft, by=manager, name=ATTACHED, data=document)
    create_organisation(
        organisation=Organisation(name=DESCRIBED, family=OrganisationFamily.ASSOCIATION),
        manager=_stranger(NEWCOMER, "Nouvelle responsable fictive"),
    )
    return True


def _stranger(email: str, name: str) -> User:
    return User.objects.create_user(email, full_name=name, date_joined=timezone.now())
