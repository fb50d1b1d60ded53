"""An agent confirms an organisation that somebody unknown described."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from actors.models import Membership, Organisation, User
from actors.rules import is_agent
from actors.services.addresses import lasting_slug
from actors.services.belonging import link, lock_organisation
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words

OWN = "Vous faites partie de cette structure : un autre agent s’en occupe."
MERGED = "Cette structure est déjà réunie à une autre."


@refusals_in_words()
def confirm_organisation(*, organisation: Organisation, by: User) -> Organisation:
    """Confirm it, as an agent decides, and tell its managers; confirmed twice, it was once.

    From then on its address is made of its name. Returns it as it is now.
    Raises `PermissionDenied` to others, and `Refused` when the agent belongs to it, a confirmed one
    bears the same number, or its columns don't hold (rules.md, section 4).
    """
    if not is_agent(by):
        raise PermissionDenied
    organisation = lock_organisation(organisation)
    refuse_member(by, organisation)
    if organisation.merged_into_id is not None:
        raise Refused([MERGED])
    if organisation.is_confirmed:
        return organisation
    numbers = {"siret": organisation.siret, "rna": organisation.rna}
    if twin := Organisation.objects.confirmed().bearing(**numbers).first():
        raise Refused([f"« {twin} » porte déjà ce numéro : réunissez-les."])
    organisation.confirmed_at, organisation.confirmed_by = timezone.now(), by
    organisation.slug = lasting_slug(organisation)
    organisation.full_clean()
    organisation.save(update_fields=["confirmed_at", "confirmed_by", "slug"])
    note_in_history(organisation, by, "Structure confirmée.")
    for manager in managers_of(organisation):
        enqueue(
            recipient=manager.email,
            template="organisation_confirmed",
            context={"organisation": organisation, "link": link(space_of(organisation))},
        )
    return organisation


def refuse_member(person: User, organisation: Organisation) -> None:
    """Raise `Refused` to an agent who belongs to the organisation: nobody answers themselves."""
    if Membership.objects.filter(user=person, organisation=organisation).exists():
        raise Refused([OWN])


def managers_of(organisation: Organisation) -> list[User]:
    """Return those who manage it, by an account that is open."""
    managers = Membership.objects.managers().filter(organisation=organisation)
    return [row.user for row in managers.select_related("user").order_by("pk")]


def note_in_history(organisation: Organisation, by: User, sentence: str) -> None:
    """Write what an agent did in the history that the administration shows."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Organisation),
        object_id=str(organisation.pk),
        object_repr=str(organisation),
        action_flag=CHANGE,
        change_message=sentence,
    )


def space_of(organisation: Organisation) -> str:
    """Where its own people find it."""
    return reverse("actors:organisation_space", args=[organisation.slug])
