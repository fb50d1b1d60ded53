"""Opening the portal to somebody who signed a file on paper (docs/decisions/0005)."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied

from actors.enums import MembershipRole
from actors.models import Organisation, User
from actors.rules import is_agent
from actors.services.belonging import add_member, link, lock_organisation
from ess_portal.base.mail import enqueue
from ess_portal.base.mailboxes import mailbox
from ess_portal.base.refusals import Refused, refusals_in_words

NOT_ONESELF = "Un autre agent ouvre l’accès à votre propre adresse."
CLOSED = "Le compte de cette adresse est fermé\u00a0: un administrateur peut le rouvrir."
NOT_CONFIRMED = (
    "Confirmez d’abord la structure\u00a0: personne n’entre dans une structure à confirmer par un "
    "dossier papier."
)


@dataclass(frozen=True)
class NewSignatory:
    """Somebody who signed on paper, and whom the portal may not know: a name and an address."""

    full_name: str
    email: str


@refusals_in_words()
def open_access(*, signatory: NewSignatory, organisation: Organisation, by: User) -> User:
    """Make whoever reads the signatory's address a manager of `organisation`, and mail them.

    The paper they signed is what shows that they belong there. An account is made where there is
    none: nobody but the reader of that mailbox signs in to it. One who is a member already stays
    what they are, and isn't written to.

    Raises `PermissionDenied` to others than agents, and `Refused` when the address is the agent's
    own or that of a closed account, the organisation awaits confirmation, or the database holds the
    person apart from it: they decide on its actions, for one.
    """
    if not is_agent(by):
        raise PermissionDenied
    email = mailbox(signatory.email)
    if email == by.email:
        raise Refused([NOT_ONESELF])
    organisation = lock_organisation(organisation)
    if not organisation.is_confirmed:
        raise Refused([NOT_CONFIRMED])
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, full_name=" ".join(signatory.full_name.split()))
    if not user.is_active:
        raise Refused([CLOSED])
    if organisation.memberships.filter(user=user).exists():
        return user
    add_member(user=user, organisation=organisation, role=MembershipRole.MANAGER)
    enqueue(
        recipient=user.email,
        template="access_opened",
        context={
            "person": user,
            "organisation": organisation,
            "by": by,
            "link": link(settings.LOGIN_REDIRECT_URL),
        },
    )
    return user
