"""Opening the portal to whoever signed on paper."""

import pytest
from django.core.exceptions import PermissionDenied

from actors.enums import MembershipRole, Role
from actors.models import Membership, User
from actors.services.access import CLOSED, NOT_CONFIRMED, NOT_ONESELF, NewSignatory, open_access
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.organisations import provisional
from tests.support.reading import plain

pytestmark = pytest.mark.django_db
SOMEBODY = NewSignatory("  Sam   Signataire ", "Sam@Example.org")


@pytest.fixture
def agent():
    """Who typed the paper."""
    return person(Role.AGENT, full_name="Alix Agent")


def test_makes_an_account_that_manages_the_organisation_and_is_told(agent, settings):
    organisation = OrganisationFactory(name="La Source")
    user = open_access(signatory=SOMEBODY, organisation=organisation, by=agent)
    assert (user.email, user.full_name, user.has_usable_password(), user.last_login) == (
        "sam@example.org",
        "Sam Signataire",
        False,
        None,
    )
    place = Membership.objects.get()
    assert (place.user, place.organisation, place.role) == (
        user,
        organisation,
        MembershipRole.MANAGER,
    )
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (user.email, "Votre accès au portail pour La Source")
    assert plain(mail.body).split("\n\n")[1] == (
        "Vous avez signé un dossier sur papier pour La Source. Alix Agent "
        f"({settings.AUTHORITY['name']}) l’a saisi sur le portail et vous y ouvre un accès, comme "
        "responsable de la structure : vous y suivez le dossier, et nos courriels vous arrivent "
        "ici."
    )
    assert plain(mail.body).split("\n\n")[3] == (
        "Si vous n’avez rien signé, ne vous connectez pas et prévenez-nous : "
        f"{settings.AUTHORITY['email'] or settings.SITE_URL + '/contact/'}"
    )


def test_an_account_that_is_there_keeps_its_name(agent):
    known = UserFactory(email="sam@example.org", full_name="Sam S.")
    user = open_access(signatory=SOMEBODY, organisation=OrganisationFactory(), by=agent)
    assert (user, user.full_name) == (known, "Sam S.")


def test_a_member_stays_what_they_are_and_is_not_written_to(agent):
    organisation = OrganisationFactory()
    member(organisation, MembershipRole.CONTRIBUTOR, email="sam@example.org")
    open_access(signatory=SOMEBODY, organisation=organisation, by=agent)
    assert Membership.objects.get().role == MembershipRole.CONTRIBUTOR
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (
            lambda agent: User.objects.filter(pk=agent.pk).update(email="sam@example.org"),
            NOT_ONESELF,
        ),
        (lambda agent: UserFactory(email="sam@example.org", is_active=False), CLOSED),
    ],
)
def test_is_refused_in_words(agent, prepare, sentence):
    prepare(agent)
    agent.refresh_from_db()
    with pytest.raises(Refused) as refused:
        open_access(signatory=SOMEBODY, organisation=OrganisationFactory(), by=agent)
    assert refused.value.reasons == [sentence]


def test_waits_for_the_organisation(agent):
    with pytest.raises(Refused) as refused:
        open_access(signatory=SOMEBODY, organisation=provisional(), by=agent)
    assert refused.value.reasons == [NOT_CONFIRMED]
    assert not User.objects.filter(email="sam@example.org").exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COMMITTEE, None])
def test_is_an_agents(role):
    by = person(role) if role else UserFactory()
    with pytest.raises(PermissionDenied):
        open_access(signatory=SOMEBODY, organisation=OrganisationFactory(), by=by)
