"""The demonstration's invitations, claim and attached file, so that their pages show something."""

from collections.abc import Mapping

from django.db import transaction

from actions.enums import ActionStatus
from actions.models import Action
from actions.proposals.services.attachments import attach
from actions.proposals.services.co_editors import invite_co_editor
from actors.enums import MembershipRole
from actors.models import Invitation, Organisation, User
from actors.services.claims import claim_membership
from actors.services.invitations import invite

ATTACHED = "presentation-du-projet.pdf"


@transaction.atomic
def load_belonging(people: Mapping[str, User], *, document: bytes) -> bool:
    """Have the first carrier invite the second, and somebody claim to belong to the first.

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
        user=people["evaluateur4"],
        message="Je siège au conseil d’administration depuis le printemps.",
        proof="Mon nom est dans la liste des administrateurs, sur notre site.",
    )
    drafts = Action.objects.filter(carrier=organisation, status=ActionStatus.DRAFT)
    draft = drafts.order_by("pk").first()
    invite_co_editor(action=draft, email=guest.email, by=manager)
    attach(action=draft, by=manager, name=ATTACHED, data=document)
    return True
