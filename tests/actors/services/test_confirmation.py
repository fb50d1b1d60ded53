"""An agent confirms an organisation that somebody unknown described."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied

from actors.enums import MembershipRole, Role
from actors.models import Organisation
from actors.services.confirmation import MERGED, OWN, confirm_organisation
from actors.services.invitations import NOT_CONFIRMED, invite
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, UserFactory, fresh, member, person
from tests.support.organisations import provisional
from tests.support.races import race

SIRET = "73282932000074"
pytestmark = pytest.mark.django_db


def refusal(**options) -> list[str]:
    with pytest.raises(Refused) as refused:
        confirm_organisation(**options)
    return refused.value.reasons


def test_is_noted_and_told_to_those_who_manage_it():
    organisation, agent = provisional(name="La Source"), person(Role.AGENT)
    manager = member(organisation)
    member(organisation, MembershipRole.CONTRIBUTOR)
    confirm_organisation(organisation=organisation, by=agent)
    organisation.refresh_from_db()
    assert (organisation.is_confirmed, organisation.confirmed_by) == (True, agent)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (manager.email, "La Source est confirmée")
    assert mail.body.startswith(
        "Bonjour,\n\nUn agent a confirmé La Source sur le portail. Vous pouvez inviter ceux qui "
        "écrivent ses dossiers avec vous, et la commission peut décider de ceux que vous avez "
        "envoyés.\n\nhttp://127.0.0.1:8000/espace/structures/la-source/\n"
    )
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (
        agent,
        str(organisation.pk),
        "Structure confirmée.",
    )


def test_said_twice_it_was_said_once():
    organisation, agent = provisional(), person(Role.AGENT)
    member(organisation)
    for _ in range(2):
        confirm_organisation(organisation=organisation, by=agent)
    assert (OutgoingMail.objects.count(), LogEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMITTEE, None])
def test_is_for_agents(role):
    organisation = provisional()
    with pytest.raises(PermissionDenied):
        confirm_organisation(
            organisation=organisation, by=person(role) if role else UserFactory(is_superuser=True)
        )
    assert Organisation.objects.provisional().get() == organisation


def test_is_not_for_an_agent_of_its_own():
    organisation, agent = provisional(), person(Role.AGENT)
    organisation.memberships.create(user=agent, role="manager")
    assert refusal(organisation=organisation, by=fresh(agent)) == [OWN]


@pytest.mark.parametrize("number", [{"siret": SIRET}, {"rna": "W632000001"}])
def test_is_refused_to_a_number_that_a_confirmed_one_bears(number):
    OrganisationFactory(name="La Source", **number)
    assert refusal(organisation=provisional(**number), by=person(Role.AGENT)) == [
        "« La Source » porte déjà ce numéro : réunissez-les."
    ]


def test_is_refused_to_one_that_was_merged():
    organisation = provisional(merged_into=OrganisationFactory())
    assert refusal(organisation=organisation, by=person(Role.AGENT)) == [MERGED]


def test_nobody_is_invited_before():
    organisation, agent = provisional(), person(Role.AGENT)
    manager = member(organisation)
    invited = {"organisation": organisation, "email": "ana@example.org", "role": "contributor"}
    with pytest.raises(Refused) as refused:
        invite(by=manager, **invited)
    assert refused.value.reasons == [NOT_CONFIRMED]
    assert OutgoingMail.objects.count() == 0
    confirm_organisation(organisation=organisation, by=agent)
    invite(by=manager, **invited)
    assert OutgoingMail.objects.filter(recipient="ana@example.org").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_number_make_one():
    first, second = provisional(name="Une", siret=SIRET), provisional(name="Deux", siret=SIRET)
    agents = [person(Role.AGENT), person(Role.AGENT)]

    def confirm(organisation, agent):
        return lambda: confirm_organisation(organisation=organisation, by=fresh(agent)).name

    one, other, waited = race(confirm(first, agents[0]), confirm(second, agents[1]))
    assert (one, waited) == ("Une", True)
    assert other.reasons == ["Une structure confirmée porte déjà ce SIRET."]
